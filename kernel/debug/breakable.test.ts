import { describe, expect, it } from "vitest";
import { breakableAt, isGuarded, shapeOf } from "./breakable.ts";

const code = [
  "%%time", // 1
  "interface Shape { sides: number }", // 2
  "const sides = (shape: Shape) => shape.sides;", // 3
  "", // 4
  "function area(", // 5
  "  width: number,", // 6
  "): number {", // 7
  "  let height;", // 8
  "  height = 2;", // 9
  "  return width", // 10
  "    * Math.max(height, 1);", // 11
  "}", // 12
  "try {", // 13
  "  area(1);", // 14
  "} catch (error) {", // 15
  "  throw error;", // 16
  "}", // 17
  "// the end", // 18
].join("\n");

describe("a cell's shape", () => {
  it.each([
    { line: 1, to: 3, because: "magics and types do nothing" },
    { line: 3, to: 3, because: "it declares" },
    { line: 5, to: 9, because: "a function begins with its first statement that does something" },
    { line: 10, to: 10, because: "it returns" },
    { line: 11, to: 11, because: "it calls, in the second line of a statement" },
    { line: 12, to: 14, because: "what follows the function is next" },
    { line: 18, to: 16, because: "nothing follows" },
  ])("takes a breakpoint of line $line to line $to: $because", async ({ line, to }) => {
    expect(breakableAt(await shapeOf(code), line)?.line).toBe(to);
  });

  it("knows what is caught", async () => {
    const shape = await shapeOf(code);
    expect(isGuarded(shape, { line: 14, column: 3 })).toBe(true);
    expect(isGuarded(shape, { line: 16, column: 3 })).toBe(false);
  });

  it("has nowhere to stop where it is no TypeScript, or only types", async () => {
    expect(breakableAt(await shapeOf("let = = 3"), 1)).toBeUndefined();
    expect(breakableAt(await shapeOf("type A = 1"), 1)).toBeUndefined();
  });

  it("has lines of TypeScript also where more than types is taken away", async () => {
    const shape = await shapeOf("enum Color { Red }\n\nconst a = Color.Red;\nconst b = a;");
    expect(breakableAt(shape, 2)?.line).toBe(3);
    expect(breakableAt(shape, 4)?.line).toBe(4);
  });
});
