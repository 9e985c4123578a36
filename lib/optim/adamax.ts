import * as tf from "@tensorflow/tfjs-core";
import { fractions, nonNegative } from "./hyper.ts";
import {
  decayed,
  elementwise,
  firstMoment,
  momentNumbers,
  type OptimizerRule,
  scalar,
  slot,
  zeroSlots,
} from "./rule.ts";

export type AdamaxHyper = {
  /** Learning rate. */
  lr: number;
  /** Decay of the running average of the gradient and of its largest magnitude. */
  betas: readonly [number, number];
  /** Added to the gradient's magnitude. */
  eps: number;
  /** L2 penalty. */
  weightDecay: number;
};

/**
 * Adamax (Kingma and Ba 2015, https://arxiv.org/abs/1412.6980, section 7.1): Adam with the infinity norm,
 * `u = max(β₂·u, |g| + eps)`; `x -= lr/(1 - β₁ᵗ)·m / u`.
 */
export const adamax: OptimizerRule<AdamaxHyper> = {
  name: "Adamax",
  rate: "lr",
  together: elementwise,
  hyper: {
    lr: nonNegative(2e-3),
    betas: fractions(0.9, 0.999),
    eps: nonNegative(1e-8),
    weightDecay: nonNegative(0),
  },
  slots: (value) => zeroSlots(value, ["m", "u"]),
  host: ({ lr, betas }, step) => ({ ...momentNumbers(betas), stepSize: lr / (1 - betas[0] ** step) }),
  update({ value, grad, slots, hyper, scalars }) {
    const { betas, eps, weightDecay } = hyper;
    const g = decayed(grad, value, weightDecay);
    const m = firstMoment(slot(slots, "m"), g, scalars);
    const u = tf.maximum(tf.mul(slot(slots, "u"), betas[1]), tf.add(tf.abs(g), eps));
    return { value: tf.sub(value, tf.mul(tf.div(m, u), scalar(scalars, "stepSize"))), slots: { m, u } };
  },
};
