import * as tf from "@tensorflow/tfjs-core";
import { type HyperSpec, nonNegative } from "./hyper.ts";
import { elementwise, type OptimizerRule, slot } from "./rule.ts";

type Pair = readonly [number, number];

export type RpropHyper = {
  /** Size of the first step. */
  lr: number;
  /** Factors on the step size where the gradient's sign has changed and where it has not. */
  etas: Pair;
  /** Smallest and largest step size. */
  stepSizes: Pair;
};

const isPair = (v: unknown): v is Pair =>
  Array.isArray(v) && v.length === 2 && v.every((x) => typeof x === "number");

const pair = (
  initial: Pair,
  must: string,
  holds: (low: number, high: number) => boolean,
): HyperSpec<Pair> => ({
  initial,
  must,
  accepts: (v): v is Pair => isPair(v) && holds(...v),
});

/**
 * Resilient backpropagation (Riedmiller and Braun 1993, https://doi.org/10.1109/ICNN.1993.298623): only the
 * gradient's sign counts; each element's step grows while the sign stays and shrinks when it changes.
 */
export const rprop: OptimizerRule<RpropHyper> = {
  name: "Rprop",
  rate: "lr",
  together: elementwise,
  hyper: {
    lr: nonNegative(1e-2),
    etas: pair(
      [0.5, 1.2],
      "two numbers with 0 < first < 1 < second",
      (low, high) => 0 < low && low < 1 && high > 1,
    ),
    stepSizes: pair(
      [1e-6, 50],
      "two numbers with 0 <= first <= second",
      (low, high) => 0 <= low && low <= high,
    ),
  },
  slots: (value, { lr }) => ({ previous: tf.zeros(value.shape), stepSize: tf.fill(value.shape, lr) }),
  host: () => ({}),
  update({ value, grad, slots, hyper }) {
    const [shrink, grow] = hyper.etas;
    const [smallest, largest] = hyper.stepSizes;
    const agreement = tf.sign(tf.mul(grad, slot(slots, "previous")));
    const turned = tf.cast(tf.less(agreement, 0), "float32");
    const kept = tf.cast(tf.greater(agreement, 0), "float32");
    const factor = tf.add(1, tf.add(tf.mul(turned, shrink - 1), tf.mul(kept, grow - 1)));
    const stepSize = tf.clipByValue(tf.mul(slot(slots, "stepSize"), factor), smallest, largest);
    // Where the sign has turned the element waits for one step.
    const previous = tf.mul(grad, tf.sub(1, turned));
    return { value: tf.sub(value, tf.mul(tf.sign(previous), stepSize)), slots: { previous, stepSize } };
  },
};
