/** Kernels that move elements, or only look at them in another way. */
import * as tf from "@tensorflow/tfjs-core";
import { bools, floats, ints, type KernelRow, noFloat, row } from "./row.ts";

const x3 = floats([3]);
const x34 = floats([3, 4]);
const x234 = floats([2, 3, 4]);
const five = floats([2, 1, 3, 2, 2]);
const long = floats([37, 41]);

const pair = (a: number, b: number): [number, number] => [a, b];

export const shapeRows: readonly KernelRow[] = [
  ...[0, 1, -1].flatMap((axis) => [
    row(`concat along ${axis}`, (a, b) => tf.concat([a, b, a], axis), [x34, x34]),
    row(`stack along ${axis}`, (a, b) => tf.stack([a, b], axis), [x34, x34]),
    row(`unstack along ${axis}`, (a) => tf.unstack(a, axis), [x34]),
    row(`concat of long ones along ${axis}`, (a, b) => tf.concat([a, b], axis), [long, long]),
  ]),
  row("concat of unequal parts", (a, b) => tf.concat([a, b], 1), [x34, floats([3, 1])]),
  row("concat with an empty part", (a, b) => tf.concat([a, b], 0), [x34, floats([0, 4])]),
  row("concat of int32", (a, b) => tf.concat([a, b], 0), [ints([3], 0, 9), ints([2], 0, 9)], noFloat),
  row("concat of bools", (a, b) => tf.concat([a, b], 0), [bools([3]), bools([2])], noFloat),
  row("concat of results", (a) => tf.concat([tf.exp(a), tf.square(a)], 1), [x34]),
  row("concat of a part and its reverse", (a) => tf.concat([a, tf.reverse(a, 0)], 0), [x34]),
  row("split", (a) => tf.split(a, 2, 1), [x34]),
  row("split in unequal parts", (a) => tf.split(a, [1, 3], -1), [x34]),
  row("slice by numbers", (a) => tf.slice(a, 1, 2), [x34]),
  row("slice to the end", (a) => tf.slice(a, [1, 2]), [x34]),
  row("slice of -1", (a) => tf.slice(a, [1, 2], [-1, -1]), [x34]),
  row("slice of the first axes", (a) => tf.slice(a, [1, 1], [1, 2]), [x234]),
  row("slice of nothing", (a) => tf.slice(a, [1, 0], [0, 4]), [x34], "there is nothing to differentiate"),
  row("slice of five axes", (a) => tf.slice(a, [1, 0, 1, 0, 1], [1, 1, 2, 2, 1]), [five]),
  row(
    "slice of a slice of a transpose",
    (a) => tf.slice(tf.transpose(tf.slice(a, [3, 5], [30, 30])), [2, 1], [20, 17]),
    [long],
  ),
  row("stridedSlice", (a) => tf.stridedSlice(a, [0, 1], [3, 4], [2, 2]), [x34]),
  row("stridedSlice backwards", (a) => tf.stridedSlice(a, [2, 3], [0, 0], [-1, -2]), [x34]),
  row("stridedSlice from negative positions", (a) => tf.stridedSlice(a, [-3, -4], [-1, -1], [1, 1]), [x34]),
  row("stridedSlice beyond the end", (a) => tf.stridedSlice(a, [1, 0], [9, 9], [1, 3]), [x34]),
  row("stridedSlice with masks", (a) => tf.stridedSlice(a, [1, 2], [2, 3], [1, 1], 1, 2), [x34]),
  row(
    "stridedSlice that shrinks",
    (a) => tf.stridedSlice(a, [1, 0], [2, 4], [1, 1], 0, 0, 0, 0, 1),
    [x34],
    "tfjs has no gradient for it",
  ),
  row("pad", (a) => tf.pad(a, [pair(1, 0), pair(2, 3)], 0.5), [x34]),
  row("pad with nothing", (a) => tf.pad(a, [pair(0, 0), pair(0, 0)]), [x34]),
  row(
    "pad of nothing",
    (a) => tf.pad(a, [pair(1, 1), pair(0, 0)], 2),
    [floats([0, 4])],
    "there is nothing to differentiate",
  ),
  row("pad of a long matrix", (a) => tf.pad(tf.square(a), [pair(1, 2), pair(0, 1)]), [long]),
  row("pad of int32", (a) => tf.pad(a, [pair(1, 2)], 7), [ints([4], 0, 9)], noFloat),
  row("reverse", (a) => tf.reverse(a), [x34]),
  row("reverse of one axis", (a) => tf.reverse(a, 1), [x34]),
  row("reverse of two", (a) => tf.reverse(a, [0, 2]), [x234]),
  row("reverse of a long row", (a) => tf.add(a, tf.reverse(a, 1)), [long]),
  row("reverse of nothing", (a) => tf.reverse(a, 0), [floats([0, 2])], "there is nothing to differentiate"),
  row("transpose", (a) => tf.transpose(a), [x34]),
  row("transpose of three axes", (a) => tf.transpose(a, [2, 0, 1]), [x234]),
  row("transpose of five axes", (a) => tf.transpose(a, [4, 2, 0, 1, 3]), [five]),
  row("transpose of a long matrix", (a) => tf.add(tf.transpose(a), 1), [long]),
  row("a matrix and its transpose", (a) => tf.mul(a, tf.transpose(a)), [floats([40, 40])]),
  row("reshape of a transpose", (a) => tf.reshape(tf.transpose(a), [2, 6]), [x34]),
  row("reshape of a reverse of a slice", (a) => tf.reshape(tf.reverse(tf.slice(a, [0, 1], [3, 2]), 0), [6]), [
    x34,
  ]),
  row("reshape of a broadcast", (a) => tf.reshape(tf.broadcastTo(a, [2, 3, 4]), [6, 4]), [x34]),
  row(
    "reshape of a transpose of a broadcast",
    (a) => tf.reshape(tf.transpose(tf.broadcastTo(a, [2, 3, 4]), [2, 0, 1]), [8, 3]),
    [x34],
  ),
  row(
    "reshape, squeeze and expandDims",
    (a) => tf.reshape(tf.squeeze(tf.expandDims(tf.expandDims(a, 1), 0)), [2, 3, 2]),
    [x34],
  ),
  row("tile", (a) => tf.tile(a, [2, 3]), [x34]),
  row("tile of one", (a) => tf.tile(a, [1203]), [floats([1])]),
  row("tile of a transpose", (a) => tf.tile(tf.transpose(a), [2, 1]), [x34]),
  row("tile no times", (a) => tf.tile(a, [0, 2]), [x34], "there is nothing to differentiate"),
  row("broadcastTo", (a) => tf.broadcastTo(a, [5, 3, 4]), [floats([3, 1])]),
  row("broadcastTo of a scalar", (a) => tf.broadcastTo(a, [31, 41]), [floats([])]),
  row("diag", (a) => tf.diag(tf.square(a)), [x3]),
  row("diag of a matrix", (a) => tf.diag(a), [floats([2, 3])], "tfjs has no gradient for it"),
  row("eye", (a) => tf.mul(a, tf.eye(3)), [floats([3, 3])]),
  row("oneHot", (i) => tf.oneHot(i, 4), [ints([5], -1, 6)], noFloat),
  row("oneHot of a matrix, other values", (i) => tf.oneHot(i, 3, 2, -1), [ints([2, 3], 0, 3)], noFloat),
  row("oneHot times floats", (i, x) => tf.mul(tf.oneHot(i, 4), x), [ints([3], 0, 4), x34], noFloat),
  row("bandPart", (a) => tf.linalg.bandPart(a, 1, 0), [x34]),
  row("the argument itself, twice", (a) => [a, tf.add(a, 1), a], [x34]),
  row("the argument of another shape", (a) => [tf.reshape(a, [4, 3]), tf.transpose(a)], [x34]),
  row("int32 that became floats", (i) => [tf.cast(i, "float32"), i], [ints([5], -9, 9)], noFloat),
  row("a constant", (a) => [tf.fill([2, 3], 7), tf.range(0, 5), tf.linspace(0, 1, 4), a], [x3]),
];
