import * as tf from "@tensorflow/tfjs-core";
import { fraction, nonNegative, positive } from "./hyper.ts";
import { elementwise, type OptimizerRule, scalar, slot, zeroSlots } from "./rule.ts";

export type AdagradRMSPropHyper = {
  /** Scale of the steps. */
  eta: number;
  /** Makes the exponent of the rate's decay, -1/2 + delta, a little larger than -1/2. */
  delta: number;
  /** Weight of the newest squared gradient. */
  t: number;
};

/**
 * Adagrad with RMSProp's memory, as in automatic differentiation variational inference (Kucukelbir et al. 2017,
 * https://arxiv.org/abs/1603.00788, equations 10 and 11): `sum = g²` at first, then `(1-t)·sum + t·g²`;
 * `x -= eta·step^(-1/2+delta)·g / (1 + sqrt(sum))`.
 */
export const adagradRMSProp: OptimizerRule<AdagradRMSPropHyper> = {
  name: "AdagradRMSProp",
  rate: "eta",
  together: elementwise,
  hyper: { eta: positive(1), delta: nonNegative(1e-16), t: fraction(0.1) },
  slots: (value) => zeroSlots(value, ["sum"]),
  host({ eta, delta, t }, step) {
    const decay = step ** (-0.5 + delta);
    return { decay, stepSize: eta * decay, kept: step === 1 ? 0 : 1 - t, share: step === 1 ? 1 : t };
  },
  update({ value, grad, slots, scalars }) {
    const sum = tf.add(
      tf.mul(slot(slots, "sum"), scalar(scalars, "kept")),
      tf.mul(tf.square(grad), scalar(scalars, "share")),
    );
    const direction = tf.div(grad, tf.add(tf.sqrt(sum), 1));
    return { value: tf.sub(value, tf.mul(direction, scalar(scalars, "stepSize"))), slots: { sum } };
  },
};
