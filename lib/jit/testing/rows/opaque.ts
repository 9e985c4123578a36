/** Kernels that run as they are, and calls with several results. */
import * as tf from "@tensorflow/tfjs-core";
import { floats, ints, type KernelRow, noFloat, row } from "./row.ts";

const image = floats([1, 4, 4, 2]);

export const opaqueRows: readonly KernelRow[] = [
  row("conv2d", (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"), [
    image,
    floats([3, 3, 2, 3]),
  ]),
  row(
    "conv2d of whole numbers made floats",
    (x, w) => tf.conv2d(tf.cast(x as tf.Tensor4D, "float32"), w as tf.Tensor4D, 2, "valid"),
    [ints([2, 5, 5, 2], -4, 5), floats([2, 2, 2, 3])],
    noFloat,
  ),
  row(
    "conv2d of a transpose",
    (x, w) => tf.conv2d(tf.transpose(x as tf.Tensor4D, [0, 2, 1, 3]), w as tf.Tensor4D, 1, "same"),
    [image, floats([3, 3, 2, 3])],
  ),
  row("depthwiseConv2d", (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"), [
    image,
    floats([2, 2, 2, 2]),
  ]),
  row(
    "maxPool and avgPool",
    (x) => [tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"), tf.avgPool(x as tf.Tensor4D, 2, 1, "same")],
    [image],
  ),
  row(
    "topk",
    (x) => {
      const { values, indices } = tf.topk(x, 2);
      return [values, indices];
    },
    [floats([3, 5])],
    "its second result is whole numbers",
  ),
  row("topk, differentiated", (x) => tf.topk(tf.square(x), 3).values, [floats([3, 5])]),
  row("resizeBilinear", (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [7, 6]), [image]),
  row("resizeNearestNeighbor", (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [7, 6]), [image]),
  row(
    "mirrorPad",
    (x) =>
      tf.mirrorPad(
        x as tf.Tensor2D,
        [
          [1, 1],
          [2, 0],
        ],
        "reflect",
      ),
    [floats([3, 4])],
  ),
  row(
    "batchNorm",
    (x, m) => tf.batchNorm(x, ...(tf.split(m, 4).map((part) => part.as1D()) as [tf.Tensor1D, tf.Tensor1D])),
    [image, floats([8], 0.4, 1.4)],
  ),
  row(
    "batchToSpaceND and back",
    (x) =>
      tf.spaceToBatchND(
        tf.batchToSpaceND(
          x,
          [2, 1],
          [
            [0, 0],
            [0, 0],
          ],
        ),
        [1, 2],
        [
          [0, 0],
          [0, 1],
        ],
      ),
    [floats([2, 2, 3])],
  ),
  row(
    "searchSorted",
    (x) => tf.searchSorted(tf.tensor1d([-1, 0, 0.5, 1]), x),
    [floats([6])],
    "whole numbers",
  ),
  row(
    "bincount",
    (x) => [
      tf.bincount(x as tf.Tensor1D, tf.tensor1d([], "int32"), 5),
      tf.denseBincount(tf.reshape(x, [2, 3]) as tf.Tensor2D, [] as never, 4, true),
    ],
    [ints([6], 0, 7)],
    noFloat,
  ),
  row(
    "bincount of weights",
    (x, w) => tf.denseBincount(x as tf.Tensor1D, w as tf.Tensor1D, 5),
    [ints([6], 0, 7), floats([6])],
    "tfjs has no gradient for it",
  ),
  row("sparseToDense", (x) => tf.sparseToDense(tf.tensor1d([1, 4], "int32"), x, [6]), [floats([2])]),
];
