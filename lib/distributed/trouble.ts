import { type ErrorParts, PyroError } from "../errors.ts";
import type { Culprit } from "./shim.ts";

const [FAILED, LEFT] = [3, 4];

/** Another rank is to blame. */
class RankError extends PyroError {}

/** Whether an error, or what it was made of, is another rank's fault. */
export function isAnothers(error: unknown): boolean {
  return error instanceof Error && (error instanceof RankError || isAnothers(error.cause));
}

/** What is told where another rank keeps this one from going on. */
export function rankError(rank: number, step: number, culprit: Culprit, patience: number): PyroError {
  return new RankError(partsOf(rank, step, culprit, patience));
}

function partsOf(rank: number, step: number, culprit: Culprit, patience: number): ErrorParts {
  const { rank: other, state, step: at, late, text } = culprit;
  const where = `step ${step} on rank ${rank}`;
  if (state === FAILED) {
    return {
      what: `Rank ${other} failed at step ${at}, so that training cannot go on`,
      where,
      got: text,
    };
  }
  if (late === 1) {
    return {
      what: `Rank ${other} did not come: it has been at step ${at} for ${patience} s, while others wait`,
      where,
      expected: "all ranks to take the same steps",
      try: "a longer patience where a step takes that long: TSPYRO_MPI_TIMEOUT (seconds)",
    };
  }
  if (state === LEFT) {
    return {
      what: `Rank ${other} ended after step ${at}, while others go on`,
      where,
      expected: "all ranks to take as many steps",
    };
  }
  return {
    what: `Rank ${other} was killed at step ${at}, so that training cannot go on`,
    where,
    try: "load the last checkpoint, and see whether the machine ran out of memory",
  };
}
