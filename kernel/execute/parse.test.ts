import { expect, it } from "vitest";
import { parseCell } from "./parse.ts";

it.each([
  ["function f() { ", " }"],
  ["((x) => ", ")"],
  ["class A { static { ", " } }"],
  ["[", "]"],
  ["{ ", " }"],
])("takes no time over %j a thousand deep, also with one end missing", async (open, close) => {
  for (const ends of [1000, 999]) {
    const before = process.cpuUsage();
    const error = await parseCell(open.repeat(1000) + close.repeat(ends)).then(
      () => undefined,
      (reason) => reason as Error,
    );
    const { user } = process.cpuUsage(before);
    expect(user / 1e6).toBeLessThan(2);
    if (ends === 999) expect(error?.message).toMatch(/brackets/);
  }
  // What takes types away still works.
  expect((await parseCell("let n: number = 1")).javascript).toBe("let n         = 1");
});

it("takes apart what is deep and right", async () => {
  const { scopes } = await parseCell(`const deep = ${"[".repeat(250)}${"]".repeat(250)}`);
  expect([...scopes.declared]).toEqual(["deep"]);
});
