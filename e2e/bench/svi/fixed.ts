/** Numbers that a benchmark's models are made of: fixed, so that every program that is measured sees the same. */
import * as tf from "@tensorflow/tfjs-core";

/** An array of float32: what ours and the peers' models get, bit for bit. */
export interface Fixed {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export function fixed(shape: readonly number[], values: ArrayLike<number>): Fixed {
  return { shape, values: Float32Array.from(values) };
}

/** Every element made by `draw`, in row-major order. */
export function made(shape: readonly number[], draw: (index: number) => number): Fixed {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, values: Float32Array.from({ length: size }, (_, i) => draw(i)) };
}

export const filled = (shape: readonly number[], value: number): Fixed => made(shape, () => value);

/** A tensor of its own memory, which a step may not change behind the fixed numbers. */
export function tensor({ shape, values }: Fixed): tf.Tensor {
  return tf.tensor(values.slice(), [...shape], "float32");
}

/** A generator of its own (mulberry32): data must not change when the library's random numbers do. */
export class Draws {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  /** In (0, 1). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  }
  /** Standard normal, by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}
