import { describe, expect, it } from "vitest";
import { suites } from "./suites.ts";
import { chosen, summary } from "./test.ts";

describe("chosen", () => {
  it("is everything when nothing is named, in the order of the house otherwise", () => {
    expect(chosen([])).toBe(suites);
    expect(chosen(["protocol", "unit"]).map((suite) => suite.name)).toEqual(["unit", "protocol"]);
  });

  it("lists the suites when one is unknown", () => {
    expect(() => chosen(["unti"])).toThrow(
      /There is no suite "unti". There are: types, lint, imports, unit, /,
    );
  });
});

describe("summary", () => {
  it("adds up the tests and ends with a line that stands alone", () => {
    const { text, failed } = summary(
      new Map([
        ["types", { passed: 0, failed: 0, skipped: 0, tool: true }],
        ["unit", { passed: 30, failed: 2, skipped: 1 }],
        ["protocol", { passed: 0, failed: 3, skipped: 0 }],
        ["browser", { passed: 0, failed: 0, skipped: 0, without: "there is no Chromium" }],
      ]),
    );
    expect(text.split("\n")).toEqual([
      "types      ok",
      "unit       30 passed, 2 failed, 1 skipped",
      "protocol   0 passed, 3 failed",
      "browser    skipped: there is no Chromium",
      "",
      "30 passed, 5 failed",
    ]);
    expect(failed).toBe(5);
  });

  it("counts a tool that found fault as a failure", () => {
    const { text, failed } = summary(new Map([["lint", { passed: 0, failed: 1, skipped: 0, tool: true }]]));
    expect(text).toContain("lint       failed");
    expect(failed).toBe(1);
  });
});
