import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Notebook } from "./testing/notebook.ts";

const notebook = new Notebook();
beforeAll(() => {
  notebook.run(
    "const svi = new SVI();\nconst losses = [1, 2];",
    "/** Doubles. */\nfunction twice(x: number) { return 2 * x; }\nlet total = 0; class Model {}",
  );
});
afterAll(() => notebook.close());

describe("completion", () => {
  test("members of the library", () => {
    const found = notebook.complete("dist.N|");
    expect(found).toMatchObject({
      start: 5,
      end: 6,
      names: ["NegativeBinomial", "Normal"],
      types: { Normal: "class" },
    });
  });

  test("what begins as typed hides what only contains it", () => {
    expect(notebook.complete("dist.Nor|").names).toEqual(["Normal"]);
    expect(notebook.complete("dist.nor|").names).toEqual(["Normal"]);
    expect(notebook.complete("dist.mal|").names).toEqual(["Normal"]);
  });

  test("an earlier cell's value, its members, and methods called", () => {
    expect(notebook.complete("los|").types).toMatchObject({ losses: "const" });
    expect(notebook.complete("losses.ma|").types).toEqual({ map: "method" });
    expect(notebook.complete("svi.|").names).toEqual(["losses", "run"]);
  });

  test("after an await at top level", () => {
    expect(notebook.complete("const r = await svi.run(3);\nr.l|").names).toEqual(["losses"]);
  });

  test("in the middle of a word, and of a cell that does not parse", () => {
    expect(notebook.complete("dist.No|rm(0, 1)")).toMatchObject({ start: 5, end: 9, names: ["Normal"] });
    expect(notebook.complete("function f() { if (losses.len| ").names).toEqual(["length"]);
  });

  test.each([
    ["tot|", "total", "let"],
    ["twi|", "twice", "function"],
    ["Mod|", "Model", "class"],
    ["sam|", "sample", "function"],
    ["pyr|", "pyro", "module"],
    ["mat|", "math", "module"],
    ["Tra|", "Trace", "class"],
    ["disp|", "display", "function"],
    ["cons|", "console", "var"],
    ["retu|", "return", "keyword"],
  ])("kinds: %s", (code, name, kind) => {
    const inFunction = `function f() { ${code} }`;
    expect(notebook.complete(inFunction).types).toMatchObject({ [name]: kind });
  });

  test("names of the cell itself, parameters too", () => {
    expect(notebook.complete("const first = 1; function f(figure: string) { fi| }").types).toMatchObject({
      first: "const",
      figure: "parameter",
    });
  });

  test("browsers' globals are not offered as values, but as types", () => {
    const names = notebook.complete("const x = |").names;
    for (const absent of ["document", "HTMLElement", "alert", "RTCPeerConnection"])
      expect(names).not.toContain(absent);
    for (const present of ["fetch", "URL", "Map", "setTimeout", "process", "svi"])
      expect(names).toContain(present);
    expect(notebook.complete("let x: HTMLEl|").names).toContain("HTMLElement");
  });

  test("members of formulas, loaded when named", () => {
    expect(notebook.complete("math.deriv|").names).toContain("derivative");
  });

  test("options and strings", () => {
    expect(notebook.complete("svi.run(1, { pro| })").names).toEqual(["progress"]);
    notebook.write("near.ts", "export const n = 1;");
    expect(notebook.complete('import { n } from "./ne|"').names).toEqual(
      expect.arrayContaining([expect.stringMatching(/^near/)]),
    );
    expect(notebook.complete('import * as fs from "node:fs/prom|"').names.join()).toMatch(/promises/);
  });

  test("none where nothing fits", () => {
    expect(notebook.complete("// some wor|").names).toEqual([]);
    expect(notebook.complete("nothing.here.|").names).toEqual([]);
  });

  test("positions count UTF-16 code units", () => {
    expect(notebook.complete("const s = '😀'; dist.No|")).toMatchObject({ start: 21, end: 23 });
  });

  test("magics", () => {
    expect(notebook.complete("%typecheck off\ndist.No|").names).toEqual(["Normal"]);
  });
});

describe("inspection", () => {
  test("a method: signature, words, tags", () => {
    const found = notebook.inspect("svi.ru|n(10)");
    expect(found?.plain).toBe(
      [
        "(method) SVI.run(numSteps: number, _options?: RunOptions): Promise<{",
        "    losses: Float32Array;",
        "}>",
        "",
        "Takes many steps.",
        "",
        "@param numSteps how many",
        "@returns the losses",
        "@example await svi.run(1000);",
      ].join("\n"),
    );
    expect(found?.markdown).toContain("```typescript\n(method) SVI.run(");
    expect(found?.markdown).toContain("*Example*\n\n```typescript\nawait svi.run(1000);\n```");
  });

  test.each([
    ["at its end", "svi.run|"],
    ["in its call", "svi.run(|"],
    ["in its call, after an argument", "svi.run(10, |)"],
  ])("%s", (_name, code) =>
    expect(notebook.inspect(code)?.plain).toMatch(/run\(numSteps: number[\s\S]*Takes many steps/),
  );

  test("the comment that begins a cell is that of its first statement", () => {
    notebook.run(
      "/**\n * Takes a sample of dist.\n * @param x how far\n */\nfunction commented(x: number) { return x; }",
    );
    notebook.run("/** As tf has it. */\nconst noted = tf.scalar(1);");
    expect(notebook.inspect("comme|nted")?.plain).toBe(
      "function commented(x: number): number\n\nTakes a sample of dist.\n\n@param x how far",
    );
    expect(notebook.inspect("not|ed")?.plain).toMatch(/^const noted: .*Scalar\n\nAs tf has it\.$/);
  });

  test("names of earlier cells and of the library say nothing of imports", () => {
    expect(notebook.inspect("twi|ce")?.plain).toBe("function twice(x: number): number\n\nDoubles.");
    expect(notebook.inspect("sam|ple")?.plain).toMatch(
      /^function sample\(_name: string, fn: (dist\.)?Normal\): (tf\.)?Tensor\n\nDraws or observes\.$/,
    );
    expect(notebook.inspect("SV|I")?.plain).toBe("class SVI\n\nStochastic variational inference.");
    expect(notebook.inspect("tot|al")?.plain).toBe("let total: number");
  });

  test("a class under another name, called without new, is the class behind it", () => {
    notebook.run(
      "/** Measures things. */ class GaugeMeter { constructor(readonly a: number) {} }",
      "const Gauge = GaugeMeter as typeof GaugeMeter & ((a: number) => GaugeMeter); const make = Gauge;",
    );
    for (const code of ["Gau|ge", "Gauge(|", "new Gauge(|"])
      expect(notebook.inspect(code)?.plain).toMatch(/\n\nMeasures things\.$/);
    expect(notebook.inspect("ma|ke")?.plain).not.toContain("Measures");
  });

  test("a class that is made of a rule is what the rule says", () => {
    notebook.write(
      "gauges/cold-gauge.ts",
      "/** Measures the cold. */\nexport const coldGauge = { name: 'cold' };",
    );
    notebook.write(
      "gauges/index.ts",
      "import { coldGauge } from './cold-gauge.ts';\ninterface Kind<T> { new (): T; rule: T }\n" +
        "const named = <T>(rule: T): Kind<T> => Object.assign(class {}, { rule }) as unknown as Kind<T>;\n" +
        "export const ColdGauge = named(coldGauge);",
    );
    notebook.run('import { ColdGauge } from "./gauges/index.ts";');
    expect(notebook.inspect("ColdGa|uge")?.plain).toMatch(/\n\nMeasures the cold\.$/);
  });

  test("detail 1 adds the declaration", () => {
    expect(notebook.inspect("const two = twi|ce(1)", 1)?.plain).toMatch(
      /Doubles\.[\s\S]*function twice\(x: number\) \{ return 2 \* x; \}$/,
    );
    expect(notebook.inspect("los|ses", 1)?.plain).toContain("const losses = [1, 2];");
    expect(notebook.inspect("SV|I", 1)?.plain).toContain("return { losses: new Float32Array(numSteps) };");
    expect(notebook.inspect("function here() { return 1 } her|e()", 1)?.markdown).toContain(
      "```typescript\nfunction here() { return 1 }\n```",
    );
  });

  test("nothing at nothing", () => {
    expect(notebook.inspect("  |  ")).toBeNull();
    expect(notebook.inspect("unknownName|")).toBeNull();
  });
});
