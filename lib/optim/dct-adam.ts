import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { fastLength, fromFrequencies, withFrequencies } from "./dct.ts";
import { flag, fractions, type HyperSpec, nonNegative, positive } from "./hyper.ts";
import {
  firstMoment,
  momentNumbers,
  type OptimizerRule,
  type RuleResult,
  type RuleStep,
  runningAverage,
  scalar,
  slot,
  zeroSlots,
} from "./rule.ts";

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
  /** The parameter's time axis, counted from the right (-1 is the last); 0 where it has none. */
  dctDim: number;
};

const axisFromRight: HyperSpec<number> = {
  initial: 0,
  must: "a whole number < 0, or 0 for none",
  accepts: (v): v is number => typeof v === "number" && Number.isSafeInteger(v) && v <= 0,
};

/**
 * Pyro's DCTAdam: ClippedAdam without weight decay, for time series and for subsampled plates.
 *
 * Along a time axis (`dctDim`, which Pyro marks on the parameter) gradients are followed by their discrete cosine
 * transform, both go through Adam, and the step is the sum of the two: slow movements are learned as fast as
 * quick ones. With `subsampleAware`, only the elements of a step's subsample move, each with its bias corrected
 * by the number of steps it took part in. They are those whose gradient is not exactly zero: a subsampled plate
 * picks its elements out of a parameter that is declared in it with `eventDim`, so that the others have none.
 */
export const dctAdam: OptimizerRule<DCTAdamHyper> = {
  name: "DCTAdam",
  rate: "lr",
  together: ({ dctDim }) => (dctDim === 0 ? "elements" : undefined),
  hyper: {
    lr: nonNegative(1e-3),
    betas: fractions(0.9, 0.999),
    eps: nonNegative(1e-8),
    clipNorm: positive(10),
    lrd: positive(1),
    subsampleAware: flag(false),
    dctDim: axisFromRight,
  },
  conflict: ({ subsampleAware, dctDim }) =>
    subsampleAware && dctDim !== 0
      ? "a time axis that is subsampled has no cosine transform; give dctDim or subsampleAware"
      : undefined,
  slots(value, { subsampleAware, dctDim }) {
    if (subsampleAware) return zeroSlots(value, ["m", "v", "steps"]);
    const shape = [...value.shape];
    if (dctDim !== 0)
      shape[value.rank + dctDim] = timeAxis(value, dctDim) + fastLength(timeAxis(value, dctDim));
    return { m: tf.zeros(shape), v: tf.zeros(shape) };
  },
  host({ lr, betas, lrd }, step, before) {
    const decay = (before.decay ?? 1) * lrd;
    const correction = Math.sqrt(1 - betas[1] ** step) / (1 - betas[0] ** step);
    return {
      ...momentNumbers(betas),
      decay,
      rate: lr * decay,
      stepSize: lr * decay * correction,
      // Of zero there is no logarithm: so small a number is zero after one step as well.
      logBeta1: Math.log(Math.max(betas[0], 1e-30)),
    };
  },
  update(step): RuleResult {
    return step.hyper.subsampleAware ? aware(step) : whole(step);
  },
};

function whole({ value, grad, slots, hyper, scalars }: RuleStep<DCTAdamHyper>): RuleResult {
  const { betas, eps, clipNorm, dctDim } = hyper;
  const clipped = tf.clipByValue(grad, -clipNorm, clipNorm);
  const g = dctDim === 0 ? clipped : withFrequencies(clipped, dctDim);
  const m = firstMoment(slot(slots, "m"), g, scalars);
  const v = runningAverage(slot(slots, "v"), tf.square(g), betas[1]);
  const direction = tf.div(m, tf.add(tf.sqrt(v), eps));
  const along = dctDim === 0 ? direction : fromFrequencies(direction, dctDim, timeAxis(value, dctDim));
  return { value: tf.sub(value, tf.mul(along, scalar(scalars, "stepSize"))), slots: { m, v } };
}

function aware({ value, grad, slots, hyper, scalars }: RuleStep<DCTAdamHyper>): RuleResult {
  const { betas, eps, clipNorm } = hyper;
  const g = tf.clipByValue(grad, -clipNorm, clipNorm);
  const m = firstMoment(slot(slots, "m"), g, scalars);
  const v = runningAverage(slot(slots, "v"), tf.square(g), betas[1]);
  const present = tf.cast(tf.notEqual(grad, 0), "float32");
  const only = (after: tf.Tensor, before: tf.Tensor) =>
    tf.add(tf.mul(after, present), tf.mul(before, tf.sub(1, present)));
  const steps = tf.add(slot(slots, "steps"), present);
  const age = tf.maximum(steps, 1);
  // 1 - beta^age, without losing the digits of a beta close to 1.
  const bias = (logBeta: number | tf.Scalar) => tf.neg(tf.expm1(tf.mul(age, logBeta)));
  const correction = tf.div(
    tf.sqrt(bias(Math.log(Math.max(betas[1], 1e-30)))),
    bias(scalar(scalars, "logBeta1")),
  );
  const direction = tf.div(m, tf.add(tf.sqrt(v), eps));
  const moved = tf.mul(tf.mul(direction, correction), scalar(scalars, "rate"));
  return {
    value: tf.sub(value, tf.mul(moved, present)),
    slots: { m: only(m, slot(slots, "m")), v: only(v, slot(slots, "v")), steps },
  };
}

function timeAxis(value: tf.Tensor, dctDim: number): number {
  const length = value.shape.at(dctDim);
  if (length !== undefined && -dctDim <= value.rank) return length;
  throw pyroError({
    what: "The parameter does not have the time axis that dctDim names",
    where: "dctDim of DCTAdam",
    expected: `an axis of shape [${value.shape.join(", ")}], counted from the right, or 0`,
    got: String(dctDim),
  });
}
