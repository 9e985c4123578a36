/** The same in a page, where most models are written without formulas. */
import type { Compute } from "./loaded.ts";
import { notLoaded } from "./not-loaded.ts";

let compute: Compute | undefined;

export async function load(): Promise<void> {
  const parts = await import("./compute.ts");
  await parts.loadParser();
  compute = parts;
}

/** @throws before `formula.load()` has loaded it */
export function loaded(): Compute {
  if (compute === undefined) throw notLoaded();
  return compute;
}
