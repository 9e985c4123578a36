/** Handwritten digits of MNIST, 10 000 of which the package `mnist` has: 28 by 28 pixels, each black or white here. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as tf from "@tensorflow/tfjs-core";

const require = createRequire(import.meta.url);
const SIDE = 28;

export interface Digits {
  /** Zeros and ones of shape `[count, pixels]`; the digits take turns. */
  readonly images: tf.Tensor2D;
  readonly labels: readonly number[];
  readonly count: number;
  readonly pixels: number;
}

export interface DigitOptions {
  /** How many of each digit, after how many that are left out. */
  readonly perDigit: number;
  readonly skip?: number;
  /** 2 for 14 by 14 pixels, each the mean of four. 1 when absent. */
  readonly shrink?: 1 | 2;
}

/** Reads some of the digits. Two ranges that do not overlap have no image in common. */
export function digits({ perDigit, skip = 0, shrink = 1 }: DigitOptions): Digits {
  const side = SIDE / shrink;
  const pixels = side * side;
  const count = perDigit * 10;
  const values = new Float32Array(count * pixels);
  for (let digit = 0; digit < 10; digit++) {
    const { data } = JSON.parse(readFileSync(require.resolve(`mnist/src/digits/${digit}.json`), "utf8")) as {
      data: readonly number[];
    };
    for (let i = 0; i < perDigit; i++) {
      const image = data.slice((skip + i) * SIDE * SIDE, (skip + i + 1) * SIDE * SIDE);
      values.set(binary(image, side, shrink), (i * 10 + digit) * pixels);
    }
  }
  const images = tf.tensor2d(values, [count, pixels]);
  return { images, labels: Array.from({ length: count }, (_, i) => i % 10), count, pixels };
}

function binary(image: readonly number[], side: number, shrink: number): Float32Array {
  if (image.length < SIDE * SIDE) throw new Error("the package mnist has no more digits of this kind");
  return Float32Array.from({ length: side * side }, (_, at) => {
    const [row, column] = [Math.floor(at / side) * shrink, (at % side) * shrink];
    let sum = 0;
    for (let i = 0; i < shrink; i++) {
      for (let j = 0; j < shrink; j++) sum += image[(row + i) * SIDE + column + j] as number;
    }
    return Number(sum / shrink ** 2 > 0.5);
  });
}

/**
 * Mean log-probability of held-out images under a model in which pixels are independent: what learning nothing but how
 * often each pixel is white would give. One white and one black image are added, so that no pixel is certain.
 */
export function independentPixels(train: Digits, heldOut: Digits): number {
  return tf.tidy(() => {
    const white = tf.div(tf.add(tf.sum(train.images, 0), 1), train.count + 2);
    const { images } = heldOut;
    const scores = tf.add(tf.mul(images, tf.log(white)), tf.mul(tf.sub(1, images), tf.log(tf.sub(1, white))));
    return tf.div(tf.sum(scores), heldOut.count).dataSync()[0] as number;
  });
}
