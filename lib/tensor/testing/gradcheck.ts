/** Derivatives against finite differences, in random directions so that no symmetry hides an error. */
import * as tf from "@tensorflow/tfjs-core";
import { numbers } from "./backends.ts";

/** Reproducible numbers in (-1, 1) that have nothing to do with the generator under test. */
export function noise(size: number, seed: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  });
}

export interface Check {
  /** Derivative of the weighted sum of f along a random direction, by the tape. */
  analytic: number;
  /** The same by a central difference. */
  numeric: number;
}

type F = (...xs: tf.Tensor[]) => tf.Tensor;

function weighted(f: F, xs: tf.Tensor[]): tf.Tensor {
  const y = f(...xs);
  return tf.sum(tf.mul(y, tf.tensor(noise(y.size, 3), y.shape)));
}

function directions(xs: readonly tf.Tensor[], seed: number): tf.Tensor[] {
  return xs.map((x, i) => tf.tensor(noise(x.size, seed + i), x.shape));
}

function shifted(xs: tf.Tensor[], along: tf.Tensor[], step: number): tf.Tensor[] {
  return xs.map((x, i) => tf.add(x, tf.mul(step, along[i] as tf.Tensor)));
}

function dot(as: tf.Tensor[], bs: tf.Tensor[]): tf.Tensor {
  return tf.addN(as.map((a, i) => tf.sum(tf.mul(a, bs[i] as tf.Tensor))));
}

/** First derivative in all of `xs` at once. `step` trades rounding (float32) against curvature. */
export function firstDerivative(f: F, xs: tf.Tensor[], step = 1e-2): Check {
  const along = directions(xs, 11);
  const grads = tf.grads((...zs: tf.Tensor[]) => weighted(f, zs))(xs);
  const up = numbers(weighted(f, shifted(xs, along, step)))[0] as number;
  const down = numbers(weighted(f, shifted(xs, along, -step)))[0] as number;
  return { analytic: numbers(dot(grads, along))[0] as number, numeric: (up - down) / (2 * step) };
}

/** Hessian-vector product along one random direction, dotted with another. */
export function secondDerivative(f: F, xs: tf.Tensor[], step = 1e-2): Check {
  const along = directions(xs, 11);
  const probe = directions(xs, 29);
  const slope = (...zs: tf.Tensor[]) =>
    dot(tf.grads((...ws: tf.Tensor[]) => weighted(f, ws))(zs), along) as tf.Tensor;
  const second = tf.grads(slope)(xs);
  const up = numbers(slope(...shifted(xs, probe, step)))[0] as number;
  const down = numbers(slope(...shifted(xs, probe, -step)))[0] as number;
  return { analytic: numbers(dot(second, probe))[0] as number, numeric: (up - down) / (2 * step) };
}
