/** Where a formula finds what it is made of: here at once, in a page once that is loaded. */
import * as compute from "./compute.ts";

export type Compute = typeof compute;

/** Loads the parser, and in a page all that formulas are made of. */
export function load(): Promise<void> {
  return compute.loadParser();
}

export function loaded(): Compute {
  return compute;
}
