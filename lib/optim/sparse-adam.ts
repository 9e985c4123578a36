import * as tf from "@tensorflow/tfjs-core";
import { fractions, nonNegative } from "./hyper.ts";
import {
  firstMoment,
  momentNumbers,
  type OptimizerRule,
  runningAverage,
  scalar,
  slot,
  zeroSlots,
} from "./rule.ts";

export type SparseAdamHyper = {
  /** Learning rate. */
  lr: number;
  /** Decay of the running averages of the gradient and of its square. */
  betas: readonly [number, number];
  /** Added to the root of the second moment. */
  eps: number;
};

/**
 * Adam for embeddings: rows (along the first axis) without any gradient keep their value and their moments.
 * Differs from Adam (https://arxiv.org/abs/1412.6980) in that too, and in that eps stands outside the bias
 * correction: `x -= lr·sqrt(1 - β₂ᵗ)/(1 - β₁ᵗ)·m / (sqrt(v) + eps)`.
 */
export const sparseAdam: OptimizerRule<SparseAdamHyper> = {
  name: "SparseAdam",
  rate: "lr",
  together: () => "rows",
  hyper: { lr: nonNegative(1e-3), betas: fractions(0.9, 0.999), eps: nonNegative(1e-8) },
  slots: (value) => zeroSlots(value, ["m", "v"]),
  host: ({ lr, betas }, step) => ({
    ...momentNumbers(betas),
    stepSize: (lr * Math.sqrt(1 - betas[1] ** step)) / (1 - betas[0] ** step),
  }),
  update({ value, grad, slots, hyper, scalars }) {
    const { betas, eps } = hyper;
    const touched = touchedRows(grad);
    const only = (after: tf.Tensor, before: tf.Tensor) =>
      tf.add(before, tf.mul(touched, tf.sub(after, before)));
    const m = only(firstMoment(slot(slots, "m"), grad, scalars), slot(slots, "m"));
    const v = only(runningAverage(slot(slots, "v"), tf.square(grad), betas[1]), slot(slots, "v"));
    const step = tf.mul(tf.div(m, tf.add(tf.sqrt(v), eps)), scalar(scalars, "stepSize"));
    return { value: tf.sub(value, tf.mul(step, touched)), slots: { m, v } };
  },
};

/** 1 for each row with a gradient, 0 for the others, of a shape that broadcasts against the gradient. */
function touchedRows(grad: tf.Tensor): tf.Tensor {
  const magnitude = tf.abs(grad);
  const axes = grad.shape.slice(1).map((_, i) => i + 1);
  const largest = axes.length === 0 ? magnitude : tf.max(magnitude, axes, true);
  return tf.cast(tf.greater(largest, 0), "float32");
}
