/** Random draws. */
import * as tf from "@tensorflow/tfjs-core";
import {
  logStandardGamma,
  normal,
  permutation,
  standardGamma,
  standardVonMises,
  uniform,
} from "../../../tensor/index.ts";
import { floats, type KernelRow, row, text } from "./row.ts";

export const drawRows: readonly KernelRow[] = [
  ...[[], [7], [0], [3, 4], [1203]].flatMap((shape) => [
    row(`uniform ${text(shape)}`, () => uniform(shape), []),
    row(`normal ${text(shape)}`, (x) => tf.mul(x, normal(shape)), [floats(shape)]),
    row(`gamma ${text(shape)}`, (x) => standardGamma(x), [floats(shape, 0.2, 5)]),
    row(`log gamma ${text(shape)}`, (x) => logStandardGamma(x), [floats(shape, 0.05, 5)]),
    row(
      `von Mises ${text(shape)}`,
      (x) => standardVonMises(x),
      [floats(shape, 0.2, 5)],
      "it has no derivative",
    ),
  ]),
  row("permutation", (x) => tf.gather(x, permutation(9, 4)), [floats([9, 2])]),
  row("draws in a row", (x) => tf.add(tf.mul(normal([3]), x), tf.sub(uniform([3]), normal([3]))), [
    floats([3]),
  ]),
  row("gamma of a broadcast", (x) => standardGamma(tf.broadcastTo(x, [3, 4])), [floats([4], 0.5, 3)]),
];
