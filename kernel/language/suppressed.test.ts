import { afterAll, describe, expect, test } from "vitest";
import { REWORDED, SUPPRESSED } from "./suppressed.ts";
import { Notebook } from "./testing/notebook.ts";

const notebook = new Notebook();
afterAll(() => notebook.close());

/** What tslab's TypeScript 5.0 reported, or what newer Node has: none of it is a mistake of the reader. */
describe("new syntax and libraries are known", () => {
  test.each([
    ["using", "{ using r = { [Symbol.dispose]() {} }; }"],
    ["using at top level", "using top = { value: 1, [Symbol.dispose]() {} };"],
    ["await using", "{ await using r = { async [Symbol.asyncDispose]() {} }; }"],
    [
      "NoInfer",
      "function pick<T extends string>(all: T[], one: NoInfer<T>) { return [all, one]; } pick(['a'], 'a');",
    ],
    ["satisfies", "const sat = { a: 1 } satisfies Record<string, number>;"],
    ["const type parameters", "function ct<const T>(x: T) { return x; } ct([1, 2])[0] === 1;"],
    [
      "decorators",
      "function dec<T>(value: T, _context: ClassMethodDecoratorContext): T { return value; } class Dec { @dec m() {} }",
    ],
    ["accessor", "class Acc { accessor x = 1; }"],
    ["sets", "new Set([1]).union(new Set([2])).isSubsetOf(new Set());"],
    ["iterators", "[1].values().map((x) => x + 1).toArray(); Iterator.from([1]).take(1);"],
    ["promises", "Promise.withResolvers<number>(); Promise.try(() => 1);"],
    ["arrays", "[3, 1].toSorted().at(-1); Object.groupBy([1], String); await Array.fromAsync([1]);"],
    ["texts", "'a'.isWellFormed(); 'a'.replaceAll('a', 'b');"],
    ["patterns", "/[\\p{L}--[a-z]]/v.test('a'); RegExp.escape('.');"],
    ["errors", "Error.isError(1); new Error('a', { cause: 1 });"],
    ["streams", "for await (const s1 of new ReadableStream<number>()) s1.toFixed();"],
    ["requests", "for await (const s2 of new Response('a').body ?? []) s2.byteLength;"],
    ["small floats", "new Float16Array(1); Math.f16round(1.1);"],
    ["import attributes", 'await import("./a.json", { with: { type: "json" } }).catch(() => 0);'],
    ["top-level await", "for await (const a1 of [Promise.resolve(1)]) a1.toFixed();"],
    ["top-level await in an expression", "(await Promise.resolve([1])).map((v) => v.toFixed());"],
    ["import.meta", "import.meta.url;"],
    ["using in loops", "for (using r of [{ [Symbol.dispose]() {} }]) r;"],
    ["DisposableStack", "using stack = new DisposableStack(); stack.defer(() => {});"],
    [
      "decorators of fields and accessors",
      "function fd(_v: undefined, c: ClassFieldDecoratorContext) { c.name; } class Fd { @fd f = 1; }",
    ],
    [
      "enums and namespaces",
      "enum En1 { A, B = 'b' } const enum En2 { C = 1 << 2 } namespace Ns1 { export const a = En2.C } Ns1.a + En1.A;",
    ],
    [
      "import types with attributes",
      'type Mod1 = typeof import("node:fs", { with: { "resolution-mode": "import" } });',
    ],
    [
      "variance and infer extends",
      "interface Co1<out T> { get(): T } type Head1<T> = T extends [infer H extends string, ...unknown[]] ? H : never; const h1: Head1<['a']> = 'a'; h1;",
    ],
    ["predicates that are inferred", "[1, undefined].filter((x) => x !== undefined)[0]!.toFixed();"],
    ["named groups twice", "/(?<y>\\d{4})-\\d|\\d-(?<y>\\d{4})/.exec('1-2000')?.groups?.y;"],
    ["modifiers in patterns", "/(?i:a)b/.test('Ab');"],
    [
      "files of the notebook",
      "const fr1 = await FileAttachment('a.csv').csv({ typed: true }); fr1.columns.join(); fr1[0]?.x + 1; (await FileAttachment('b').csv({ array: true }))[0]?.[0]; (await FileAttachment('c').arrow()).getChild('x')?.at(0);",
    ],
    ["tables", "table([{ a: 1 }], { columns: ['a'], pageSize: 10 }); table({ x: new Float32Array(1) });"],
    ["comma and unused expressions", "1; 'a'; [1, 2];"],
  ])("%s", (_name, code) => {
    const found = notebook.run(code)[0]?.filter((one) => !one.includes("a.json"));
    expect(found).toEqual([]);
  });
});

describe("suppressed problems", () => {
  const cases: Record<number, string> = {
    1202: 'import cp = require("node:child_process"); cp.execFile;',
    2323: "const d1 = 1; const d1 = 2;",
    2484: "export const d2 = 1; export { d2 };",
  };

  test("each has a case", () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(SUPPRESSED).sort());
  });

  test("a duplicate is reported once for each place, as such", () => {
    const found = notebook.run(cases[2323] ?? "")[0];
    expect(found).toEqual([
      "TS2451 Cannot redeclare block-scoped variable 'd1'.",
      "TS2451 Cannot redeclare block-scoped variable 'd1'.",
    ]);
  });

  test("sentences about imports are reworded", () => {
    expect(REWORDED[2632]?.("Cannot assign to 'k' because it is an import.")).toBe(
      "Cannot assign to 'k' because an earlier cell declares it as constant.",
    );
  });
});

describe("sentences speak of what the reader has written", () => {
  test.each([
    ["tf.ones([2]) + 1;", /^TS2365 Operator '\+' .* 'Tensor' and 'number'\. Tensors have .* tf\.add\(x, y\)/],
    ["tf.scalar(1) > 0;", /^TS2365 .*'Scalar'.*tf\.add/],
    ["Plot.dott([]);", /on type 'typeof import\("@observablehq\/plot"\)'\. Did you mean 'dot/],
  ])("%s", (cell, expected) => {
    expect(notebook.run(cell)[0]?.[0]).toMatch(expected);
  });
});

describe("results told apart by a boolean", () => {
  const result = `
    type Result = { ok: true; value: number } | { ok: false; error: string };
    declare const r1: Result;`;
  test.each(["if (!r1.ok) r1.error;", "r1.ok || r1.error;", "if (r1.ok) r1.value; else r1.error;"])(
    "%s",
    (use) => expect(notebook.run(`${result}\n${use}`)).toEqual([[]]),
  );

  test("have no members that none of them has", () => {
    expect(notebook.run(`${result}\nif (!r1.ok) r1.nothing;`)[0]?.join()).toMatch(/TS2339/);
  });
});

describe("true mistakes are still reported", () => {
  test.each([
    ["a member of one type of a union", "declare const u1: { k: 1; a: 1 } | { k: 2; b: 1 }; u1.b;", /TS2339/],
    ["a value of another type", "const n: number = 'a';", /TS2322/],
    ["a misspelt name", "consle.log(1);", /TS2552 .*console/],
    ["a misspelt member", "sample.nothing;", /TS2339/],
    ["a missing argument", "sample('a');", /TS2554/],
    ["a browser's global", "document.title;", /TS2304 .*Browsers have it/],
    ["a browser's global as a shorthand", "({ location });", /TS2304/],
    ["a missing module", 'import x from "no-such-package";', /TS2307/],
    ["return outside a function", "return 1;", /TS1108/],
    ["a misspelt method of a file", "FileAttachment('a').cvs();", /TS2339 .*FileHandle/],
    ["an unknown option of a table", "table([], { colums: [] });", /TS2561 .*columns/],
  ])("%s", (_name, code, problem) => expect(notebook.run(code)[0]?.join()).toMatch(problem));

  test("names that browsers share with the reader's own are the reader's", () => {
    expect(
      notebook.run(
        "const status = 1; const o = { name: 2, status }; o.name; function print(event: string) { return event; } print('a');",
      ),
    ).toEqual([[]]);
  });
});
