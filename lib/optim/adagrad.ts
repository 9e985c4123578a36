import * as tf from "@tensorflow/tfjs-core";
import { nonNegative } from "./hyper.ts";
import { decayed, elementwise, type OptimizerRule, scalar, slot } from "./rule.ts";

export type AdagradHyper = {
  /** Learning rate. */
  lr: number;
  /** The rate of step t is lr / (1 + (t - 1)·lrDecay). */
  lrDecay: number;
  /** L2 penalty. */
  weightDecay: number;
  /** What the sum of squares begins with. */
  initialAccumulatorValue: number;
  /** Added to the root of the sum of squares. */
  eps: number;
};

/** Adagrad (Duchi et al. 2011, http://jmlr.org/papers/v12/duchi11a.html): `x -= lr·g / (sqrt(Σ g²) + eps)`. */
export const adagrad: OptimizerRule<AdagradHyper> = {
  name: "Adagrad",
  rate: "lr",
  together: elementwise,
  hyper: {
    lr: nonNegative(1e-2),
    lrDecay: nonNegative(0),
    weightDecay: nonNegative(0),
    initialAccumulatorValue: nonNegative(0),
    eps: nonNegative(1e-10),
  },
  slots: (value, { initialAccumulatorValue }) => ({ sum: tf.fill(value.shape, initialAccumulatorValue) }),
  host({ lr, lrDecay }, step) {
    const decay = 1 / (1 + (step - 1) * lrDecay);
    return { decay, stepSize: lr * decay };
  },
  update({ value, grad, slots, hyper, scalars }) {
    const g = decayed(grad, value, hyper.weightDecay);
    const sum = tf.add(slot(slots, "sum"), tf.square(g));
    const direction = tf.div(g, tf.add(tf.sqrt(sum), hyper.eps));
    return { value: tf.sub(value, tf.mul(direction, scalar(scalars, "stepSize"))), slots: { sum } };
  },
};
