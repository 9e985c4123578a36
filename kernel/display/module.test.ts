import { constants, Script } from "node:vm";
import { describe, expect, it } from "vitest";
import { bundleFor } from "./viewers.ts";

const text = async (value: unknown) => String((await bundleFor(value))["text/plain"]);
/** The tests' own imports are no modules of the language. */
const natively = new Script("(url) => import(url)", {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}).runInThisContext() as (url: string) => Promise<object>;
const moduleOf = (code: string) => natively(`data:text/javascript,${encodeURIComponent(code)}`);

describe("a module is a list of names", () => {
  it("by kind", async () => {
    const code =
      "export class Normal {}; export const log = Math.log, depth = 3, table = { a: { b: 1 } }; export * as self from 'node:path'; export default 1;";
    expect(await text(await moduleOf(code))).toBe(
      [
        "Module of 5 names",
        "  classes: Normal",
        "  functions: log",
        "  modules: self",
        "  values: depth, table",
      ].join("\n"),
    );
  });

  it("on lines that can be read", async () => {
    const names = Array.from({ length: 60 }, (_, i) => `name${i}`);
    const lines = (await text(await moduleOf(`export const ${names.map((name) => `${name} = 1`)}`))).split(
      "\n",
    );
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    expect(
      lines
        .slice(1)
        .join(" ")
        .match(/name\d+/g)
        ?.toSorted(),
    ).toEqual(names.toSorted());
    expect(lines[2]).toMatch(/^ {4}name/);
  });
});

it.each<[string, unknown, string]>([
  [
    "a class",
    Object.assign(class Deep {}, { members: { of: { a: 1 } } }),
    "[class Deep] { members: [Object] }",
  ],
  ["a function", Object.assign(() => 1, { of: { a: { b: 1 } } }), "[Function (anonymous)] { of: [Object] }"],
])("%s is not taken apart deeply", async (_name, value, expected) => {
  expect(await text(value)).toBe(expected);
});
