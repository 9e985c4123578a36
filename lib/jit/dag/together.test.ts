import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { bothWays, distance } from "../testing/agree.ts";

const vector = () => [tf.tensor1d(Float32Array.from({ length: 12 }, (_, i) => Math.sin(i + 1)))];
const slices = (...sizes: [begin: number, size: number][]) => {
  const value = (x: tf.Tensor) =>
    sizes
      .map(([begin, size], k) => tf.sum(tf.pow(tf.slice(x, begin, size), k + 2)))
      .reduce((a, b) => tf.add(a, b));
  return (x: tf.Tensor) => tf.grad(value)(x);
};

test.each<[string, [number, number][], adds: boolean]>([
  [
    "all of it",
    [
      [0, 1],
      [1, 4],
      [5, 7],
    ],
    false,
  ],
  [
    "in another order",
    [
      [5, 7],
      [0, 1],
      [1, 4],
    ],
    false,
  ],
  [
    "with gaps",
    [
      [1, 2],
      [6, 3],
    ],
    false,
  ],
  [
    "that overlap",
    [
      [0, 5],
      [4, 8],
    ],
    true,
  ],
])("the gradient of slices of a vector, %s", (_, sizes, adds) => {
  const { eager, compiled, program } = bothWays({ args: vector(), f: slices(...sizes) });
  expect(distance(eager[0] as number[], compiled[0] as number[])).toBeLessThan(1e-5);
  expect(/\badd\(/.test(program.toString())).toBe(adds);
});

test("of a matrix, columns side by side are added up, rows are not", () => {
  const args = [tf.reshape(vector()[0] as tf.Tensor, [3, 4])];
  const split = (axis: number) => (x: tf.Tensor) =>
    tf.grad((y: tf.Tensor) => {
      const [a, b] = tf.split(y, axis === 0 ? [1, 2] : [1, 3], axis) as [tf.Tensor, tf.Tensor];
      return tf.add(tf.sum(tf.square(a)), tf.sum(tf.exp(b)));
    })(x);
  for (const axis of [0, 1]) {
    const { eager, compiled } = bothWays({ args, f: split(axis) });
    expect(distance(eager[0] as number[], compiled[0] as number[])).toBeLessThan(1e-5);
  }
});
