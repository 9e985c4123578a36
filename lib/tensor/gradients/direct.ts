/**
 * Kernels called without tfjs's operations around them: for gradients, whose arguments are float32 tensors already, so
 * that there is nothing to convert, to check or to tidy. Broadcasting is the kernels' own.
 */
import * as tf from "@tensorflow/tfjs-core";
import { runKernel } from "../kernels.ts";
import { sameShape } from "../shapes.ts";

export const add = (a: tf.Tensor, b: tf.Tensor) => runKernel("Add", { a, b });
export const sub = (a: tf.Tensor, b: tf.Tensor) => runKernel("Sub", { a, b });
export const mul = (a: tf.Tensor, b: tf.Tensor) => runKernel("Multiply", { a, b });
export const div = (a: tf.Tensor, b: tf.Tensor) => runKernel("RealDiv", { a, b });
export const neg = (x: tf.Tensor) => runKernel("Neg", { x });
export const square = (x: tf.Tensor) => runKernel("Square", { x });
export const sqrt = (x: tf.Tensor) => runKernel("Sqrt", { x });
export const logicalNot = (x: tf.Tensor) => runKernel("LogicalNot", { x });

export function constant(value: number): tf.Tensor {
  return tf.engine().makeTensor(Float32Array.of(value), [], "float32");
}

/** The tensor itself where it is one of float32 already. */
export function float(x: tf.Tensor): tf.Tensor {
  return x.dtype === "float32" ? x : runKernel("Cast", { x }, { dtype: "float32" });
}

/** The tensor itself where it has this shape already. */
export function shaped(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return sameShape(x.shape, shape) ? x : runKernel("Reshape", { x }, { shape: [...shape] });
}
