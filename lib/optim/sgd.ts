import * as tf from "@tensorflow/tfjs-core";
import { finite, flag, nonNegative } from "./hyper.ts";
import { decayed, elementwise, type OptimizerRule, scalar, slot, zeroSlots } from "./rule.ts";

export type SGDHyper = {
  /** Learning rate. */
  lr: number;
  /** How much of the last velocity is kept. */
  momentum: number;
  /** How much of a new gradient is left out of the velocity. */
  dampening: number;
  /** Look ahead along the velocity (needs momentum and no dampening). */
  nesterov: boolean;
  /** L2 penalty. */
  weightDecay: number;
};

/**
 * Stochastic gradient descent, with momentum (Sutskever et al. 2013,
 * http://proceedings.mlr.press/v28/sutskever13.html): the velocity is the first gradient, then
 * `velocity = momentum·velocity + (1 - dampening)·grad`; `x -= lr·velocity`.
 */
export const sgd: OptimizerRule<SGDHyper> = {
  name: "SGD",
  rate: "lr",
  together: elementwise,
  hyper: {
    lr: nonNegative(1e-3),
    momentum: nonNegative(0),
    dampening: finite(0),
    nesterov: flag(false),
    weightDecay: nonNegative(0),
  },
  conflict: ({ momentum, dampening, nesterov }) =>
    nesterov && (momentum === 0 || dampening !== 0)
      ? `nesterov needs momentum > 0 and dampening = 0; got momentum ${momentum}, dampening ${dampening}`
      : undefined,
  slots: (value, { momentum }) => zeroSlots(value, momentum === 0 ? [] : ["velocity"]),
  // The first gradient enters the velocity whole, later ones dampened.
  host: ({ lr, momentum, dampening }, step) => ({ lr, momentum, share: step === 1 ? 1 : 1 - dampening }),
  update({ value, grad, slots, hyper, scalars }) {
    const { nesterov, weightDecay } = hyper;
    const g = decayed(grad, value, weightDecay);
    const rate = scalar(scalars, "lr");
    if (slots.velocity === undefined) return { value: tf.sub(value, tf.mul(g, rate)), slots };
    const momentum = scalar(scalars, "momentum");
    const velocity = tf.add(tf.mul(slot(slots, "velocity"), momentum), tf.mul(g, scalar(scalars, "share")));
    const direction = nesterov ? tf.add(g, tf.mul(velocity, momentum)) : velocity;
    return { value: tf.sub(value, tf.mul(direction, rate)), slots: { velocity } };
  },
};
