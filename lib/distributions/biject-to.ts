/**
 * From the real numbers to a constrained set. `bijectTo` gives a bijection (what a density needs), `transformTo` a map
 * that may be simpler but only covers the set (what an optimiser needs). The choices are Pyro's.
 */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import type { Bound, Constraint, ConstraintKind } from "./constraints.ts";
import type { Transform } from "./transform.ts";
import * as t from "./transforms.ts";

type Registry = { [K in ConstraintKind]: (constraint: Constraint) => Transform };

function refused(constraint: Constraint): Transform {
  throw pyroError({
    what: `There is no smooth map from the real numbers to ${constraint}`,
    got: constraint.isDiscrete ? "a discrete set" : "a set without a registered transform",
    try: "a continuous constraint such as positive, unitInterval, interval(a, b) or simplex",
  });
}

const minus = (a: Bound, b: Bound): Bound =>
  typeof a === "number" && typeof b === "number" ? a - b : tf.sub(a, b);
const [lower, upper] = [(c: Constraint): Bound => c.lower ?? 0, (c: Constraint): Bound => c.upper ?? 1];
const above = (c: Constraint) => t.compose([t.exp, t.affine(lower(c), 1)], c);
const within = (c: Constraint) => t.compose([t.sigmoid, t.affine(lower(c), minus(upper(c), lower(c)))], c);

export const bijections: Registry = {
  real: () => t.identity,
  dependent: () => t.identity,
  positive: () => t.exp,
  nonNegative: () => t.exp,
  greaterThan: above,
  greaterThanEq: above,
  lessThan: (c) => t.compose([t.exp, t.affine(upper(c), -1)], c),
  lessThanEq: (c) => t.compose([t.exp, t.affine(upper(c), -1)], c),
  unitInterval: () => t.sigmoid,
  openUnitInterval: () => t.sigmoid,
  interval: within,
  simplex: () => t.stickBreaking,
  lowerCholesky: (c) => t.lowerCholesky(c),
  corrCholesky: () => t.corrCholesky,
  positiveDefinite: () => t.positiveDefinite,
  ordered: () => t.ordered,
  independent: (c) => t.independentTransform(bijectTo(c.base ?? c), c.reinterpreted ?? 0),
  boolean: refused,
  nonNegativeInteger: refused,
  positiveInteger: refused,
  integerInterval: refused,
  oneHot: refused,
  multinomial: refused,
};

export const coverings: Registry = {
  ...bijections,
  simplex: () => t.softmax,
  independent: (c) => t.independentTransform(transformTo(c.base ?? c), c.reinterpreted ?? 0),
};

/** A bijection from the real numbers to the constrained set. @throws for discrete sets. */
export function bijectTo(constraint: Constraint): Transform {
  return bijections[constraint.kind](constraint);
}

/** A smooth map onto the constrained set, not necessarily one-to-one (softmax for the simplex). */
export function transformTo(constraint: Constraint): Transform {
  return coverings[constraint.kind](constraint);
}
