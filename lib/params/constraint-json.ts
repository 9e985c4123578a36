/** Constraints as plain data, so that a saved parameter knows where it lives. */
import * as tf from "@tensorflow/tfjs-core";
import { type Constraint, constraints } from "../distributions/index.ts";
import { pyroError } from "../errors.ts";

export type BoundJson = number | { readonly shape: readonly number[]; readonly values: readonly number[] };

export interface ConstraintJson {
  readonly kind: string;
  readonly lower?: BoundJson;
  readonly upper?: BoundJson;
  readonly base?: ConstraintJson;
  readonly reinterpreted?: number;
}

export function constraintToJson(c: Constraint): ConstraintJson {
  return {
    kind: c.kind,
    ...(c.lower !== undefined && { lower: boundToJson(c.lower) }),
    ...(c.upper !== undefined && { upper: boundToJson(c.upper) }),
    ...(c.base !== undefined && { base: constraintToJson(c.base) }),
    ...(c.reinterpreted !== undefined && { reinterpreted: c.reinterpreted }),
  };
}

function boundToJson(bound: number | tf.Tensor): BoundJson {
  return typeof bound === "number" ? bound : { shape: bound.shape, values: Array.from(bound.dataSync()) };
}

function boundOf(json: BoundJson): number | tf.Tensor {
  // Kept: the constraint lives as long as its parameter, whatever scope it is made in.
  return typeof json === "number" ? json : tf.keep(tf.tensor([...json.values], [...json.shape], "float32"));
}

/** @throws PyroError for a kind that this version does not know, or one without its bounds. */
export function constraintFromJson(json: ConstraintJson): Constraint {
  const { kind, lower, upper, base, reinterpreted } = json;
  switch (kind) {
    case "independent":
      if (base === undefined || reinterpreted === undefined) throw unknown(json);
      return constraints.independent(constraintFromJson(base), reinterpreted);
    case "greaterThan":
    case "greaterThanEq":
      if (lower === undefined) throw unknown(json);
      return constraints[kind](boundOf(lower));
    case "lessThan":
    case "lessThanEq":
      if (upper === undefined) throw unknown(json);
      return constraints[kind](boundOf(upper));
    case "interval":
      if (lower === undefined || upper === undefined) throw unknown(json);
      return constraints.interval(boundOf(lower), boundOf(upper));
    default: {
      const named = Object.hasOwn(constraints, kind)
        ? (constraints as Readonly<Record<string, unknown>>)[kind]
        : undefined;
      if (typeof named !== "object" || named === null) throw unknown(json);
      return named as Constraint;
    }
  }
}

function unknown(json: ConstraintJson): Error {
  return pyroError({
    what: "A saved parameter has a constraint that is not understood",
    got: JSON.stringify(json),
    try: "read it with the version of tspyro that wrote it",
  });
}
