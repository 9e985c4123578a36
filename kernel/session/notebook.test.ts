import * as math from "mathjs";
import { describe, expect, it } from "vitest";
import { formula } from "../../lib/formula/index.ts";
import { tensorText } from "../display/tensor.ts";
import { mimeBundle } from "../execute/mime.ts";
import { parseCell } from "../execute/parse.ts";
import { html, md, svg, tex } from "./markup.ts";
import { asksToResume } from "./resume.ts";
import { table } from "./table.ts";

describe("template tags", () => {
  const evil = `<img src=x onerror="alert('1')">`;
  it.each([
    ["html", html`<b>${evil}</b>`.source, /^<b>&lt;img [^<]*<\/b>$/],
    ["svg", svg`<text>${evil}</text>`.source, /^<text>&lt;img [^<]*<\/text>$/],
    ["md", md`*${"a*b_c"}*`.source, /^\*a\\\*b\\_c\*$/],
    ["md with formulas", md`$\alpha$ costs \$1, \`code\``.source, /^\$\\alpha\$ costs \$1, `code`$/],
    ["md with HTML", md`${evil}`.source, /^&lt;img/],
    ["tex", tex`\frac{${"a_b"}}{2}`.source, /^\\frac\{a\\_b\}\{2\}$/],
    ["nested", html`<ul>${["a<", html`<li>b</li>`]}</ul>`.source, /^<ul>a&lt;<li>b<\/li><\/ul>$/],
    ["nothing", html`a${undefined}${null}${false}b${0}`.source, /^ab0$/],
  ])("%s escapes what is put in", (_, source, expected) => {
    expect(source).toMatch(expected);
  });

  it.each([
    ["html", html`<b>x</b>`, "text/html"],
    ["svg", svg`<circle r="2"/>`, "text/html"],
    ["md", md`# x`, "text/markdown"],
    ["tex", tex`x^2`, "text/latex"],
  ])("%s shows itself", async (_, piece, mime) => {
    expect(Object.keys(await mimeBundle(piece))).toEqual([mime, "text/plain"]);
  });
});

describe("TeX in templates", () => {
  const expressions = [
    "a x^2 + b_1",
    "2 x y",
    "sqrt(x) / (y + 1)",
    "[1, 2; 3, 4]",
    "x > 0 ? x : -x",
    "x'",
    "beta_1",
    "f(x)",
  ];
  it.each(expressions)("the TeX that mathjs and formulas write of %s comes through", (text) => {
    const node = math.parse(text);
    const source = node.toTex().trim();
    expect(tex`y = ${node}`.source).toBe(`y = ${source}`);
    expect(tex`y = ${source}`.source).toBe(`y = ${source}`);
    const own = formula(text);
    expect(tex`y = ${own}`.source).toBe(`y = ${own.toTex()}`);
    expect(tex`y = ${own.toTex()}`.source).toBe(`y = ${own.toTex()}`);
  });

  it.each([
    ["a name", "a_b", "a\\_b"],
    ["a share", "5 %", "5 \\%"],
    ["a law", "x ~ Normal", "x \\sim  Normal"],
    ["a brace alone", "{a", "\\{a"],
    ["a closed one first", "}{", "\\}\\{"],
    ["a price", "$5", "\\$5"],
    ["a link", "\\href{javascript:alert(1)}{x}", expect.stringMatching(/^\\backslash href\\\{/)],
    ["a definition", "\\def\\x{1}", expect.stringMatching(/^\\backslash def/)],
    ["TeX", "\\alpha_1", "\\alpha_1"],
    ["a group", "x_{1}", "x_{1}"],
    ["a number", 0.5, "0.5"],
  ])("%s", (_, value, expected) => {
    expect(tex`${value}`.source).toEqual(expected);
  });

  it("formulas stand in Markdown and HTML, and HTML in Markdown", () => {
    const own = formula("x < y ? x : y");
    const source = own.toTex();
    expect(md`so ${own}`.source).toBe(`so $${source}$`);
    expect(md`so ${tex`x^2`}`.source).toBe("so $x^2$");
    expect(html`so ${tex`x<2`}`.source).toBe("so $x&lt;2$");
    expect(md`${html`<b>1</b>`} ${svg`<circle r="2"/>`}`.source).toBe('<b>1</b> <circle r="2"/>');
    expect(html`${svg`<circle r="2"/>`}`.source).toBe('<circle r="2"/>');
    expect(html`${md`<b>`}`.source).toBe("&lt;b&gt;");
  });
});

describe("values", () => {
  it.each<[string, unknown, Record<string, unknown>]>([
    ["a number", 3, { "text/plain": "3" }],
    ["a string", "a", { "text/plain": "'a'" }],
    ["null", null, { "text/plain": "null" }],
    ["an element", { outerHTML: "<b>1</b>", tagName: "B" }, { "text/html": "<b>1</b>", "text/plain": "<b>" }],
    ["a bundle", { "text/plain": "t", "image/png": "AAAA" }, { "text/plain": "t", "image/png": "AAAA" }],
    [
      "an object that is none",
      { text: "t" },
      { "text/plain": "{ text: 't' }", "text/html": expect.stringContaining("<details>") },
    ],
    [
      "its own method",
      { [Symbol.for("Jupyter.display")]: () => ({ "text/html": "h" }) },
      { "text/html": "h" },
    ],
    [
      "a method that takes time",
      { [Symbol.for("Jupyter.display")]: async () => ({ "text/html": "h" }) },
      { "text/html": "h" },
    ],
  ])("%s shows itself", async (_, value, expected) => {
    expect(await mimeBundle(value)).toEqual(expected);
  });

  const tensor = (shape: number[], values: unknown, more = {}) => ({
    shape,
    dtype: "float32",
    size: shape.reduce((a, b) => a * b, 1),
    isDisposed: false,
    arraySync: () => values,
    dataSync: () => values as number[],
    toString: () => "Tensor\n    [1, 2, ...]",
    ...more,
  });
  it.each([
    [tensor([], Math.fround(0.1)), "Tensor float32 0.1"],
    [tensor([2], [1, 2]), "Tensor float32 [2] [ 1, 2 ]"],
    [tensor([1, 2], [[1, 2]]), "Tensor float32 [1, 2]\n[ [ 1, 2 ] ]"],
    [tensor([1000], []), "Tensor float32 [1000]\n[1, 2, ...]"],
    [tensor([2], [], { isDisposed: true }), "Tensor float32 [2] (disposed)"],
  ])("a tensor as text", (value, expected) => {
    expect(tensorText(value)).toBe(expected);
  });
});

describe("table", () => {
  it("shows rows of objects, escaped, with the columns asked for", async () => {
    const shown = await mimeBundle(table([{ a: "<b>", n: 1.23456789 }, { a: "c" }], { columns: ["a", "n"] }));
    expect(shown["text/html"]).toContain('<th style="text-align:left">a</th><th align="right">n</th>');
    expect(shown["text/html"]).toContain("&lt;b&gt;");
    expect(shown["text/html"]).not.toContain("<b>");
    expect(shown["text/plain"]).toBe("a          n\n<b>  1.23457\nc          –");
  });

  it("says how many rows it left out", async () => {
    const shown = await mimeBundle(table([1, 2, 3], { limit: 2 }));
    expect(shown["text/html"]).toContain("2 of 3 rows shown");
  });
});

describe("resume", () => {
  it.each([
    ["await svi.run(10, { resume: true })", true],
    ["const r = svi.run(10, { args: [1], 'resume': true });", true],
    ["svi.run(10, { resume: false })", false],
    ["const options = { resume: true }", false],
    ["// svi.run(10, { resume: true })", false],
  ])("%s: %s", async (code, expected) => {
    expect(asksToResume((await parseCell(code)).program)).toBe(expected);
  });
});
