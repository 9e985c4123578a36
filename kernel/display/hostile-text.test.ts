import { expect, it } from "vitest";
import { mimeBundle } from "../execute/mime.ts";
import { html, md, tex } from "../session/markup.ts";
import { table } from "../session/table.ts";

const hostile = '"><img src=x onerror=alert(1)><a href="javascript:alert(1)">';
const named = (name: string) => Object.defineProperty(() => {}, "name", { value: name });
const madeBy = (name: string) => new (Object.defineProperty(class {}, "name", { value: name }))();

it.each<[string, unknown]>([
  ["a string", hostile],
  ["a key", { [hostile]: 1, list: Array.from({ length: 200 }, () => ({ [hostile]: [hostile] })) }],
  ["the name of a class", madeBy(hostile)],
  ["the name of a function", { f: named(hostile) }],
  ["a symbol", { [Symbol(hostile)]: Symbol(hostile) }],
  ["a map", new Map([[hostile, new Set([hostile])]])],
  ["a tag", { [Symbol.toStringTag]: hostile, a: { b: 1 } }],
  ["an error", new Error(hostile)],
  ["a date's neighbour", [new Date(0), new URL(`javascript:${hostile}`), new RegExp(hostile)]],
  [
    "rows",
    [
      { [hostile]: hostile, b: 1 },
      { [hostile]: hostile, b: 2 },
    ],
  ],
  ["a table", table([{ [hostile]: hostile }])],
  ["text in HTML", html`<b title="${hostile}">${hostile}</b>`],
  ["text in Markdown", md`**${hostile}** ${"[x](javascript:alert(1))"}`],
  ["text in TeX", tex`x = ${"\\href{javascript:alert(1)}{x}"}`],
])("nothing of a page is made of %s", async (_, value) => {
  const bundle = await mimeBundle(value);
  const shown = ["text/html", "text/markdown", "text/latex"].map((mime) => String(bundle[mime] ?? "")).join();
  expect(shown).not.toMatch(/<img|<a |href="?javascript|\\href|\]\(javascript/);
  expect(bundle["text/plain"]).toBeDefined();
});
