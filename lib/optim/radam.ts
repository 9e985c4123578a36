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

export type RAdamHyper = {
  /** Learning rate. */
  lr: number;
  /** Decay of the running averages of the gradient and of its square. */
  betas: readonly [number, number];
  /** Added to the root of the second moment. */
  eps: number;
  /** L2 penalty. */
  weightDecay: number;
};

/**
 * RAdam (Liu et al. 2020, https://arxiv.org/abs/1908.03265, algorithm 2): Adam that leaves the second moment
 * out while too few gradients have been seen to know it (ρₜ <= 5), and rectifies its variance afterwards.
 */
export const radam: OptimizerRule<RAdamHyper> = {
  name: "RAdam",
  rate: "lr",
  together: elementwise,
  hyper: {
    lr: nonNegative(1e-3),
    betas: fractions(0.9, 0.999),
    eps: nonNegative(1e-8),
    weightDecay: nonNegative(0),
  },
  slots: (value) => zeroSlots(value, ["m", "v"]),
  host({ lr, betas }, step) {
    const [beta1, beta2] = betas;
    const correction = 1 - beta2 ** step;
    const rhoInfinity = 2 / (1 - beta2) - 1;
    const rho = rhoInfinity - (2 * step * beta2 ** step) / correction;
    const stepSize = lr / (1 - beta1 ** step);
    const moments = momentNumbers(betas);
    if (rho <= 5) return { ...moments, plain: stepSize, adaptive: 0 };
    const rectification = Math.sqrt(
      ((rho - 4) * (rho - 2) * rhoInfinity) / ((rhoInfinity - 4) * (rhoInfinity - 2) * rho),
    );
    return { ...moments, plain: 0, adaptive: stepSize * rectification * Math.sqrt(correction) };
  },
  update({ value, grad, slots, hyper, scalars }) {
    const { betas, eps, weightDecay } = hyper;
    const g = decayed(grad, value, weightDecay);
    const m = firstMoment(slot(slots, "m"), g, scalars);
    const v = runningAverage(slot(slots, "v"), tf.square(g), betas[1]);
    // One of the two terms is zero; both are kept so that every step runs the same tensor operations.
    const factor = tf.add(
      tf.div(scalar(scalars, "adaptive"), tf.add(tf.sqrt(v), eps)),
      scalar(scalars, "plain"),
    );
    return { value: tf.sub(value, tf.mul(m, factor)), slots: { m, v } };
  },
};
