import { builtinModule } from "../../builtin-module.ts";

interface UtilTypes {
  readonly types: { isProxy(value: unknown): boolean };
}

let types: UtilTypes["types"] | null | undefined;

/** Whether looking at a value would run somebody's code; where nobody can tell it is false. */
export function isProxy(value: unknown): boolean {
  if (types === undefined) types = builtinModule<UtilTypes>("node:util")?.types ?? null;
  return types?.isProxy(value) === true;
}
