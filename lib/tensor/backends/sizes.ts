/** Which tensors are small. */
import type * as tf from "@tensorflow/tfjs-core";

/** Inputs of at most this many elements count as tiny: special functions cost more an element than arithmetic does. */
export const TINY = 64;
/** Common kernels run on the host up to this many elements: where both cost the same, as measured. */
export const SMALL = 512;

export type Infos = Record<string, tf.TensorInfo | undefined>;

export const sizeOf = (shape: readonly number[]): number => {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i] as number;
  return size;
};

/** Whether each input of a kernel is numeric, and no larger than so many elements. */
export function allWithin(inputs: Infos, limit: number): boolean {
  for (const name in inputs) {
    const info = inputs[name];
    if (info === undefined || info === null) continue;
    if (info.dtype === "string" || info.dtype === "complex64") return false;
    if (sizeOf(info.shape) > limit) return false;
  }
  return true;
}
