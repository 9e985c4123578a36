/** Gathers and scatters. */
import * as tf from "@tensorflow/tfjs-core";
import { floats, ints, type KernelRow, noFloat, row } from "./row.ts";

const int = (values: number[], shape = [values.length]) => tf.tensor(values, shape, "int32");
const x34 = floats([3, 4]);
const long = floats([37, 41]);

export const indexingRows: readonly KernelRow[] = [
  row("gather of rows", (x) => tf.gather(x, int([2, 0, 2])), [x34]),
  row("gather of columns", (x) => tf.gather(x, int([3, 3, 0, 1], [2, 2]), 1), [x34]),
  row("gather of one", (x) => tf.gather(x, tf.scalar(1, "int32")), [x34]),
  row("gather at positions that are arguments", (x, i) => tf.gather(x, i), [x34, ints([5], 0, 3)], noFloat),
  row("gather of many rows", (x, i) => tf.gather(tf.square(x), i), [long, ints([60], 0, 37)], noFloat),
  row("gather, differentiated", (x) => tf.square(tf.gather(tf.exp(x), int([2, 0, 2, 1, 2]))), [x34]),
  row("gather of a gather", (x) => tf.gather(tf.gather(x, int([2, 0, 1, 2])), int([3, 1, 1]), 1), [x34]),
  row(
    "gather of a transpose of a gather",
    (x) => tf.gather(tf.transpose(tf.gather(x, int([2, 0]))), int([3, 1])),
    [x34],
  ),
  row("slice of a gather", (x) => tf.slice(tf.gather(x, int([2, 0, 1, 2])), [1, 1], [2, 2]), [x34]),
  row("reverse of a gather", (x) => tf.reverse(tf.gather(x, int([2, 0, 1])), 0), [x34]),
  row("reshape of a gather", (x) => tf.reshape(tf.gather(x, int([2, 0, 1])), [2, 6]), [x34]),
  row("sum of a gather", (x) => tf.sum(tf.gather(x, int([2, 0, 1, 1])), 0), [x34]),
  row("gather of a slice", (x) => tf.gather(tf.slice(x, [1, 1], [2, 3]), int([1, 0, 1])), [x34]),
  row("gather from a broadcast", (x) => tf.gather(tf.broadcastTo(x, [3, 4]), int([2, 0, 1, 2])), [
    floats([4]),
  ]),
  row(
    "gather in batches",
    (x) => tf.gather(x, int([1, 0, 2, 2], [2, 2]), 1, 1),
    [floats([2, 3, 4])],
    "tfjs's gradient leaves batches out",
  ),
  row("gather of int32", (x, i) => tf.gather(x, i), [ints([6], 0, 99), ints([4], 0, 6)], noFloat),
  row("gatherND of elements", (x) => tf.gatherND(x, int([0, 1, 2, 3], [2, 2])), [x34]),
  row("gatherND of rows", (x) => tf.gatherND(x, int([2, 0, 2], [3, 1])), [x34]),
  row("gatherND at arguments", (x, i) => tf.gatherND(x, i), [x34, ints([5, 2], 0, 3)], noFloat),
  row("scatterND", (x) => tf.scatterND(int([1, 3, 1], [3, 1]), x, [5, 4]), [x34]),
  row("scatterND of elements", (x) => tf.scatterND(int([0, 1, 2, 2, 0, 1], [3, 2]), x, [3, 4]), [
    floats([3]),
  ]),
  row("scatterND at arguments", (x, i) => tf.scatterND(i, x, [5, 4]), [x34, ints([3, 1], 0, 5)], noFloat),
  row(
    "scatterND of many",
    (x, i) => tf.scatterND(i, x, [50]),
    [floats([1203]), ints([1203, 1], 0, 50)],
    noFloat,
  ),
  row("tensorScatterUpdate", (x, u) => tf.tensorScatterUpdate(x, int([2, 0], [2, 1]), u), [
    x34,
    floats([2, 4]),
  ]),
  row(
    "tensorScatterUpdate of one place twice",
    (x, u) => tf.tensorScatterUpdate(x, int([1, 1], [2, 1]), u),
    [x34, floats([2, 4])],
    "the last update wins; tfjs's gradient does not know",
  ),
  row("unsortedSegmentSum", (x) => tf.unsortedSegmentSum(x, int([1, 0, 1]) as tf.Tensor1D, 3), [x34]),
  row(
    "unsortedSegmentSum at arguments",
    (x, i) => tf.unsortedSegmentSum(tf.exp(x), i as tf.Tensor1D, 6),
    [floats([1203]), ints([1203], 0, 6)],
    noFloat,
  ),
  row("a gather after the sum of another", (x) => tf.add(tf.sum(x, 0), tf.gather(x, int([1, 1, 0]))), [x34]),
];
