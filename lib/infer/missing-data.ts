import { missingArguments } from "../poutine/missing-arguments.ts";
import type { Program } from "./program.ts";

/** Why a site that was to be observed has no data, as far as the call of the model tells. */
export function whyNoData<A extends unknown[]>(model: Program<A>, args: A): string {
  const missing = missingArguments(model, args);
  return missing === undefined ? "its obs is undefined" : `its obs is undefined: ${missing}`;
}
