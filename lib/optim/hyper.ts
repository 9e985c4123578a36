import { pyroError } from "../errors.ts";
import { nearest } from "../nearest.ts";

/**
 * The arguments an optimizer takes: each a number, a flag or a pair of numbers, with its default and the
 * range it must lie in. An optimizer's file holds one table of them; everything that reads arguments
 * (constructors, state files, schedulers) goes through `resolveHyper`.
 */
export type HyperValue = number | boolean | readonly [number, number];
export type Hyper = { readonly [key: string]: HyperValue };

export interface ArgSpec<T> {
  /** The default; an argument must be given where its range does not hold `undefined`. */
  readonly initial: T | undefined;
  /** What a value must be, as words: "a number >= 0". */
  readonly must: string;
  accepts(value: unknown): value is T;
}
export type HyperSpec<T extends HyperValue> = ArgSpec<T>;

export type ArgTable<A extends object> = { readonly [K in keyof A]-?: ArgSpec<A[K]> };
export type HyperTable<H extends Hyper> = ArgTable<H>;

const isNumber = (v: unknown): v is number => typeof v === "number" && Number.isFinite(v);
type Pair = readonly [number, number];

/** A finite number >= 0. */
export function nonNegative(initial: number): HyperSpec<number> {
  return { initial, must: "a number >= 0", accepts: (v): v is number => isNumber(v) && v >= 0 };
}

/** A finite number > 0. */
export function positive(initial: number): HyperSpec<number> {
  return { initial, must: "a number > 0", accepts: (v): v is number => isNumber(v) && v > 0 };
}

/** Any finite number. */
export function finite(initial: number): HyperSpec<number> {
  return { initial, must: "a finite number", accepts: isNumber };
}

/** A number of the half-open unit interval [0, 1). */
export function fraction(initial: number): HyperSpec<number> {
  return { initial, must: "a number in [0, 1)", accepts: (v): v is number => isNumber(v) && v >= 0 && v < 1 };
}

/** Two numbers of [0, 1): the decay rates of two running averages. */
export function fractions(a: number, b: number): HyperSpec<Pair> {
  return {
    initial: [a, b],
    must: "two numbers in [0, 1)",
    accepts: (v): v is Pair =>
      Array.isArray(v) && v.length === 2 && v.every((x) => isNumber(x) && x >= 0 && x < 1),
  };
}

export function flag(initial: boolean): HyperSpec<boolean> {
  return { initial, must: "true or false", accepts: (v): v is boolean => typeof v === "boolean" };
}

/**
 * Fill in defaults and check every value.
 * @param beside names that stand beside these and are read elsewhere: an error may mean one of them
 * @throws where an argument is unknown (naming the nearest one that exists), missing or out of range
 */
export function resolveHyper<A extends object>(
  owner: string,
  table: ArgTable<A>,
  given: object,
  where?: string,
  beside: readonly string[] = [],
): A {
  const specs = Object.entries<ArgSpec<unknown>>(table);
  const known = specs.map(([key]) => key);
  const site = where === undefined ? owner : `${owner}, ${where}`;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw pyroError({
      what: `The arguments of ${owner} must be an object`,
      where: site,
      expected: `{ ${known.join(", ")} }`,
      got: String(given),
    });
  }
  for (const key of Object.keys(given))
    if (!Object.hasOwn(table, key)) throw unknownArgument(key, [...beside, ...known], site);
  const values = given as Partial<Record<string, unknown>>;
  const out: Record<string, unknown> = {};
  for (const [key, spec] of specs) {
    const value = values[key] ?? spec.initial;
    if (!spec.accepts(value)) {
      const missing = value === undefined;
      throw pyroError({
        what: `The argument ${key} of ${owner} is ${missing ? "missing" : "out of range"}`,
        where: site,
        expected: `${key}: ${spec.must}`,
        got: missing ? "nothing" : shown(values[key]),
      });
    }
    out[key] = value;
  }
  return out as A;
}

function shown(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}

function unknownArgument(key: string, known: readonly string[], where: string): Error {
  const near = nearest(key, known);
  return pyroError({
    what: `There is no argument "${key}"`,
    where,
    expected: known.length === 0 ? "no arguments" : known.join(", "),
    got: key,
    ...(near === undefined ? {} : { try: `${near}` }),
  });
}
