import * as tf from "@tensorflow/tfjs-core";
import { fractions, nonNegative } from "./hyper.ts";
import {
  decayed,
  elementwise,
  firstMoment,
  momentNumbers,
  type OptimizerRule,
  runningAverage,
  scalar,
  slot,
  zeroSlots,
} from "./rule.ts";

export type NAdamHyper = {
  /** Learning rate. */
  lr: number;
  /** Decay of the running averages of the gradient and of its square. */
  betas: readonly [number, number];
  /** Added to the root of the second moment. */
  eps: number;
  /** L2 penalty. */
  weightDecay: number;
  /** How fast the momentum warms up. */
  momentumDecay: number;
};

/**
 * NAdam (Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ, algorithm 2): Adam with Nesterov's
 * momentum, whose schedule is μₜ = β₁·(1 - 0.96^(t·momentumDecay)/2).
 */
export const nadam: OptimizerRule<NAdamHyper> = {
  name: "NAdam",
  rate: "lr",
  together: elementwise,
  hyper: {
    lr: nonNegative(2e-3),
    betas: fractions(0.9, 0.999),
    eps: nonNegative(1e-8),
    weightDecay: nonNegative(0),
    momentumDecay: nonNegative(4e-3),
  },
  slots: (value) => zeroSlots(value, ["m", "v"]),
  host({ lr, betas, momentumDecay }, step, { muProduct = 1 }) {
    const mu = (t: number) => betas[0] * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const product = muProduct * mu(step);
    return {
      ...momentNumbers(betas),
      muProduct: product,
      gradStep: (lr * (1 - mu(step))) / (1 - product),
      momentStep: (lr * mu(step + 1)) / (1 - product * mu(step + 1)),
      rootScale: 1 / Math.sqrt(1 - betas[1] ** step),
    };
  },
  update({ value, grad, slots, hyper, scalars }) {
    const { betas, eps, weightDecay } = hyper;
    const g = decayed(grad, value, weightDecay);
    const m = firstMoment(slot(slots, "m"), g, scalars);
    const v = runningAverage(slot(slots, "v"), tf.square(g), betas[1]);
    const denominator = tf.add(tf.mul(tf.sqrt(v), scalar(scalars, "rootScale")), eps);
    const push = tf.add(tf.mul(g, scalar(scalars, "gradStep")), tf.mul(m, scalar(scalars, "momentStep")));
    return { value: tf.sub(value, tf.div(push, denominator)), slots: { m, v } };
  },
};
