import * as tf from "@tensorflow/tfjs-core";
import type { Transform } from "../../distributions/index.ts";
import { IndependentTransform } from "../../distributions/transform.ts";
import { pyroError } from "../../errors.ts";
import { ndtri } from "../../tensor/index.ts";
import type { LatentSite } from "./latent-site.ts";

/** @throws for a number that is no share */
export function shares(q: number | readonly number[]): readonly number[] {
  const list = typeof q === "number" ? [q] : q;
  const bad = list.find((p) => !(p >= 0 && p <= 1));
  if (bad === undefined && list.length > 0) return list;
  throw pyroError({
    what: "A quantile is asked for by the share of the mass below it",
    where: "argument q of quantiles",
    expected: "numbers from 0 to 1, such as [0.05, 0.5, 0.95]",
    got: bad === undefined ? "an empty list" : String(bad),
  });
}

/**
 * Quantiles of a normal on the unconstrained scale, carried to the site's support: shape `[number of q, ...]`, or
 * without the first axis for a single `q`.
 */
export function normalQuantiles(
  site: LatentSite,
  loc: tf.Tensor,
  scale: tf.Tensor,
  q: number | readonly number[],
): tf.Tensor {
  const list = shares(q);
  const z = ndtri(tf.tensor1d([...list]));
  // Where the transform falls the low end of one scale is the high end of the other.
  const steps = tf.mul(tf.reshape(z, [list.length, ...loc.shape.map(() => 1)]), directionOf(site.transform));
  const values = site.transform.call(tf.add(loc, tf.mul(scale, steps)));
  return tf.clone(typeof q === "number" ? tf.squeeze(values, [0]) : values);
}

/** Whether a site's values rise (1) or fall (-1) with the unconstrained ones; 1 where that has no meaning. */
export function directionOf(transform: Transform): 1 | -1 {
  return transform instanceof IndependentTransform ? directionOf(transform.base) : (transform.sign ?? 1);
}

/**
 * Quantiles of draws, each number by itself, interpolated.
 * @param draws shape `[number of draws, n]`
 * @param directions for each number -1 where the share is to be taken from above
 * @returns shape `[number of q, n]`, or `[n]` for a single `q`
 */
export function drawnQuantiles(
  draws: tf.Tensor,
  q: number | readonly number[],
  directions: readonly number[],
): tf.Tensor {
  const list = shares(q);
  const [count = 0, n = 0] = draws.shape;
  const data = draws.dataSync();
  const out = new Float32Array(list.length * n);
  for (let i = 0; i < n; i++) {
    const sorted = Float32Array.from({ length: count }, (_, row) => data[row * n + i] as number).sort();
    for (const [k, share] of list.entries()) {
      const place = (directions[i] === -1 ? 1 - share : share) * (count - 1);
      const [below = 0, above = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
      out[k * n + i] = below + (above - below) * (place % 1);
    }
  }
  return typeof q === "number" ? tf.tensor1d(out) : tf.tensor2d(out, [list.length, n]);
}
