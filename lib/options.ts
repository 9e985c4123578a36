/** Options that nobody knows are refused: in a notebook types only warn, and what is ignored teaches the wrong thing. */
import { pyroError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** The names of all options, so that no list of them misses one. */
export type OptionNames<T> = { readonly [K in keyof Required<T>]: true };

/**
 * @param where what takes the options
 * @throws where one of them does not exist, with the nearest name that does
 */
export function checkOptions<T extends object>(
  where: string,
  given: T | undefined,
  names: OptionNames<T> | readonly string[],
): void {
  if (given === undefined) return;
  const known = Array.isArray(names) ? (names as readonly string[]) : Object.keys(names);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  throw pyroError({
    what: `There is no option "${unknown}"`,
    where,
    expected: known.join(", "),
    got: unknown,
    ...(near !== undefined && { try: near }),
  });
}
