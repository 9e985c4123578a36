import { Calls } from "../../jit/call/calls.ts";
import { Watch } from "../../jit/call/watch.ts";
import { nameOwnFunctions } from "./library.ts";

/** Fewer runs of a program are over before compiling would pay. */
export const WORTH_COMPILING = 100;

/**
 * A function that is going to be called many times in a row, compiled where that pays and is possible: the first call
 * runs as it is, and tells what is wrong with the model; the next ones are recorded.
 * @param programs the user's functions that it calls
 */
export function manyTimes<A extends unknown[], R>(
  count: number,
  programs: readonly unknown[],
  f: (...args: A) => R,
): (...args: A) => R {
  if (count < WORTH_COMPILING) return f;
  nameOwnFunctions();
  const calls = new Calls(f as (...args: unknown[]) => unknown, new Watch(programs, true));
  let first = true;
  return (...args) => {
    if (!first) return calls.call(args) as R;
    first = false;
    return f(...args);
  };
}
