import type * as tf from "@tensorflow/tfjs-core";
import type { ParamState } from "./state.ts";

/**
 * The Euclidean norm of a parameter's last gradient, before it was clipped; undefined where no step was taken or
 * none kept its gradient (compiled ones do not). Steps only keep the gradient: it is read here.
 * @param read a tensor's values
 */
export function gradNorm(
  { grad, place }: ParamState,
  size: number,
  read: (tensor: tf.Tensor) => Float32Array,
): number | undefined {
  if (grad !== undefined) return norm(read(grad));
  const shelved = place?.shelf.grad;
  if (place === undefined || shelved === undefined) return undefined;
  return norm(read(shelved).subarray(place.offset, place.offset + size));
}

function norm(values: Float32Array): number {
  let sum = 0;
  for (const x of values) sum += x * x;
  return Math.sqrt(sum);
}

/** The values of tensors, each read from the backend once. */
export function readingOnce(): (tensor: tf.Tensor) => Float32Array {
  const known = new Map<tf.Tensor, Float32Array>();
  return (tensor) => {
    const values = known.get(tensor) ?? Float32Array.from(tensor.dataSync());
    known.set(tensor, values);
    return values;
  };
}
