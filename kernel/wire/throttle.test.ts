import { describe, expect, it } from "vitest";
import { limitsFrom, Throttle, usualLimits } from "./throttle.ts";

const limits = { burst: 100, rate: 10, tail: 20 };

function throttle() {
  const clock = { now: 0 };
  return { clock, own: new Throttle(limits, () => clock.now) };
}

describe("a throttle", () => {
  it("lets a burst pass untouched", () => {
    const { own } = throttle();
    expect(own.take("stdout", "x".repeat(100))).toHaveLength(100);
    expect(own.holds).toBe(false);
    expect(own.settle(true)).toEqual([]);
  });

  it("shows whole lines of the burst, says how many it left out, and shows the newest", () => {
    const { own } = throttle();
    const lines = Array.from({ length: 1000 }, (_, i) => `line ${i}\n`);
    const shown = lines.map((line) => own.take("stdout", line)).join("");
    const [[stream, rest] = ["", ""]] = own.settle(true);
    expect(stream).toBe("stdout");
    expect(lines.join("").startsWith(shown)).toBe(true);
    const [, left] = /^\n\[(\d+) lines, \d+ characters, are left out here/.exec(rest) ?? [];
    const tail = rest.slice(rest.indexOf("]\n") + 2);
    expect(tail).toBe("line 998\nline 999\n");
    expect(shown.split("\n").length - 1 + Number(left) + 2).toBe(1000);
  });

  it("cuts one long text at a line", () => {
    const { own } = throttle();
    const text = `${"a".repeat(60)}\n${"b".repeat(60)}\nend\n`;
    expect(own.take("stdout", text)).toBe(`${"a".repeat(60)}\n`);
    expect(own.settle(true)[0]?.[1]).toMatch(/^\n\[1 lines, 61 characters[^\]]*\]\nend\n$/);
  });

  it("shows some again when time has passed, and keeps streams apart", () => {
    const { own, clock } = throttle();
    own.take("stdout", `${"x".repeat(99)}\n`);
    expect(own.take("stdout", "held\n")).toBe("");
    expect(own.take("stderr", "also held\n")).toBe("");
    expect(own.settle()).toEqual([]);
    clock.now += 3000;
    expect(own.settle()).toEqual([
      ["stdout", "held\n"],
      ["stderr", "also held\n"],
    ]);
    expect(own.holds).toBe(false);
    expect(own.take("stdout", "passes\n")).toBe("passes\n");
  });

  it("holds little, whatever comes", () => {
    const { own } = throttle();
    for (let i = 0; i < 10_000; i++) own.take("stdout", "no line end");
    const [[, rest] = ["", ""]] = own.settle(true);
    expect(rest.length).toBeLessThan(200);
    expect(rest).toContain("0 lines");
  });
});

it.each([
  [undefined, usualLimits.burst],
  ["nonsense", usualLimits.burst],
  ["off", Number.POSITIVE_INFINITY],
  ["5000", 5000],
])("TSPYRO_OUTPUT_LIMIT=%s lets %d characters pass", (told, burst) => {
  expect(limitsFrom(told).burst).toBe(burst);
});
