import { pyroError } from "../errors.ts";

/** @throws if a primitive was called with something else than a name. */
export function checkName(primitive: string, name: unknown): asserts name is string {
  if (typeof name === "string" && name !== "") return;
  throw pyroError({
    what: `${primitive} needs a name as its first argument`,
    expected: "a string that is not empty",
    got: typeof name === "object" ? "an object" : (JSON.stringify(name) ?? String(name)),
    try: `${primitive}("name", ...)`,
  });
}
