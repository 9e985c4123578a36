/**
 * What families of counts share: binomial coefficients, and draws by inverting the distribution function with a fixed
 * number of tensor operations.
 */
import * as tf from "@tensorflow/tfjs-core";
import { logBeta } from "../tensor/index.ts";

/**
 * Enough halvings for a bracket of 14 standard deviations up to a variance of 10^6; beyond, a draw is off by less than
 * a thousandth of a standard deviation.
 */
const STEPS = 14;

/**
 * The smallest integer k with cdf(k) >= u, for u in (0, 1) of 23 bits (so within 5.4 standard deviations).
 * @param lowest - the smallest value of the support, `highest` the largest where there is one.
 */
export function discreteQuantile(
  u: tf.Tensor,
  cdf: (k: tf.Tensor) => tf.Tensor,
  {
    mean,
    variance,
    lowest,
    highest,
  }: Record<"mean" | "variance", tf.Tensor> & { lowest: number; highest?: tf.Tensor },
): tf.Tensor {
  const reach = tf.mul(tf.sqrt(variance), 7);
  let below = tf.maximum(tf.floor(tf.sub(tf.sub(mean, reach), 7)), lowest - 1);
  let above = tf.ceil(tf.add(tf.add(mean, reach), 17));
  if (highest !== undefined) above = tf.minimum(above, highest);
  for (let i = 0; i < STEPS; i++) {
    const middle = tf.floor(tf.mul(tf.add(tf.add(below, above), 1), 0.5));
    const enough = tf.greaterEqual(cdf(middle), u);
    above = tf.where(enough, middle, above);
    below = tf.where(enough, below, middle);
  }
  return above;
}

/** log C(n, x), in the form that loses no digits to a difference of large logarithms. */
export function logWays(n: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.neg(tf.add(logBeta(tf.add(x, 1), tf.add(tf.sub(n, x), 1)), tf.log(tf.add(n, 1))));
}

/** log Γ(a) + log x! - log Γ(a + x), for a > 0 and counts x. */
export function logRising(a: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.add(logBeta(a, tf.add(x, 1)), tf.log(tf.add(a, x)));
}
