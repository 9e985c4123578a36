/**
 * Where values live: the support of a distribution, the domain of a parameter.
 *
 * A constraint is plain data with a `kind`, so that `bijectTo` and `transformTo` are tables keyed by kind
 * whose type demands an entry for each. It answers twice: `check` on the host (for errors that name the
 * value), `test` as tensor operations (for densities that are -Infinity outside their support).
 */
import * as tf from "@tensorflow/tfjs-core";
import { broadcastShapes } from "../tensor/index.ts";

/** The end of an interval: a number, or a tensor that broadcasts with the value. */
export type Bound = number | tf.Tensor;

export type ConstraintKind =
  | "real"
  | "boolean"
  | "nonNegativeInteger"
  | "positiveInteger"
  | "integerInterval"
  | "positive"
  | "nonNegative"
  | "greaterThan"
  | "greaterThanEq"
  | "lessThan"
  | "lessThanEq"
  | "unitInterval"
  | "openUnitInterval"
  | "interval"
  | "simplex"
  | "oneHot"
  | "multinomial"
  | "ordered"
  | "lowerCholesky"
  | "corrCholesky"
  | "positiveDefinite"
  | "independent"
  | "dependent";

export interface Constraint {
  readonly kind: ConstraintKind;
  /** As it is printed: `positive`, `interval(-1, 3)`. */
  readonly name: string;
  /** Number of rightmost axes that make one value: 0 for numbers, 1 for vectors. */
  readonly eventDim: number;
  readonly isDiscrete: boolean;
  /** What holds for a value, in words, for error messages. */
  readonly meaning: string;
  /** True iff every value in `x` satisfies the constraint (reads the host; NaN never does). */
  check(x: tf.Tensor): boolean;
  /** The first offending value in words (`-1 at index [2]`), or undefined if there is none. */
  violation(x: tf.Tensor): string | undefined;
  /** Which events satisfy the constraint: a bool tensor without the event axes. */
  test(x: tf.Tensor): tf.Tensor;
  /** A tensor of the shape of `x` whose every value satisfies the constraint. */
  feasible(x: tf.Tensor): tf.Tensor;
  /** Bounds of intervals. */
  readonly lower?: Bound;
  readonly upper?: Bound;
  /** Of `independent`: the constraint each element obeys, and how many axes are reinterpreted. */
  readonly base?: Constraint;
  readonly reinterpreted?: number;
  toString(): string;
}

interface Scalar {
  kind: ConstraintKind;
  /** The ends, printed; read lazily, because a tensor bound lives on the device. */
  ends?: Bound[];
  meaning: (ends: string) => string;
  isDiscrete?: boolean;
  /** Host test of one number, when the bounds are numbers. */
  holds?: (v: number) => boolean;
  test: (x: tf.Tensor) => tf.Tensor;
  feasible: (x: tf.Tensor) => tf.Tensor;
  lower?: Bound;
  upper?: Bound;
}

function indexOf(flat: number, shape: readonly number[]): string {
  const index: number[] = [];
  for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index.length === 0 ? "" : ` at index [${index.join(", ")}]`;
}

/** A constraint on each number by itself. */
export function scalar({ kind, ends, meaning, isDiscrete = false, holds, ...rest }: Scalar): Constraint {
  const name = () => (ends === undefined ? kind : `${kind}(${ends.map(show).join(", ")})`);
  const violation = (x: tf.Tensor): string | undefined => {
    if (holds !== undefined) {
      const data = x.dataSync();
      for (let i = 0; i < data.length; i++) {
        if (!holds(data[i] as number)) return `${data[i]}${indexOf(i, x.shape)}`;
      }
      return undefined;
    }
    return tf.tidy(() => {
      const ok = rest.test(x);
      const flags = ok.dataSync();
      const i = flags.indexOf(0);
      return i < 0 ? undefined : `${tf.broadcastTo(x, ok.shape).dataSync()[i]}${indexOf(i, ok.shape)}`;
    });
  };
  return {
    kind,
    get name() {
      return name();
    },
    get meaning() {
      return meaning((ends ?? []).map(show).join(" and "));
    },
    isDiscrete,
    eventDim: 0,
    check: (x) => violation(x) === undefined,
    violation,
    toString: name,
    ...rest,
  };
}

interface Vector {
  kind: ConstraintKind;
  name?: () => string;
  meaning: () => string;
  eventDim: number;
  isDiscrete?: boolean;
  test: (x: tf.Tensor) => tf.Tensor;
  feasible: (x: tf.Tensor) => tf.Tensor;
  upper?: Bound;
  base?: Constraint;
  reinterpreted?: number;
}

/** A constraint on whole vectors or matrices. */
export function vector({
  kind,
  name = () => kind,
  meaning,
  isDiscrete = false,
  ...rest
}: Vector): Constraint {
  const violation = (x: tf.Tensor): string | undefined =>
    tf.tidy(() => {
      const size = x.shape.slice(x.rank - rest.eventDim).reduce((a, b) => a * b, 1);
      const ok = rest.test(x);
      const i = ok.dataSync().indexOf(0);
      if (i < 0) return undefined;
      const event = Array.from(x.dataSync().slice(i * size, (i + 1) * size));
      const shown =
        event.length > 8 ? `${event.slice(0, 8).join(", ")}, ... (${size} values)` : event.join(", ");
      return `[${shown}]${indexOf(i, ok.shape)}`;
    });
  return {
    kind,
    get name() {
      return name();
    },
    get meaning() {
      return meaning();
    },
    isDiscrete,
    check: (x) => violation(x) === undefined,
    violation,
    toString: name,
    ...rest,
  };
}

export const filled = (value: number) => (x: tf.Tensor) => tf.fill(x.shape, value);
export const isInteger = (x: tf.Tensor) => tf.equal(x, tf.floor(x));
export const and = (...tests: tf.Tensor[]) => tests.reduce((a, b) => tf.logicalAnd(a, b));
export const show = (bound: Bound): string => {
  if (typeof bound === "number") return String(bound);
  return bound.rank === 0 ? String(Number(bound.dataSync()[0]?.toPrecision(6))) : `tensor[${bound.shape}]`;
};
/** A bound as the float32 that tensors hold, so that a value equal to it compares as equal. */
export const single = (bound: Bound): number | undefined =>
  typeof bound === "number" ? Math.fround(bound) : undefined;
export const spread = (x: tf.Tensor, bound: Bound) =>
  typeof bound === "number"
    ? tf.fill(x.shape, bound)
    : tf.broadcastTo(bound, broadcastShapes(x.shape, bound.shape));
