import * as tf from "@tensorflow/tfjs-core";
import { fractions, nonNegative, positive } from "./hyper.ts";
import { decayed, type OptimizerRule, runningAverage, scalar, slot, zeroSlots } from "./rule.ts";

export type ClippedAdamHyper = {
  /** Learning rate. */
  lr: number;
  /** Decay of the running averages of the gradient and of its square. */
  betas: readonly [number, number];
  /** Added to the root of the second moment, before its bias is corrected. */
  eps: number;
  /** L2 penalty, added after clipping. */
  weightDecay: number;
  /** Each element of the gradient is clamped to [-clipNorm, clipNorm]. */
  clipNorm: number;
  /** The learning rate is multiplied by this before each step. */
  lrd: number;
};

/**
 * Pyro's ClippedAdam: Adam with every element of the gradient clamped and a learning rate that decays
 * geometrically. In contrast to Adam, `eps` is added to the uncorrected root of the second moment:
 * `x -= lr·lrd^t · sqrt(1-β₂^t)/(1-β₁^t) · m / (sqrt(v) + eps)`.
 */
export const clippedAdam: OptimizerRule<ClippedAdamHyper> = {
  name: "ClippedAdam",
  rate: "lr",
  elementwise: true,
  hyper: {
    lr: nonNegative(1e-3),
    betas: fractions(0.9, 0.999),
    eps: nonNegative(1e-8),
    weightDecay: nonNegative(0),
    clipNorm: positive(10),
    lrd: positive(1),
  },
  slots: (value) => zeroSlots(value, ["m", "v"]),
  host({ lr, betas, lrd }, step, before) {
    const decay = (before.decay ?? 1) * lrd;
    const stepSize = (lr * decay * Math.sqrt(1 - betas[1] ** step)) / (1 - betas[0] ** step);
    return { decay, stepSize };
  },
  update({ value, grad, slots, hyper, scalars }) {
    const { betas, eps, weightDecay, clipNorm } = hyper;
    const g = decayed(tf.clipByValue(grad, -clipNorm, clipNorm), value, weightDecay);
    const m = runningAverage(slot(slots, "m"), g, betas[0]);
    const v = runningAverage(slot(slots, "v"), tf.square(g), betas[1]);
    const direction = tf.div(m, tf.add(tf.sqrt(v), eps));
    return { value: tf.sub(value, tf.mul(direction, scalar(scalars, "stepSize"))), slots: { m, v } };
  },
};
