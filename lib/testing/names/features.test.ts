/** What FEATURES.md says by hand of names beyond the manuals is so. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as pyro from "../../index.ts";
import { BEGIN, END, features, withFeatures } from "./features.ts";
import type { ManualEntry } from "./names.ts";

const page = readFileSync(join(import.meta.dirname, "../../../FEATURES.md"), "utf8");
const beyond = page.slice(page.indexOf("## Beyond the manuals"), page.indexOf("## Tensor core"));
/** Names in the first column of a row, with the row's state. */
const rows = [...beyond.matchAll(/^\| (`.*`[^|]*) \| (works|limited|not yet) \|/gm)].flatMap(
  ([, names, state]) =>
    [...(names ?? "").matchAll(/`([\w.]+)`/g)].map(([, name]) => [name as string, state as string] as const),
);

function isThere(path: string): boolean {
  const found = path.split(".").reduce<unknown>((at, part) => {
    if (typeof at === "function" && part in (at.prototype as object)) return () => {};
    return (at as Record<string, unknown> | undefined)?.[part];
  }, pyro);
  return found !== undefined;
}

test("there are such rows", () => expect(rows.length).toBeGreaterThan(60));

test.each(rows)("%s: %s", (name, state) => {
  expect(isThere(name), name.includes(".") ? "its room is part of the name" : "").toBe(state !== "not yet");
});

const entry = (here: string, more: Partial<ManualEntry> = {}): ManualEntry => ({
  kind: "function",
  here,
  state: "works",
  ...more,
});

test("names that say the same share a row; members stand with their class; remarks and states are told", () => {
  const text = features({
    "pyro.one_word": entry("oneWord", { arguments: { a: "a", b: "{ b }", c: "{ c }", kwargs: null } }),
    "pyro.other": entry("other", { arguments: { a: "a", b: "{ b }", c: "{ c }" } }),
    "pyro.infer.svi.SVI": entry("infer.SVI", { kind: "class" }),
    "pyro.infer.svi.SVI.step": entry("infer.SVI.step", { kind: "method", state: "limited", remark: "slow" }),
  });
  expect(text).toContain("| `one_word`, `other` | `oneWord(a, { b, c })` `other(a, { b, c })` | works |  |");
  expect(text).toContain("| `SVI` | `infer.SVI()`<br>`.step()` | works | `step`: limited: slow |");
});

test("only what stands between the marks is written", () => {
  const made = withFeatures(`before ${BEGIN} old ${END} after`, {});
  expect(made).toBe(`before ${features({})} after`);
  expect(() => withFeatures("no marks", {})).toThrow(/lost its marks/);
});
