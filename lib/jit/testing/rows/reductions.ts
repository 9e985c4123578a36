/** Kernels that bring elements together. */
import * as tf from "@tensorflow/tfjs-core";
import { condition, floats, ints, type KernelRow, noFloat, row, type Shape, text } from "./row.ts";

const x34 = floats([3, 4]);
const x234 = floats([2, 3, 4]);
const five = floats([2, 1, 3, 2, 2]);
const long2 = floats([37, 41]);
const REDUCERS = ["sum", "mean", "prod", "max", "min"] as const;

export const reductionRows: readonly KernelRow[] = [
  ...REDUCERS.flatMap((name) => [
    ...(
      [
        [[], undefined],
        [[5], undefined],
        [[5], 0],
        [[3, 4], 0],
        [[3, 4], 1],
        [
          [3, 4],
          [0, 1],
        ],
        [[2, 3, 4], 1],
        [
          [2, 3, 4],
          [0, 2],
        ],
        [
          [2, 3, 4],
          [1, 2],
        ],
        [
          [2, 1, 3, 2, 2],
          [1, 3],
        ],
        [[1, 4], 0],
        [[1203], undefined],
        [[37, 41], 0],
        [[37, 41], 1],
        [[11, 13, 17], 1],
        [
          [11, 13, 17],
          [0, 2],
        ],
      ] as [Shape, number | number[] | undefined][]
    ).flatMap(([shape, axis]) =>
      [false, true].map((keep) =>
        row(
          `${name} of ${text(shape)} along ${axis ?? "all"}${keep ? ", kept" : ""}`,
          (x) => tf[name](x, axis, keep),
          [floats(shape, 0.9, 1.1)],
        ),
      ),
    ),
    row(`${name} of a broadcast`, (x) => tf[name](tf.broadcastTo(tf.expandDims(x, 1), [3, 5, 4]), [1]), [
      x34,
    ]),
    row(`${name} of a broadcast scalar`, (x) => tf[name](tf.broadcastTo(x, [6])), [floats([], 0.8, 1.2)]),
    row(`${name} of int32`, (x) => tf[name](x, 0), [ints([4, 3], -4, 5)], noFloat),
  ]),
  ...(["sum", "prod"] as const).map((name) =>
    row(`${name} of nothing`, (x) => tf[name](x, 1), [floats([3, 0])], "there is nothing to differentiate"),
  ),
  row(
    "sum of a broadcast to nothing",
    (x) => tf.sum(tf.broadcastTo(tf.log(x), [0])),
    [floats([1], -2, -1)],
    "NaN times nothing",
  ),
  ...(["all", "any"] as const).flatMap((name) =>
    [undefined, 0, 1].map((axis) =>
      row(`${name} along ${axis}`, (x) => tf[name](tf.less(x, 1.2), axis), [x34], condition),
    ),
  ),
  ...(["argMax", "argMin"] as const).flatMap((name) => [
    ...[0, 1, -1].map((axis) =>
      row(`${name} along ${axis}`, (x) => tf[name](x, axis), [x234], "whole numbers"),
    ),
    row(`${name} of equals`, (x) => tf[name](tf.round(x), 1), [long2], "whole numbers"),
  ]),
  ...[0, 1, 2].flatMap((axis) =>
    [false, true].flatMap((exclusive) =>
      [false, true].flatMap((reverse) => [
        row(`cumsum ${axis} ${exclusive} ${reverse}`, (x) => tf.cumsum(x, axis, exclusive, reverse), [x234]),
        row(`cumprod ${axis} ${exclusive} ${reverse}`, (x) => tf.cumprod(x, axis, exclusive, reverse), [
          floats([2, 3, 4], 0.6, 1.4),
        ]),
      ]),
    ),
  ),
  row("cumsum of int32", (x) => tf.cumsum(x, 0), [ints([5], -4, 9)], noFloat),
  row("sum along axes from the end", (x) => tf.sum(x, [-1, -2]), [x234]),
  row("softmax", (x) => tf.softmax(x), [x234]),
  row("softmax of a long row", (x) => tf.softmax(x), [floats([1203])]),
  row("softmax of large numbers", (x) => tf.softmax(x), [floats([3, 4], -9, 9)]),
  row("logSoftmax", (x) => tf.logSoftmax(x), [x234]),
  row("logSumExp", (x) => tf.logSumExp(x, [0, 2]), [x234]),
  row("moments", (x) => tf.moments(x, [0, 2]).variance, [x234]),
  row("norm", (x) => tf.norm(x, "euclidean", 1), [x34]),
  row("a sum of sums", (x) => tf.add(tf.sum(x), tf.sum(tf.square(x), 1)), [long2]),
  row("a reduction of what a reduction feeds", (x) => tf.sum(tf.square(tf.sub(x, tf.mean(x, 0))), 0), [
    long2,
  ]),
  row("a mean over five axes", (x) => tf.mean(x, [0, 1, 2, 3, 4]), [five]),
];
