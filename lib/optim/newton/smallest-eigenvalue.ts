import * as tf from "@tensorflow/tfjs-core";
import { element } from "./inverse.ts";

/** Below this a square root's argument counts as zero: its derivative there is infinite. */
const TINY = 1e-20;

/** Square root that has the derivative 0 at 0. */
export function safeSqrt(x: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.maximum(x, TINY));
}

/**
 * The smallest eigenvalue of symmetric matrices of shape [batch, D, D], or for D > 3 a bound below it: shape
 * [batch].
 */
export function smallestEigenvalue(matrices: tf.Tensor): tf.Tensor {
  const size = matrices.shape.at(-1) ?? 0;
  const at = (i: number, j: number) => element(matrices, i, j);
  if (size === 1) return at(0, 0);
  if (size === 2) {
    const [a, b, c] = [at(0, 0), at(0, 1), at(1, 1)];
    const half = tf.div(tf.sub(a, c), 2);
    return tf.sub(tf.div(tf.add(a, c), 2), safeSqrt(tf.add(tf.square(half), tf.square(b))));
  }
  return size === 3 ? smallest3(at) : gershgorin(matrices, size);
}

/** The trigonometric solution of the characteristic equation (Smith 1961, https://doi.org/10.1145/355578.366316). */
function smallest3(at: (i: number, j: number) => tf.Tensor): tf.Tensor {
  const mean = tf.div(tf.addN([at(0, 0), at(1, 1), at(2, 2)]), 3);
  const [a, b, c] = ([0, 1, 2] as const).map((i) => tf.sub(at(i, i), mean)) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const [d, e, f] = [at(0, 1), at(0, 2), at(1, 2)];
  const squares = tf.addN([a, b, c].map(tf.square));
  const off = tf.addN([d, e, f].map((x) => tf.mul(tf.square(x), 2)));
  const scale = safeSqrt(tf.div(tf.add(squares, off), 6));
  const det = tf.addN([
    tf.mul(a, tf.sub(tf.mul(b, c), tf.square(f))),
    tf.mul(d, tf.sub(tf.mul(e, f), tf.mul(d, c))),
    tf.mul(e, tf.sub(tf.mul(d, f), tf.mul(e, b))),
  ]);
  const ratio = tf.div(det, tf.mul(tf.square(scale), tf.mul(scale, 2)));
  // Just inside the interval: the arc cosine's derivative at its ends is infinite. The error makes the result
  // smaller, which is the safe side.
  const angle = tf.div(tf.acos(tf.clipByValue(ratio, -1 + 1e-6, 1 - 1e-6)), 3);
  return tf.add(mean, tf.mul(tf.mul(scale, 2), tf.cos(tf.add(angle, (2 * Math.PI) / 3))));
}

/** Every eigenvalue is at least the smallest of (diagonal element - sum of magnitudes beside it). */
function gershgorin(matrices: tf.Tensor, size: number): tf.Tensor {
  const eye = tf.eye(size);
  const diagonal = tf.sum(tf.mul(matrices, eye), -1);
  const beside = tf.sum(tf.mul(tf.abs(matrices), tf.sub(1, eye)), -1);
  return tf.min(tf.sub(diagonal, beside), -1);
}
