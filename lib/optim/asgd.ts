import * as tf from "@tensorflow/tfjs-core";
import { nonNegative } from "./hyper.ts";
import { decayed, elementwise, type OptimizerRule, scalar, slot } from "./rule.ts";

export type ASGDHyper = {
  /** Learning rate of the first step. */
  lr: number;
  /** How fast the rate decays, and how strongly the parameter is pulled to zero. */
  lambd: number;
  /** Power of the rate's decay. */
  alpha: number;
  /** Step after which averaging begins. */
  t0: number;
  /** L2 penalty. */
  weightDecay: number;
};

/**
 * Averaged stochastic gradient descent (Polyak and Juditsky 1992, https://doi.org/10.1137/0330046).
 * The slot `average` holds the mean of the iterates since step `t0`.
 */
export const asgd: OptimizerRule<ASGDHyper> = {
  name: "ASGD",
  rate: "lr",
  together: elementwise,
  hyper: {
    lr: nonNegative(1e-2),
    lambd: nonNegative(1e-4),
    alpha: nonNegative(0.75),
    t0: nonNegative(1e6),
    weightDecay: nonNegative(0),
  },
  slots: (value) => ({ average: tf.zeros(value.shape) }),
  // Rate and averaging weight follow the number of steps already taken.
  host({ lr, lambd, alpha, t0 }, step) {
    const decay = (1 + lambd * lr * (step - 1)) ** -alpha;
    return {
      decay,
      stepSize: lr * decay,
      shrink: 1 - lambd * lr * decay,
      weight: 1 / Math.max(1, step - 1 - t0),
    };
  },
  update({ value, grad, slots, hyper, scalars }) {
    const g = decayed(grad, value, hyper.weightDecay);
    const next = tf.sub(tf.mul(value, scalar(scalars, "shrink")), tf.mul(g, scalar(scalars, "stepSize")));
    const before = slot(slots, "average");
    const average = tf.add(before, tf.mul(tf.sub(next, before), scalar(scalars, "weight")));
    return { value: next, slots: { average } };
  },
};
