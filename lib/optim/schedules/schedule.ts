import type { ArgSpec, ArgTable } from "../hyper.ts";

/**
 * A schedule is a rule: a pure function from an epoch to a learning rate (and, for those that cycle it, a
 * momentum). Most are closed formulas of the epoch; the others carry numbers from one epoch to the next,
 * which are part of the optimizer's saved state.
 *
 * A new schedule is a file with its rule and a line in `index.ts`.
 */
export interface SchedulePoint {
  readonly lr: number;
  /** Replaces the optimizer's momentum, or the first of its betas. */
  readonly momentum?: number;
  /** Numbers that the next epoch needs. */
  readonly [own: string]: number | undefined;
}

export interface ScheduleStep<A extends object> {
  readonly args: A;
  /** The learning rate that the optimizer was given. */
  readonly baseLr: number;
  /** 0 at the start. */
  readonly epoch: number;
  /** What this rule returned for the epoch before; undefined at the start and after a jump. */
  readonly before: SchedulePoint | undefined;
  /** What `step(metric)` was given. */
  readonly metric: number | undefined;
}

export interface ScheduleRule<A extends object = object> {
  readonly name: string;
  /** Arguments with defaults and ranges. */
  readonly args: ArgTable<A>;
  /** Whether arguments that the table does not name are handed on as they are. */
  readonly takesAnything?: boolean;
  /** Whether every step after the start needs a metric. */
  readonly needsMetric?: boolean;
  /** Checks that concern several arguments at once; returns what is wrong, or undefined. */
  conflict?(args: A): string | undefined;
  /** Whether it sets the optimizer's momentum. */
  cyclesMomentum?(args: A): boolean;
  at(step: ScheduleStep<A>): SchedulePoint;
}

/** A rule together with its arguments. */
export interface Schedule<A extends object = object> {
  readonly rule: ScheduleRule<A>;
  readonly args: A;
}

/** A whole number >= `least`, without a default unless one is given. */
export function whole(least: number, initial?: number): ArgSpec<number> {
  return {
    initial,
    must: `a whole number >= ${least}`,
    accepts: (v): v is number => typeof v === "number" && Number.isSafeInteger(v) && v >= least,
  };
}

/** A number that must be given. */
export function required(spec: ArgSpec<number>): ArgSpec<number> {
  return { ...spec, initial: undefined };
}

/** What may be left out. */
export function optional<T>(spec: ArgSpec<T>): ArgSpec<T | undefined> {
  return {
    initial: undefined,
    must: `${spec.must}, or nothing`,
    accepts: (v): v is T | undefined => v === undefined || spec.accepts(v),
  };
}

/** A function of one number. */
export function numberFunction(): ArgSpec<(x: number) => number> {
  return {
    initial: undefined,
    must: "a function (number) => number",
    accepts: (v): v is (x: number) => number => typeof v === "function",
  };
}

export function oneOf<const T extends string>(initial: T, ...others: T[]): ArgSpec<T> {
  const all: readonly string[] = [initial, ...others];
  return {
    initial,
    must: all.map((word) => `"${word}"`).join(" or "),
    accepts: (v): v is T => typeof v === "string" && all.includes(v),
  };
}

/** Epochs in ascending order. */
export function epochList(): ArgSpec<readonly number[]> {
  return {
    initial: undefined,
    must: "whole numbers >= 0 in ascending order",
    accepts: (v): v is readonly number[] =>
      Array.isArray(v) &&
      v.every((x, i) => Number.isSafeInteger(x) && x >= 0 && (i === 0 || x >= Number(v[i - 1]))),
  };
}
