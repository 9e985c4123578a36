import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WarmUp } from "./warm-up.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

type Happening = "start" | "typed" | "cell" | "end" | "load" | number;

/** What was fetched, in order, when these things happened; numbers are milliseconds that pass. */
async function fetched(happenings: readonly Happening[]): Promise<string[]> {
  const done: string[] = [];
  const ends: (() => void)[] = [];
  const library = () => {
    done.push("library");
    warmUp.loaded();
    return Promise.resolve();
  };
  const warmUp = new WarmUp({
    prepare: async () => void done.push("parser"),
    loadLibrary: library,
    settled: () => done.push("settled"),
  });
  for (const one of happenings) {
    if (typeof one === "number") await vi.advanceTimersByTimeAsync(one);
    else if (one === "cell") ends.push(warmUp.cell());
    else if (one === "end") ends.pop()?.();
    else if (one === "load") await library();
    else warmUp[one]();
  }
  return done;
}

test.each<[what: string, happenings: readonly Happening[], expected: readonly string[]]>([
  ["nothing before the front end knows the kernel", [1000], []],
  ["the parser, while TypeScript is being read", ["start", 1000], ["parser"]],
  ["the library, when TypeScript is there", ["start", 1000, "typed", 1000], ["parser", "parser", "library"]],
  [
    "the library also beside a TypeScript that does not come",
    ["start", 9000],
    ["parser", "parser", "library"],
  ],
  ["nothing beside a cell", ["start", "cell", 100, "typed", 1000], []],
  ["the library after a cell", ["start", "typed", "cell", 1000, "end", 1000], ["parser", "library"]],
  ["nothing beside the second of two cells", ["start", "typed", "cell", "cell", "end", 1000], []],
  [
    "the library once, where a cell has loaded it",
    ["start", "typed", "cell", "load", "end", 1000],
    ["library"],
  ],
  [
    "settled, once both are there",
    ["start", "cell", "load", "end", 1000, "typed", "typed", 5000],
    ["library", "settled"],
  ],
])("fetches %s", async (_, happenings, expected) => {
  expect(await fetched(happenings)).toEqual(expected);
});
