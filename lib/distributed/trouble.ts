import { type PyroError, pyroError } from "../errors.ts";
import type { Culprit } from "./shim.ts";

const [FAILED, LEFT] = [3, 4];

/** What is told where another rank keeps this one from going on. */
export function rankError(rank: number, step: number, culprit: Culprit, patience: number): PyroError {
  const { rank: other, state, step: at, late, text } = culprit;
  const where = `step ${step} on rank ${rank}`;
  if (state === FAILED) {
    return pyroError({
      what: `Rank ${other} failed at step ${at}, so that training cannot go on`,
      where,
      got: text,
    });
  }
  if (late === 1) {
    return pyroError({
      what: `Rank ${other} did not come: it has been at step ${at} for ${patience} s, while others wait`,
      where,
      expected: "all ranks to take the same steps",
      try: "a longer patience where a step takes that long: TSPYRO_MPI_TIMEOUT (seconds)",
    });
  }
  if (state === LEFT) {
    return pyroError({
      what: `Rank ${other} ended after step ${at}, while others go on`,
      where,
      expected: "all ranks to take as many steps",
    });
  }
  return pyroError({
    what: `Rank ${other} was killed at step ${at}, so that training cannot go on`,
    where,
    try: "load the last checkpoint, and see whether the machine ran out of memory",
  });
}
