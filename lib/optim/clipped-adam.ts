import * as tf from "@tensorflow/tfjs-core";
import { flag, fractions, nonNegative, positive } from "./hyper.ts";
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

export type ClippedAdamHyper = {
  /** Learning rate. */
  lr: number;
  /** Decay of the running averages of the gradient and of its square. */
  betas: readonly [number, number];
  /** Added to the root of the second moment, before its bias is corrected. */
  eps: number;
  /** L2 penalty, added after clipping. */
  weightDecay: number;
  /**
   * Each element of the gradient is clamped to [-clipNorm, clipNorm]. Score-function gradients are skewed: clamping
   * biases them, so where sites are not reparameterised a large one is the safe choice.
   */
  clipNorm: number;
  /** The learning rate is multiplied by this before each step. */
  lrd: number;
  /** Divide by the gradient's spread around its running mean, not around zero: steady gradients take larger steps. */
  centeredVariance: boolean;
};

/**
 * Pyro's ClippedAdam: Adam with every element of the gradient clamped and a learning rate that decays
 * geometrically. In contrast to Adam, `eps` is added to the uncorrected root of the second moment:
 * `x -= lr·lrd^t · sqrt(1-β₂^t)/(1-β₁^t) · m / (sqrt(v) + eps)`. With `centeredVariance`, v averages (g - m)²
 * instead of g² (as in AdaBelief, Zhuang et al. 2020, https://arxiv.org/abs/2010.07468): never negative, unlike
 * the difference of the two averages.
 */
export const clippedAdam: OptimizerRule<ClippedAdamHyper> = {
  name: "ClippedAdam",
  rate: "lr",
  together: elementwise,
  hyper: {
    lr: nonNegative(1e-3),
    betas: fractions(0.9, 0.999),
    eps: nonNegative(1e-8),
    weightDecay: nonNegative(0),
    clipNorm: positive(10),
    lrd: positive(1),
    centeredVariance: flag(false),
  },
  slots: (value) => zeroSlots(value, ["m", "v"]),
  host({ lr, betas, lrd }, step, before) {
    const decay = (before.decay ?? 1) * lrd;
    const stepSize = (lr * decay * Math.sqrt(1 - betas[1] ** step)) / (1 - betas[0] ** step);
    return { ...momentNumbers(betas), decay, stepSize };
  },
  update({ value, grad, slots, hyper, scalars }) {
    const { betas, eps, weightDecay, clipNorm, centeredVariance } = hyper;
    const g = decayed(tf.clipByValue(grad, -clipNorm, clipNorm), value, weightDecay);
    const m = firstMoment(slot(slots, "m"), g, scalars);
    const spread = centeredVariance ? tf.sub(g, m) : g;
    const v = runningAverage(slot(slots, "v"), tf.square(spread), betas[1]);
    const direction = tf.div(m, tf.add(tf.sqrt(v), eps));
    return { value: tf.sub(value, tf.mul(direction, scalar(scalars, "stepSize"))), slots: { m, v } };
  },
};
