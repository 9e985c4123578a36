/** Where a run finds what it is made of: here at once, in a page by a script that is fetched by the first run. */
import * as sampling from "./sampling.ts";

export type Engine = typeof sampling;

export function loadEngine(): Engine | Promise<Engine> {
  return sampling;
}

/** That of a run that has begun. */
export function engine(): Engine {
  return sampling;
}
