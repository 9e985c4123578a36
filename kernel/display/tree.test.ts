import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { shown } from "./testing/shown.ts";

class Point {
  x = 1;
  #hidden = 2;
  get sum() {
    return this.x + this.#hidden;
  }
}
const circular: Record<string, unknown> = { a: 1 };
circular.self = circular;
const bare = Object.assign(Object.create(null) as object, { [Symbol("s")]: true });
const stacked = new Error("bad");
stacked.stack = "Error: bad\n    at f (Cell [1]:1:1)";

const leaf = (text: string) => `<li>${text}</li>`;
const fold = (summary: string, ...entries: string[]) =>
  `<details><summary>${summary}</summary><ul>${entries.join("")}</ul></details>`;
const opened = (html: string) => html.replace("<details>", "<details open>");

/** Value, text in a terminal, HTML; undefined where the text says all. */
const cases: readonly (readonly [name: string, value: unknown, text: string, html: string | undefined])[] = [
  ["a number", 3, "3", undefined],
  ["minus zero", -0, "-0", undefined],
  ["a string", "a\nb", "'a\\nb'", undefined],
  ["a bigint", 10n, "10n", undefined],
  ["a symbol", Symbol("x"), "Symbol(x)", undefined],
  ["a date", new Date(0), "1970-01-01T00:00:00.000Z", undefined],
  ["a pattern", /a/g, "/a/g", undefined],
  ["a function", function f() {}, "[Function: f]", undefined],
  ["an empty object", {}, "{}", undefined],
  ["an empty array", [], "[]", undefined],
  ["an object", { a: 1 }, "{ a: 1 }", fold("{ a: 1 }", leaf("a: 1"))],
  ["an array", [1, "b"], "[ 1, 'b' ]", fold('[1, "b"]', leaf("0: 1"), leaf('1: "b"'))],
  ["a class instance", new Point(), "Point { x: 1 }", fold("Point { x: 1 }", leaf("x: 1"))],
  [
    "nested objects",
    { a: { b: { c: 1 } } },
    "{ a: { b: { c: 1 } } }",
    opened(fold("{ a: {…} }", leaf(fold("a: { b: {…} }", leaf(fold("b: { c: 1 }", leaf("c: 1"))))))),
  ],
  [
    "a Map",
    new Map<unknown, unknown>([
      ["a", [1]],
      [{ k: 1 }, 2],
    ]),
    "Map(2) { 'a' => [ 1 ], { k: 1 } => 2 }",
    fold(
      'Map(2) { "a" =&gt; [1], { k: 1 } =&gt; 2 }',
      leaf(fold('"a": [1]', leaf("0: 1"))),
      leaf("{ k: 1 }: 2"),
    ),
  ],
  ["a Set", new Set([1, "b"]), "Set(2) { 1, 'b' }", fold('Set(2) { 1, "b" }', leaf("0: 1"), leaf('1: "b"'))],
  [
    "a circle",
    circular,
    "<ref *1> { a: 1, self: [Circular *1] }",
    opened(fold("{ a: 1, self: {…} }", leaf("a: 1"), leaf("self: [Circular]"))),
  ],
  [
    "an array with holes and more",
    Object.assign(new Array<unknown>(3), { 0: 1, 2: 3, note: "n" }),
    "[ 1, <1 empty item>, 3, note: 'n' ]",
    fold('[1, empty, 3, note: "n"]', leaf("0: 1"), leaf("1: empty"), leaf("2: 3"), leaf('note: "n"')),
  ],
  [
    "no prototype and symbols",
    bare,
    inspect(bare),
    fold("[null prototype] { [Symbol(s)]: true }", leaf("[Symbol(s)]: true")),
  ],
  [
    "an error among others",
    { e: stacked },
    "{\n  e: Error: bad\n      at f (Cell [1]:1:1)\n}",
    fold(
      "{ e: Error: bad }",
      leaf(
        "<details><summary>e: Error: bad</summary><pre>Error: bad\n    at f (Cell [1]:1:1)</pre></details>",
      ),
    ),
  ],
  [
    "an attack",
    { "<img onerror=alert(1)>": "<script>" },
    "{ '<img onerror=alert(1)>': '<script>' }",
    fold(
      '{ "&lt;img onerror=alert(1)&gt;": "&lt;script&gt;" }',
      leaf('"&lt;img onerror=alert(1)&gt;": "&lt;script&gt;"'),
    ),
  ],
];

describe("values", () => {
  it.each(cases)("%s", async (_, value, text, html) => {
    expect(await shown(value)).toEqual({ text, html });
  });

  it("of small arrays of small arrays fit on their line", async () => {
    expect((await shown({ a: [1, 2], b: [] })).html).toContain("<summary>{ a: [1, 2], b: [] }</summary>");
  });
});

describe("looking at a value runs none of its code", () => {
  const fail = () => {
    throw new Error("its code has run");
  };
  const traps = { get: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, getPrototypeOf: fail, has: fail };

  it.each<[string, object, string]>([
    [
      "a getter",
      {
        get a() {
          return fail();
        },
      },
      "{ a: [Getter] }",
    ],
    [
      "its own outerHTML",
      {
        get outerHTML() {
          return fail();
        },
      },
      "{ outerHTML: [Getter] }",
    ],
    ["a proxy", new Proxy({ a: 1 }, traps), "{ a: 1 }"],
    ["a proxy below", { p: new Proxy([1], traps) }, "{ p: [ 1 ] }"],
    [
      "a revoked proxy",
      (() => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      })(),
      "<Revoked Proxy>",
    ],
    ["a class that fails to say what it is", { a: 1, [inspect.custom]: fail }, "{ a: 1 }"],
  ])("%s", async (_, value, text) => {
    const found = (await shown(value)).text;
    expect(found.replace(/,\s*\[?Symbol\(nodejs.*/s, " }")).toBe(text);
  });
});

describe("large values are bounded", () => {
  let deep: object = {};
  for (let i = 0; i < 100_000; i++) deep = { deep };
  const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i]));
  const grid = Array.from({ length: 300 }, () => Array.from({ length: 300 }, () => ({ a: { b: 1 } })));

  it.each<[string, unknown, RegExp, RegExp]>([
    ["a million numbers", Array.from({ length: 1e6 }, (_, i) => i), /999900 more items/, /999,100 more/],
    ["a deep object", deep, /\[Object\]/, /1 not shown/],
    ["a wide object", wide, /k99: 99/, /99,200 more|99,100 more/],
    ["a grid", grid, /\.\.\. \d+ more items|more/, /more|not shown/],
    [
      "long strings",
      Array.from({ length: 1000 }, () => "x".repeat(10_000)),
      /10,000 characters|more characters/,
      /10,000 characters/,
    ],
    [
      "a large Map",
      new Map(Array.from({ length: 1e5 }, (_, i) => [i, i])),
      /99900 more items/,
      /99,200 more/,
    ],
  ])("%s", async (_, value, text, html) => {
    const found = await shown(value);
    expect(found.text).toMatch(text);
    expect(found.text.length).toBeLessThan(120_000);
    expect(found.html).toMatch(html);
    expect(found.html?.length).toBeLessThan(250_000);
  });

  it("a string of ten million characters", async () => {
    const { text, html } = await shown("x".repeat(1e7));
    expect(text).toMatch(/9990000 more characters$/);
    expect(html).toBeUndefined();
  });

  it("a bigint of a million digits is not written out", async () => {
    const { html } = await shown({ n: 1n << 4_000_000n });
    expect(html).toMatch(/bigint of 4000004 bits/);
  });
});
