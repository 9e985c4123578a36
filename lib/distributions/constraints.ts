/** The sets that parameters and values live in. */
import * as tf from "@tensorflow/tfjs-core";
import {
  and,
  type Bound,
  type Constraint,
  filled,
  isInteger,
  scalar,
  show,
  single,
  spread,
  vector,
} from "./constraint.ts";

export type { Bound, Constraint, ConstraintKind } from "./constraint.ts";
export { corrCholesky, lowerCholesky, ordered, positiveDefinite } from "./matrix-constraints.ts";

export const real = scalar({
  kind: "real",
  meaning: () => "a real number (not NaN)",
  // Infinite values pass, as in Pyro: only NaN is not equal to itself.
  holds: (v) => !Number.isNaN(v),
  test: (x) => tf.equal(x, x),
  feasible: filled(0),
});

export const boolean = scalar({
  kind: "boolean",
  meaning: () => "0 or 1",
  isDiscrete: true,
  holds: (v) => v === 0 || v === 1,
  test: (x) => tf.equal(x, tf.mul(x, x)),
  feasible: filled(0),
});

export const nonNegativeInteger = scalar({
  kind: "nonNegativeInteger",
  meaning: () => "an integer >= 0",
  isDiscrete: true,
  holds: (v) => v >= 0 && Number.isInteger(v),
  test: (x) => and(tf.greaterEqual(x, 0), isInteger(x), tf.isFinite(x)),
  feasible: filled(0),
});

export const positiveInteger = scalar({
  kind: "positiveInteger",
  meaning: () => "an integer >= 1",
  isDiscrete: true,
  holds: (v) => v >= 1 && Number.isInteger(v),
  test: (x) => and(tf.greaterEqual(x, 1), isInteger(x), tf.isFinite(x)),
  feasible: filled(1),
});

/** Integers from `lower` to `upper`, both included. */
export function integerInterval(lower: Bound, upper: Bound): Constraint {
  const [low, high] = [single(lower), single(upper)];
  return scalar({
    kind: "integerInterval",
    ends: [lower, upper],
    meaning: (ends) => `an integer between ${ends}`,
    isDiscrete: true,
    ...(low !== undefined &&
      high !== undefined && { holds: (v: number) => v >= low && v <= high && Number.isInteger(v) }),
    test: (x) => and(tf.greaterEqual(x, lower), tf.lessEqual(x, upper), isInteger(x)),
    feasible: (x) => spread(x, lower),
    lower,
    upper,
  });
}

export const positive = scalar({
  kind: "positive",
  meaning: () => "greater than 0",
  holds: (v) => v > 0,
  test: (x) => tf.greater(x, 0),
  feasible: filled(1),
  lower: 0,
});

export const nonNegative = scalar({
  kind: "nonNegative",
  meaning: () => "at least 0",
  holds: (v) => v >= 0,
  test: (x) => tf.greaterEqual(x, 0),
  feasible: filled(1),
  lower: 0,
});

export function greaterThan(lower: Bound): Constraint {
  const low = single(lower);
  return scalar({
    kind: "greaterThan",
    ends: [lower],
    meaning: (ends) => `greater than ${ends}`,
    ...(low !== undefined && { holds: (v: number) => v > low }),
    test: (x) => tf.greater(x, lower),
    // A float32 bound may be so large that adding 1 changes nothing: go by its size too.
    feasible: (x) => tf.tidy(() => ((b) => tf.add(tf.add(b, 1), tf.abs(b)))(spread(x, lower))),
    lower,
  });
}

export function greaterThanEq(lower: Bound): Constraint {
  const low = single(lower);
  return scalar({
    kind: "greaterThanEq",
    ends: [lower],
    meaning: (ends) => `at least ${ends}`,
    ...(low !== undefined && { holds: (v: number) => v >= low }),
    test: (x) => tf.greaterEqual(x, lower),
    feasible: (x) => tf.tidy(() => ((b) => tf.add(tf.add(b, 1), tf.abs(b)))(spread(x, lower))),
    lower,
  });
}

export function lessThan(upper: Bound): Constraint {
  const high = single(upper);
  return scalar({
    kind: "lessThan",
    ends: [upper],
    meaning: (ends) => `less than ${ends}`,
    ...(high !== undefined && { holds: (v: number) => v < high }),
    test: (x) => tf.less(x, upper),
    feasible: (x) => tf.tidy(() => ((b) => tf.sub(tf.sub(b, 1), tf.abs(b)))(spread(x, upper))),
    upper,
  });
}

export function lessThanEq(upper: Bound): Constraint {
  const high = single(upper);
  return scalar({
    kind: "lessThanEq",
    ends: [upper],
    meaning: (ends) => `at most ${ends}`,
    ...(high !== undefined && { holds: (v: number) => v <= high }),
    test: (x) => tf.lessEqual(x, upper),
    feasible: (x) => tf.tidy(() => ((b) => tf.sub(tf.sub(b, 1), tf.abs(b)))(spread(x, upper))),
    upper,
  });
}

export const unitInterval = scalar({
  kind: "unitInterval",
  meaning: () => "between 0 and 1",
  holds: (v) => v >= 0 && v <= 1,
  test: (x) => and(tf.greaterEqual(x, 0), tf.lessEqual(x, 1)),
  feasible: filled(0.5),
  lower: 0,
  upper: 1,
});

export const openUnitInterval = scalar({
  kind: "openUnitInterval",
  meaning: () => "strictly between 0 and 1",
  holds: (v) => v > 0 && v < 1,
  test: (x) => and(tf.greater(x, 0), tf.less(x, 1)),
  feasible: filled(0.5),
  lower: 0,
  upper: 1,
});

/** Greater than 0, at most 1. */
export const halfOpenUnitInterval = scalar({
  kind: "unitInterval",
  meaning: () => "greater than 0 and at most 1",
  holds: (v) => v > 0 && v <= 1,
  test: (x) => and(tf.greater(x, 0), tf.lessEqual(x, 1)),
  feasible: filled(0.5),
  lower: 0,
  upper: 1,
});

/** At least 0, less than 1. */
export const belowOne = scalar({
  kind: "unitInterval",
  meaning: () => "at least 0 and less than 1",
  holds: (v) => v >= 0 && v < 1,
  test: (x) => and(tf.greaterEqual(x, 0), tf.less(x, 1)),
  feasible: filled(0.5),
  lower: 0,
  upper: 1,
});

export function interval(lower: Bound, upper: Bound): Constraint {
  const [low, high] = [single(lower), single(upper)];
  return scalar({
    kind: "interval",
    ends: [lower, upper],
    meaning: (ends) => `between ${ends}`,
    ...(low !== undefined && high !== undefined && { holds: (v: number) => v >= low && v <= high }),
    test: (x) => and(tf.greaterEqual(x, lower), tf.lessEqual(x, upper)),
    feasible: (x) => tf.tidy(() => tf.mul(tf.add(spread(x, lower), spread(x, upper)), 0.5)),
    lower,
    upper,
  });
}

/** Rounding of a float32 sum of probabilities. */
const SUM_TOLERANCE = 1e-5;

export const simplex = vector({
  kind: "simplex",
  meaning: () => "non-negative and sum to 1 along the last axis",
  eventDim: 1,
  test: (x) =>
    tf.tidy(() =>
      and(tf.all(tf.greaterEqual(x, 0), -1), tf.lessEqual(tf.abs(tf.sub(tf.sum(x, -1), 1)), SUM_TOLERANCE)),
    ),
  feasible: (x) => tf.fill(x.shape, 1 / Math.max(1, x.shape.at(-1) ?? 1)),
});

/** Unnormalised probabilities: what `Categorical` divides by their sum. */
export const weights = vector({
  kind: "dependent",
  name: () => "weights",
  meaning: () => "non-negative, with a positive finite sum along the last axis",
  eventDim: 1,
  test: (x) =>
    tf.tidy(() => {
      const total = tf.sum(x, -1);
      return and(tf.all(tf.greaterEqual(x, 0), -1), tf.greater(total, 0), tf.isFinite(total));
    }),
  feasible: filled(1),
});

/** The first unit vector, repeated: a feasible one-hot value. */
const firstUnit = (x: tf.Tensor, height: Bound): tf.Tensor =>
  tf.tidy(() => {
    const unit = tf.equal(tf.range(0, x.shape.at(-1) ?? 1), 0);
    return tf.mul(tf.broadcastTo(tf.cast(unit, "float32"), x.shape), height);
  });

export const oneHot = vector({
  kind: "oneHot",
  meaning: () => "a vector with a single 1 and zeros elsewhere",
  eventDim: 1,
  isDiscrete: true,
  test: (x) => tf.tidy(() => and(tf.all(tf.equal(x, tf.mul(x, x)), -1), tf.equal(tf.sum(x, -1), 1))),
  feasible: (x) => firstUnit(x, 1),
});

/** One of the values along the last axis of `values` (which may have batch axes before it). */
export function oneOf(values: tf.Tensor): Constraint {
  const shown = () =>
    values.rank === 1 && values.size <= 8
      ? Array.from(values.dataSync()).join(", ")
      : `tensor[${values.shape}]`;
  return scalar({
    kind: "dependent",
    meaning: () => `one of ${shown()}`,
    isDiscrete: true,
    test: (x) => tf.tidy(() => tf.any(tf.equal(tf.expandDims(x, -1), values), -1)),
    feasible: (x) =>
      tf.tidy(() => {
        const head = tf.slice(values, new Array<number>(values.rank).fill(0), [
          ...values.shape.slice(0, -1),
          1,
        ]);
        return tf.broadcastTo(tf.squeeze(head, [-1]), x.shape);
      }),
  });
}

/** Vectors of counts that sum to `upper`. */
export function multinomial(upper: Bound): Constraint {
  return vector({
    kind: "multinomial",
    name: () => `multinomial(${show(upper)})`,
    meaning: () => `counts (integers >= 0) that sum to ${show(upper)} along the last axis`,
    eventDim: 1,
    isDiscrete: true,
    test: (x) =>
      tf.tidy(() =>
        and(tf.all(and(tf.greaterEqual(x, 0), isInteger(x)), -1), tf.equal(tf.sum(x, -1), upper)),
      ),
    feasible: (x) => firstUnit(x, typeof upper === "number" ? upper : tf.expandDims(upper, -1)),
    upper,
  });
}

/** Treats the last `reinterpreted` batch axes of a constraint as part of the value. */
export function independent(base: Constraint, reinterpreted: number): Constraint {
  if (reinterpreted === 0) return base;
  return vector({
    kind: "independent",
    name: () => `independent(${base.name}, ${reinterpreted})`,
    meaning: () => `${base.meaning} in every element`,
    eventDim: base.eventDim + reinterpreted,
    isDiscrete: base.isDiscrete,
    test: (x) =>
      tf.tidy(() => {
        let ok = base.test(x);
        for (let i = 0; i < reinterpreted; i++) ok = tf.all(ok, -1);
        return ok;
      }),
    feasible: base.feasible,
    base,
    reinterpreted,
  });
}

export const realVector = independent(real, 1);

/** A support that is known only case by case: everything but NaN passes. */
export const dependent = scalar({
  kind: "dependent",
  meaning: () => "not NaN",
  holds: (v) => !Number.isNaN(v),
  test: (x) => tf.equal(x, x),
  feasible: filled(0),
});
