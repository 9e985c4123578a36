import * as tf from "@tensorflow/tfjs-core";
import { fraction, nonNegative } from "./hyper.ts";
import { decayed, elementwise, type OptimizerRule, runningAverage, scalar, slot, zeroSlots } from "./rule.ts";

export type AdadeltaHyper = {
  /** Factor on the step, which has the units of the parameter by itself. */
  lr: number;
  /** Decay of the running averages of squared gradients and of squared steps. */
  rho: number;
  /** Added under both roots. */
  eps: number;
  /** L2 penalty. */
  weightDecay: number;
};

/**
 * Adadelta (Zeiler 2012, https://arxiv.org/abs/1212.5701, algorithm 1):
 * the step is the gradient times the ratio of two root mean squares, that of past steps over that of gradients.
 */
export const adadelta: OptimizerRule<AdadeltaHyper> = {
  name: "Adadelta",
  rate: "lr",
  together: elementwise,
  hyper: { lr: nonNegative(1), rho: fraction(0.9), eps: nonNegative(1e-6), weightDecay: nonNegative(0) },
  slots: (value) => zeroSlots(value, ["squares", "steps"]),
  host: ({ lr }) => ({ lr }),
  update({ value, grad, slots, hyper, scalars }) {
    const { rho, eps, weightDecay } = hyper;
    const g = decayed(grad, value, weightDecay);
    const squares = runningAverage(slot(slots, "squares"), tf.square(g), rho);
    const ratio = tf.sqrt(tf.div(tf.add(slot(slots, "steps"), eps), tf.add(squares, eps)));
    const step = tf.mul(ratio, g);
    const steps = runningAverage(slot(slots, "steps"), tf.square(step), rho);
    return { value: tf.sub(value, tf.mul(step, scalar(scalars, "lr"))), slots: { squares, steps } };
  },
};
