/** Numbers of several rounds, in each of which everything was measured once, ours and the peers' in turn. */
import { median } from "./svi/windows.ts";

/** How many times faster ours is: the median of the rounds, each a ratio of two numbers of the same round. */
export interface Ratio {
  readonly median: number;
  readonly rounds: readonly number[];
}

/** One number of a round; undefined where it was not measured. */
export type Reading<R> = (round: R) => number | undefined;

export function medianOf<R>(rounds: readonly R[], read: Reading<R>): number | undefined {
  const values = rounds.map(read).filter((x) => x !== undefined);
  return values.length === 0 ? undefined : median(values);
}

/** The first number over the second, round by round. */
export function ratioOf<R>(
  rounds: readonly R[],
  [above, below]: readonly [Reading<R>, Reading<R>],
): Ratio | undefined {
  const values = rounds.flatMap((round) => {
    const [a, b] = [above(round), below(round)];
    return a === undefined || b === undefined ? [] : [a / b];
  });
  return values.length === 0 ? undefined : { median: median(values), rounds: values };
}

/** An object of the entries that are there. */
export function present<T>(entries: readonly (readonly [string, T | undefined])[]): Record<string, T> {
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, T] => entry[1] !== undefined));
}
