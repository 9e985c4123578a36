import { expect, it } from "vitest";
import * as tf from "../tf.ts";

it.each<[string, () => tf.Tensor]>([
  ["a row that is too short", () => tf.tensor([[1, 2], [3]])],
  ["a row that is too long", () => tf.tensor2d([[1], [2, 3]])],
  ["a matrix that is too short", () => tf.tensor3d([[[1], [2]], [[3]]])],
  ["text", () => tf.tensor([["a", "b"], ["c"]])],
])("%s is refused where the tensor is made", (_name, make) => {
  expect(make).toThrow(/not rectangular/);
});

it.each<[string, () => tf.Tensor, readonly number[]]>([
  ["none", () => tf.tensor([]), [0]],
  ["empty rows", () => tf.tensor([[], []]), [2, 0]],
  ["text", () => tf.tensor([["a"], ["b"]]), [2, 1]],
  ["one text", () => tf.scalar("a"), []],
  ["a boolean", () => tf.scalar(true), []],
  ["an image's bytes", () => tf.tensor(new Uint8Array(6), [2, 3], "int32"), [2, 3]],
  ["a complex number", () => tf.complex(1, 2), []],
  ["a range", () => tf.range(0, 3), [3]],
])("rows of equal length are taken: %s", (_name, make, shape) => {
  expect(make().shape).toEqual(shape);
});
