import * as tf from "@tensorflow/tfjs-core";
import { flag, fractions, nonNegative } from "./hyper.ts";
import {
  biasCorrection,
  decayed,
  elementwise,
  firstMoment,
  type OptimizerRule,
  runningAverage,
  type Slots,
  scalar,
  slot,
  zeroSlots,
} from "./rule.ts";

export type AdamHyper = {
  /** Learning rate. */
  lr: number;
  /** Decay of the running averages of the gradient and of its square. */
  betas: readonly [number, number];
  /** Added to the root of the second moment. */
  eps: number;
  /** L2 penalty. */
  weightDecay: number;
  /** Divide by the largest second moment seen, not by the current one. */
  amsgrad: boolean;
  /** Climb instead of descend. */
  maximize: boolean;
};

/**
 * Adam (Kingma and Ba 2015, https://arxiv.org/abs/1412.6980), with AMSGrad
 * (Reddi et al. 2018, https://openreview.net/forum?id=ryQu7f-RZ) as an option:
 * `x -= lr·m̂ / (sqrt(v̂) + eps)` with bias-corrected moments m̂ and v̂.
 */
export const adam: OptimizerRule<AdamHyper> = {
  name: "Adam",
  rate: "lr",
  together: elementwise,
  hyper: {
    lr: nonNegative(1e-3),
    betas: fractions(0.9, 0.999),
    eps: nonNegative(1e-8),
    weightDecay: nonNegative(0),
    amsgrad: flag(false),
    maximize: flag(false),
  },
  slots: (value, { amsgrad }) => zeroSlots(value, amsgrad ? ["m", "v", "vMax"] : ["m", "v"]),
  // The bias corrections are moved from the tensors into the two numbers:
  // lr·m̂/(sqrt(v̂) + eps) = stepSize·m/(sqrt(v) + scaledEps).
  host({ lr, betas, eps }, step, before) {
    const [beta1, beta2] = betas;
    const root = Math.sqrt(biasCorrection(beta2, step));
    const stepSize = (lr * root) / biasCorrection(beta1, step);
    const scaledEps = eps * root;
    const same = before.stepSize === stepSize && before.scaledEps === scaledEps && before.beta1 === beta1;
    return same ? before : { beta1, share1: 1 - beta1, stepSize, scaledEps };
  },
  update({ value, grad, slots, hyper, scalars }) {
    const { betas, weightDecay, amsgrad, maximize } = hyper;
    const g = decayed(maximize ? tf.neg(grad) : grad, value, weightDecay);
    const m = firstMoment(slot(slots, "m"), g, scalars);
    const v = runningAverage(slot(slots, "v"), tf.square(g), betas[1]);
    const vMax = amsgrad ? tf.maximum(slot(slots, "vMax"), v) : v;
    const direction = tf.div(m, tf.add(tf.sqrt(vMax), scalar(scalars, "scaledEps")));
    const next: Slots = amsgrad ? { m, v, vMax } : { m, v };
    return { value: tf.sub(value, tf.mul(direction, scalar(scalars, "stepSize"))), slots: next };
  },
};
