import * as tf from "@tensorflow/tfjs-core";
import { type AdamHyper, adam } from "./adam.ts";
import { nonNegative } from "./hyper.ts";
import { type OptimizerRule, scalar } from "./rule.ts";

/**
 * AdamW (Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101): Adam whose weight decay shrinks the
 * parameter itself by the factor 1 - lr·weightDecay instead of entering the gradient.
 */
export const adamw: OptimizerRule<AdamHyper> = {
  ...adam,
  name: "AdamW",
  hyper: { ...adam.hyper, weightDecay: nonNegative(1e-2) },
  host: (hyper, step, before) => ({
    ...adam.host(hyper, step, before),
    shrink: 1 - hyper.lr * hyper.weightDecay,
  }),
  update({ value, hyper, scalars, ...rest }) {
    const shrunk = tf.mul(value, scalar(scalars, "shrink"));
    return adam.update({ ...rest, scalars, value: shrunk, hyper: { ...hyper, weightDecay: 0 } });
  },
};
