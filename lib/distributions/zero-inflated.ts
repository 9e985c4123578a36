/** What the zero-inflated families share: a count that is 0 for another reason with probability `gate`. */
import * as tf from "@tensorflow/tfjs-core";
import { uniform } from "../tensor/index.ts";
import * as constraints from "./constraints.ts";
import { detached } from "./helpers.ts";

export interface GateParams {
  readonly gate?: tf.Tensor | undefined;
  readonly gateLogits?: tf.Tensor | undefined;
}

/** Rows of the table of parameters: exactly one of the two. */
export const GATE = {
  gate: { constraint: constraints.unitInterval, oneOf: "inflation" },
  gateLogits: { constraint: constraints.real, oneOf: "inflation" },
} as const;

/** The share of forced zeros. */
export function gateOf({ gate, gateLogits }: GateParams): tf.Tensor {
  return gate ?? tf.sigmoid(gateLogits as tf.Tensor);
}

/** @param score - log-probability of `x` without inflation */
export function inflatedScore(p: GateParams, x: tf.Tensor, score: tf.Tensor): tf.Tensor {
  const { gate, gateLogits } = p;
  const open = gate === undefined ? tf.neg(tf.softplus(gateLogits as tf.Tensor)) : tf.log1p(tf.neg(gate));
  const counted = tf.add(open, score);
  const chance = tf.add(gateOf(p), tf.exp(counted));
  // Where both ways to a zero underflow there is only the count's own.
  const lost = detached(() => tf.equal(chance, 0));
  const zero = tf.where(lost, counted, tf.log(tf.where(lost, 1, chance)));
  return tf.where(
    detached(() => tf.equal(x, 0)),
    zero,
    counted,
  );
}

export function inflatedMean(p: GateParams, mean: tf.Tensor): tf.Tensor {
  return tf.mul(tf.sub(1, gateOf(p)), mean);
}

export function inflatedVariance(p: GateParams, mean: tf.Tensor, variance: tf.Tensor): tf.Tensor {
  const gate = gateOf(p);
  return tf.mul(tf.sub(1, gate), tf.add(variance, tf.mul(gate, tf.square(mean))));
}

/** `counts`, of the shape of the batch, or 0. */
export function inflatedDraw(p: GateParams, counts: tf.Tensor): tf.Tensor {
  return tf.where(tf.less(uniform(counts.shape), gateOf(p)), 0, counts);
}
