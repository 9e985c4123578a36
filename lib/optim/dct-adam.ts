import * as tf from "@tensorflow/tfjs-core";
import { flag, fractions, nonNegative, positive } from "./hyper.ts";
import { type OptimizerRule, type RuleResult, runningAverage, scalar, slot, zeroSlots } from "./rule.ts";

export type DCTAdamHyper = {
  /** Learning rate. */
  lr: number;
  /** Decay of the running averages of the gradient and of its square. */
  betas: readonly [number, number];
  /** Added to the root of the second moment, before its bias is corrected. */
  eps: number;
  /** Each element of the gradient is clamped to [-clipNorm, clipNorm]. */
  clipNorm: number;
  /** The learning rate is multiplied by this before each step. */
  lrd: number;
  /** Elements outside the subsample keep their value and their moments, and age by their own steps. */
  subsampleAware: boolean;
};

/**
 * Pyro's DCTAdam, as far as a parameter's own axes go: ClippedAdam without weight decay that may be aware of
 * subsampling. An element whose gradient is exactly zero is taken to be outside the current subsample; one
 * inside has its bias corrected by the number of steps it took part in. No parameter has a time axis here, so
 * the cosine transform that Pyro applies along such an axis is not needed.
 */
export const dctAdam: OptimizerRule<DCTAdamHyper> = {
  name: "DCTAdam",
  rate: "lr",
  elementwise: true,
  hyper: {
    lr: nonNegative(1e-3),
    betas: fractions(0.9, 0.999),
    eps: nonNegative(1e-8),
    clipNorm: positive(10),
    lrd: positive(1),
    subsampleAware: flag(false),
  },
  slots: (value, { subsampleAware }) => zeroSlots(value, subsampleAware ? ["m", "v", "steps"] : ["m", "v"]),
  host({ lr, betas, lrd }, step, before) {
    const decay = (before.decay ?? 1) * lrd;
    const correction = Math.sqrt(1 - betas[1] ** step) / (1 - betas[0] ** step);
    return { decay, rate: lr * decay, stepSize: lr * decay * correction };
  },
  update({ value, grad, slots, hyper, scalars }): RuleResult {
    const { betas, eps, clipNorm, subsampleAware } = hyper;
    const g = tf.clipByValue(grad, -clipNorm, clipNorm);
    const m = runningAverage(slot(slots, "m"), g, betas[0]);
    const v = runningAverage(slot(slots, "v"), tf.square(g), betas[1]);
    const direction = (first: tf.Tensor, second: tf.Tensor) => tf.div(first, tf.add(tf.sqrt(second), eps));
    if (!subsampleAware) {
      return { value: tf.sub(value, tf.mul(direction(m, v), scalar(scalars, "stepSize"))), slots: { m, v } };
    }
    const present = tf.cast(tf.notEqual(grad, 0), "float32");
    const only = (after: tf.Tensor, before: tf.Tensor) =>
      tf.add(tf.mul(after, present), tf.mul(before, tf.sub(1, present)));
    const steps = tf.add(slot(slots, "steps"), present);
    const age = tf.maximum(steps, 1);
    // 1 - beta^age, without losing the digits of a beta close to 1.
    const bias = (beta: number) => tf.neg(tf.expm1(tf.mul(age, Math.log(beta))));
    const correction = tf.div(tf.sqrt(bias(betas[1])), bias(betas[0]));
    const moved = tf.mul(tf.mul(direction(m, v), correction), scalar(scalars, "rate"));
    return {
      value: tf.sub(value, tf.mul(moved, present)),
      slots: { m: only(m, slot(slots, "m")), v: only(v, slot(slots, "v")), steps },
    };
  },
};
