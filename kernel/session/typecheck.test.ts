import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LanguageClient } from "../language/client.ts";
import type { Diagnostic } from "../language/types.ts";
import { TypeChecks } from "./typecheck.ts";

const fault = { category: "error", text: "TS1 fault" } as Diagnostic;

/** Answers each check after so many milliseconds. */
const client = (delay: () => number) =>
  ({
    check: () => new Promise<Diagnostic[]>((settle) => setTimeout(() => settle([fault]), delay())),
  }) as unknown as LanguageClient;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function waited(checks: TypeChecks, cell: { code: string; unattended?: boolean; silent?: boolean }) {
  const shown: string[] = [];
  const check = checks.begin({ ...cell, show: (text) => shown.push(text) });
  const start = performance.now();
  let took = Number.NaN;
  const ended = check.end().then(() => {
    took = performance.now() - start;
  });
  await vi.advanceTimersByTimeAsync(20_000);
  await ended;
  return { took: Math.round(took), shown };
}

const long = `const much = [${"1, ".repeat(30)}];`;
const unattended = true;

describe("a cell waits for TypeScript", () => {
  it.each([
    ["until it answers, for a program that runs the notebook", { code: "modle", unattended }, 700, 700],
    ["3 s at most", { code: "modle", unattended }, 9000, 3000],
    ["not where it has no name in it", { code: "1 + 1", unattended }, 700, 0],
    ["not where nothing is shown", { code: "modle", unattended, silent: true }, 700, 0],
    ["not for a one-liner that somebody has typed", { code: "modle" }, 700, 0],
    ["a moment for a longer cell of theirs", { code: long }, 700, 50],
    ["no longer than it takes", { code: long }, 20, 20],
  ])("%s", async (_, cell, delay, expected) => {
    const { took, shown } = await waited(new TypeChecks(client(() => delay)), cell);
    expect(took).toBe(expected);
    // Sooner or later it comes.
    expect(shown).toEqual(["TS1 fault\n"]);
  });

  it("once in vain, and again when it has answered", async () => {
    let delay = 60_000;
    const checks = new TypeChecks(client(() => delay));
    expect((await waited(checks, { code: "modle", unattended })).took).toBe(3000);
    expect((await waited(checks, { code: "modle", unattended })).took).toBe(0);
    expect((await waited(checks, { code: long, unattended })).took).toBe(50);
    await vi.advanceTimersByTimeAsync(60_000);
    delay = 700;
    expect((await waited(checks, { code: "modle", unattended })).took).toBe(700);
  });

  it("not at all where warnings are off", async () => {
    const checks = new TypeChecks(client(() => 700));
    checks.mode = "off";
    expect(await waited(checks, { code: "modle", unattended })).toEqual({ took: 0, shown: [] });
  });
});
