import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { nodeFlags } from "./node-flags.ts";

/** V8 takes compiled code only from where this number was the same, Node's own too. */
const tagWith = (flags: readonly string[]): string =>
  execFileSync(process.execPath, [...flags, "-p", "v8.cachedDataVersionTag()"], { encoding: "utf8" });

test("Node's flags let V8 use the compiled code that Node comes with", () => {
  expect(tagWith(nodeFlags)).toBe(tagWith([]));
  expect(tagWith(["--heap-growing-percent=40"])).not.toBe(tagWith([]));
});
