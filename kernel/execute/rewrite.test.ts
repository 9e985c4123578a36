import { describe, expect, it } from "vitest";
import { parseCell } from "./parse.ts";
import { rewriteCell } from "./rewrite.ts";

const known = new Set(["URL", "earlier"]);

/** The script without what every script has, and with the invisible joiners shown as '. */
async function script(source: string): Promise<string> {
  const { code } = rewriteCell(await parseCell(source), { run: 1, knows: (name) => known.has(name) });
  return code
    .replace(/^"use strict"; /, "")
    .replace(/\n;undefined\n\/\/# sourceURL=.*$/, "")
    .replaceAll("\u200d", "'")
    .replace(/\s+/g, " ")
    .trim();
}

describe("a cell as a script", () => {
  it.each([
    ["const becomes let", "const a: number = 1;", "let a = 1;"],
    ["var stays in place where it can", "var a = 1; a++;", "let a = 1; a++;"],
    [
      "var in a block is declared in front",
      "if (x) { var a = 1, { b } = y; }",
      "let a, b; if (x) { a = 1, ({ b } = y); }",
    ],
    ["var used before it stands is declared in front", "a; var a = 1;", "let a; a; a = 1;"],
    ["var of a loop is declared in front", "for (var k of []);", /^let k; .*for \(k of \[\]\)/],
    ["functions go to the front, nameless", "f(); function f() {};", /^let f = function \(\) \{\};f\(\);/],
    ["classes keep their inner name", "class A {}", "let A = class A {};"],
    ["the last expression is the result", "1; 2", "1; $result'((2))"],
    ["a semicolon hides it", "1; 2;", "1; 2;"],
    ["comments behind it do not", "2 // two;", "$result'((2)) // two;"],
    ["a block is no result", "{ 2 }", "{ 2 }"],
    ["export is dropped", "export const a = 1; const b = 2; export { b };", "let a = 1; let b = 2;"],
    ["a default export is an expression", "export default 7", "$result'((7))"],
    [
      "a name that is global is renamed",
      "const URL = 1; ({ URL }); URL",
      "let URL' = 1; ({ URL: URL' }); $result'((URL'))",
    ],
    ["as it was in an earlier cell", "new URL('x')", "$result'((new URL'('x')))"],
    ["but not where a function has its own", "(URL) => URL", "$result'(((URL) => URL))"],
    ["in patterns too", "const { process = 1 } = x;", "let { process: process' = 1 } = x;"],
    ["a global stays where the cell declares none", "new Map()", "$result'((new Map()))"],
    ["await can be interrupted", "await x;", "await $await'(x);"],
    ["but not inside functions", "async () => await x;", "async () => await x;"],
    ["for await as well", "for await (const a of b);", /of \$each'\(b\)/],
    ["import() and import.meta", "import('x'), import.meta.url;", "$import'('x'), $meta'.url;"],
    [
      "imports become calls",
      "import d, { a as b, type T } from 'x'; b();",
      `let { "default": d, "a": b } = await $import'('x', undefined, {"default":false,"a":true}); b();`,
    ],
    ["imports of everything", "import * as n from 'x';", "let n = await $import'('x', undefined, {});"],
    ["imports for their effect", "import 'x';", "await $import'('x', undefined, {});"],
    ["invalidation is the cell's own", "invalidation.then(f);", "$invalidation'(1).then(f);"],
  ])("%s", async (_, source, expected) => {
    const found = await script(source);
    if (typeof expected === "string") expect(found).toBe(expected);
    else expect(found).toMatch(expected);
  });

  it("puts functions first, then imports in their order", async () => {
    const found = await script("import 'a'; b(); import 'c'; function f() {}");
    const places = ["let f", "'a'", "'c'", "b();"].map((part) => found.indexOf(part));
    expect(places).toEqual([...places].sort((x, y) => x - y));
    expect(places).not.toContain(-1);
  });

  it("keeps the helpers of enums and decorators to the run", async () => {
    const source = "@((c: unknown) => c) class A { }";
    const { declared } = rewriteCell(await parseCell(source), { run: 1, knows: () => false });
    expect(declared).toEqual(["A"]);
  });
});

describe("interrupt checks", () => {
  const check = "if ($flag'[0] !== 0) break";
  it.each([
    ["while (x) y();", 1, 1],
    ["for (;;);", 1, 1],
    ["for (const a of b) for (;;) c();", 2, 1],
    ["a: for (;;) { do { continue a; } while (x); }", 2, 1],
    ["for (;;) { try { for (;;); } catch {} }", 2, 2],
    ["for (;;) { const f = () => { while (x); }; }", 2, 2],
    ["class A { static { for (;;); } m() { for (;;); } }", 2, 2],
  ])("%s", async (source, checks, exits) => {
    const found = await script(source);
    expect(found.split(check).length - 1).toBe(checks);
    expect(found.split("throw $interrupt'()").length - 1).toBe(exits);
    // What comes out is JavaScript again.
    await expect(parseCell(found.replaceAll("'", "_"))).resolves.toBeDefined();
  });
});

describe("places", () => {
  it.each([
    ["plain types", "interface A {}\nconst a: A = {};\n  boom(a as A);", [3, 3]],
    ["an enum before", "enum E { A }\n\nfunction f(x: E) {\n    return boom(x);\n}", [4, 12]],
    ["a hoisted function", "const x: number = 1;\nfunction f(): void { boom(); }", [2, 22]],
  ])("are found back through %s", async (_, source, [line, column]) => {
    const { code, locate } = rewriteCell(await parseCell(source as string), { run: 1, knows: () => false });
    const before = code.slice(0, code.indexOf("boom"));
    const place = locate(before.split("\n").length, before.length - before.lastIndexOf("\n"));
    expect(place).toEqual({ line, column });
  });
});

describe("mistakes", () => {
  it.each([
    ["const a = (1 + ;", 1, 16],
    ["\nconst 'x' = 3;", 2, 7],
    ["const a = 1;\na = 2;", 2, 1],
    ["const { a } = x; [a] = [1];", 1, 19],
    ["import { a } from 'x'; a++;", 1, 24],
    ["let a = 1; let a = 2;", 1, 16],
    ["const 😀 = '😀'; ; const b = ;", 1, 7],
  ])("%j is refused where it is wrong", async (source, line, column) => {
    await expect(parseCell(source)).rejects.toMatchObject({ name: "SyntaxError", place: { line, column } });
  });

  it("a type of the library's `infer` is told how it is written", async () => {
    for (const type of ["AutoNormal<[]>", "SVI"])
      await expect(parseCell(`const f = (a: infer.${type}) => a;`)).rejects.toThrow(/pyro\.infer\./);
    await expect(
      parseCell("let a: pyro.infer.AutoNormal<[]>; let b: AutoNormal<[]>;"),
    ).resolves.toBeDefined();
    await expect(parseCell("let a: dist..Normal;")).rejects.not.toThrow(/infer/);
  });

  it("inner constants and properties of constants may change", async () => {
    await expect(parseCell("const a = {}; a.b = 1; { let a = 1; a = 2; }")).resolves.toBeDefined();
  });
});

describe("a call that a cell begins with", () => {
  it.each(["modle(flips)", "modle.fit(1)", "  new Modle(1)", "await modle()"])(
    "%s has a place in the cell, wherever V8 sees it",
    async (source) => {
      const { code, locate } = rewriteCell(await parseCell(source), { run: 1, knows: () => false });
      const from = code.search(/modle|new Modle/i);
      const line = code.slice(0, from).split("\n").length;
      const width = code.split("\n")[line - 1]?.indexOf("modle") ?? 0;
      for (let column = 1; column <= width + 5; column++) expect(locate(line, column)?.line).toBe(1);
    },
  );
});
