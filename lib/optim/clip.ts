import * as tf from "@tensorflow/tfjs-core";
import { type HyperSpec, type HyperTable, resolveHyper } from "./hyper.ts";

/** Limits on a parameter's gradient, applied before the optimizer sees it. */
export type ClipArgs = {
  /** The gradient is shrunk to at most this Euclidean norm. */
  clipNorm?: number;
  /** Each element is clamped to [-clipValue, clipValue]. */
  clipValue?: number;
};

const limit: HyperSpec<number> = {
  initial: Number.POSITIVE_INFINITY,
  must: "a number > 0",
  accepts: (v): v is number => typeof v === "number" && v > 0,
};
const table: HyperTable<{ clipNorm: number; clipValue: number }> = { clipNorm: limit, clipValue: limit };

/** @throws where a limit is unknown or not positive */
export function resolveClip(args: object, where?: string): Required<ClipArgs> {
  return resolveHyper("clipArgs", table, args, where);
}

/**
 * First the norm, then the elements, as PyroOptim does.
 * @param axis along which the norm is taken; over the whole gradient if left out
 */
export function clipGradient(
  grad: tf.Tensor,
  { clipNorm, clipValue }: Required<ClipArgs>,
  axis?: number,
): tf.Tensor {
  let g = grad;
  if (Number.isFinite(clipNorm)) {
    const norm = tf.sqrt(tf.sum(tf.square(g), axis, axis !== undefined));
    g = tf.mul(g, tf.minimum(tf.div(clipNorm, tf.add(norm, 1e-6)), 1));
  }
  return Number.isFinite(clipValue) ? tf.clipByValue(g, -clipValue, clipValue) : g;
}
