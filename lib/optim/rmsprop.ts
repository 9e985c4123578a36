import * as tf from "@tensorflow/tfjs-core";
import { flag, fraction, nonNegative } from "./hyper.ts";
import {
  decayed,
  elementwise,
  type OptimizerRule,
  runningAverage,
  type Slots,
  scalar,
  slot,
  zeroSlots,
} from "./rule.ts";

export type RMSpropHyper = {
  /** Learning rate. */
  lr: number;
  /** Decay of the running averages. */
  alpha: number;
  /** Added to the root. */
  eps: number;
  /** L2 penalty. */
  weightDecay: number;
  /** How much of the last velocity is kept. */
  momentum: number;
  /** Divide by the gradient's standard deviation instead of its root mean square. */
  centered: boolean;
};

/**
 * RMSprop (Tieleman and Hinton 2012, lecture 6.5), centred as an option (Graves 2013,
 * https://arxiv.org/abs/1308.0850, equation 40): `x -= lr·g / (sqrt(mean square) + eps)`.
 */
export const rmsprop: OptimizerRule<RMSpropHyper> = {
  name: "RMSprop",
  rate: "lr",
  together: elementwise,
  hyper: {
    lr: nonNegative(1e-2),
    alpha: fraction(0.99),
    eps: nonNegative(1e-8),
    weightDecay: nonNegative(0),
    momentum: nonNegative(0),
    centered: flag(false),
  },
  slots: (value, { momentum, centered }) =>
    zeroSlots(value, ["squares", ...(centered ? ["mean"] : []), ...(momentum > 0 ? ["velocity"] : [])]),
  host: ({ lr, momentum }) => ({ lr, momentum }),
  update({ value, grad, slots, hyper, scalars }) {
    const { alpha, eps, weightDecay, centered } = hyper;
    const g = decayed(grad, value, weightDecay);
    const squares = runningAverage(slot(slots, "squares"), tf.square(g), alpha);
    let next: Slots = { squares };
    let spread = squares;
    if (centered) {
      const mean = runningAverage(slot(slots, "mean"), g, alpha);
      spread = tf.sub(squares, tf.square(mean));
      next = { ...next, mean };
    }
    let direction = tf.div(g, tf.add(tf.sqrt(spread), eps));
    if (slots.velocity !== undefined) {
      direction = tf.add(tf.mul(slot(slots, "velocity"), scalar(scalars, "momentum")), direction);
      next = { ...next, velocity: direction };
    }
    return { value: tf.sub(value, tf.mul(direction, scalar(scalars, "lr"))), slots: next };
  },
};
