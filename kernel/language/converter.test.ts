import { afterAll, describe, expect, test } from "vitest";
import { preludeNames } from "./prelude-names.ts";
import { Notebook } from "./testing/notebook.ts";

const notebook = new Notebook();
afterAll(() => notebook.close());

describe("the prelude", () => {
  test("is typed: dist.Normal is not any", () => {
    expect(notebook.converter.problem()).toBeUndefined();
    expect(notebook.typeOf("new dist.Normal(0, 1).loc")).toBe("number");
  });

  test("a library that cannot be found is told in a sentence", () => {
    const lost = new Notebook({ library: "/nowhere/lib/index.d.ts" });
    expect(lost.converter.problem()).toMatch(/no types: dist\.Normal is unknown.*npm run setup/);
    expect(lost.run("const n = 1;", "n.toFixed()")).toEqual([[], []]);
    lost.close();
  });

  test.each([
    ["pyro", "pyro.sample", /name: string/],
    ["a name of the library", "sample", /name: string/],
    ["tf", "tf.add(1, 2)", /Tensor<.*Rank>/],
    ["Plot", "Plot.dot([1])", /Dot/],
    ["math", "math.parse('x^2')", /MathNode/],
    ["display", "display(1)", /DisplayHandle/],
    ["invalidation", "invalidation", /Promise<void>/],
    ["tex", "tex`x`", /Markup/],
    ["console", "console.log", /=> void|void/],
    ["process", "process.pid", /number/],
    ["Buffer", "Buffer.from('a')", /Buffer/],
    ["fetch", "fetch('')", /Promise<Response>/],
    ["URL", "new URL('').href", /string/],
    ["setTimeout", "setTimeout(() => {}, 1)", /Timeout/],
  ])("has %s, in a folder with nothing installed", (_name, expression, type) => {
    expect(notebook.run(`${expression};`)).toEqual([[]]);
    expect(notebook.typeOf(expression)).toMatch(type);
  });

  test("its names are those of the library, the modules and the helpers", () => {
    const names = notebook.converter.names();
    for (const name of ["SVI", "dist", "sample", "pyro", "tf", "Plot", "math", "display", "md"]) {
      expect(names).toContain(name);
    }
  });

  test("has every name that the session gives at run time", async () => {
    const given = preludeNames(Object.keys(await import("./testing/library.ts")));
    expect(notebook.converter.names()).toEqual(expect.arrayContaining(given));
  });

  test("its types can be named in a cell", () => {
    expect(
      notebook.run("let t1: Trace<number> = new Trace<number>(); let d1: dist.Normal; let x1: tf.Tensor;"),
    ).toEqual([[]]);
    expect(notebook.typeOf("t1.nodes")).toBe("Map<string, number>");
  });
});

describe("types flow across cells", () => {
  test.each([
    ["a number", "const c1 = 3;", "c1 + 1", "number"],
    ["a tensor", "const c2 = tf.add(1, 2);", "c2.shape", /^number\[\]/],
    ["a figure", "const c3 = Plot.plot({});", "c3", /HTMLElement/],
    ["a node of a formula", "const c4 = math.parse('x');", "c4", /MathNode/],
    ["after await", "const c5 = await Promise.resolve('a');", "c5.length", "number"],
    ["destructured", "const { a: c6, ...c7 } = { a: 1, b: 'x' };", "c7.b", "string"],
    ["from an array", "const [c8 = 0, [c9]] = [1, ['s']] as [number, [string]];", "c9", "string"],
    ["a function", "function c10<T>(x: T): T[] { return [x]; }", "c10('a')", "string[]"],
    [
      "overloads",
      "function c11(x: string): 1;\nfunction c11(x: number): 2;\nfunction c11(x: unknown): unknown { return x; }",
      "c11(1)",
      "2",
    ],
    [
      "a class",
      "class C12 { #secret = 1; get value() { return this.#secret; } }",
      "new C12().value",
      "number",
    ],
    [
      "an abstract generic class",
      "abstract class C13<T> { abstract f(): T; } class D13 extends C13<string> { f() { return ''; } }",
      "new D13().f()",
      "string",
    ],
    ["an enum", "enum C14 { A, B = 'b' }", "C14.B", /C14/],
    ["an imported name", "import { readFileSync as c15 } from 'node:fs';", "c15('a', 'utf8')", "string"],
    ["an imported module", "import * as c16 from 'node:path';", "c16.sep", /string|"/],
    ["a default import", "import c17 from 'node:os';", "c17.cpus().length", "number"],
    ["a dynamic import", "const c18 = await import('node:path');", "c18.join('a')", "string"],
    ["var in a loop", "for (var c19 = 0; c19 < 3; c19++) { var c20 = 'a'; }", "c20", "string"],
    [
      "exported",
      "export const c21 = 1; export function c22() { return 'a'; } export { c21 };",
      "c22()",
      "string",
    ],
    [
      "a local class",
      "function c23() { return new (class { z = 1 })(); } const c24 = c23();",
      "c24.z",
      "number",
    ],
    ["a unique symbol", "const c25 = Symbol('a'); const c26 = { [c25]: 1 };", "c26[c25]", "number"],
    ["a generator", "function* c27() { yield 1; }", "[...c27()]", "number[]"],
    ["a namespace", "namespace C28 { export const v = 1; }", "C28.v", /number|1/],
    ["a const for widening", "const c29 = 3;", "(() => { let v = c29; return v; })()", "number"],
  ])("%s", (_name, cell, expression, type) => {
    expect(notebook.run(cell)).toEqual([[]]);
    const shown = notebook.typeOf(expression);
    if (typeof type === "string") expect(shown).toBe(type);
    else expect(shown).toMatch(type);
  });

  // In the declarations that TypeScript writes `infer.Guide<[]>` is the keyword `infer` with its name missing.
  test.each([
    ["of the library's `infer`", "const g1 = new infer.Guide<[]>();", "g1", "median()", "number"],
    ["beside the name itself", "const g2 = new infer.Guide(), G2 = Guide;", "g2", "median()", "number"],
    ["in a function", "const g3 = () => new infer.Guide<[string]>();", "g3()", "median('a')", "number"],
    [
      "of a module called `unique`",
      "import * as unique from 'node:net'; const g4 = new unique.Socket();",
      "g4",
      "bytesRead",
      "number",
    ],
    ["called `readonly`", "class readonly { a = 1 } const g5 = new readonly();", "g5", "a", "number"],
  ])("a type whose name begins with a keyword of types: %s", (_name, cell, owner, member, type) => {
    expect(notebook.run(cell)).toEqual([[]]);
    expect(notebook.typeOf(`${owner}.${member}`)).toBe(type);
    expect(notebook.complete(`${owner}.|`).names).toContain(member.replace(/\(.*/, ""));
    expect(notebook.run(`${owner}.nothing;`)[0]).toEqual([
      expect.stringMatching(/^TS2339 Property 'nothing' does not exist on type '[^(]+'\.$/),
    ]);
  });

  test("interfaces and type aliases", () => {
    expect(
      notebook.run(
        "interface Row { a: number }\ntype Pair<T> = [T, T];",
        "const r: Row = { a: 1 }; const p: Pair<Row> = [r, r];",
      ),
    ).toEqual([[], []]);
    expect(notebook.typeOf("p[0].a")).toBe("number");
  });

  test("a let keeps its type and can be assigned; a const cannot", () => {
    const [, wrong, right, constant] = notebook.run(
      "let m1 = 1; const k1 = 2;",
      "m1 = 'a';",
      "m1 = 5; m1++;",
      "k1 = 3;",
    );
    expect(wrong).toEqual(["TS2322 Type 'string' is not assignable to type 'number'."]);
    expect(right).toEqual([]);
    expect(constant?.[0]).toMatch(
      /TS2632 Cannot assign to 'k1' because an earlier cell declares it as constant/,
    );
  });

  test("a cell with an error warns and still gives its types", () => {
    const [wrong, later] = notebook.run(
      "const e1: number = 'a'; const e2 = [1, 2]; nothing.there;",
      "e2.map((v) => v.toFixed()); e1.toFixed();",
    );
    expect(wrong?.map((one) => one.slice(0, 6))).toEqual(["TS2322", "TS2304"]);
    expect(later).toEqual([]);
    expect(notebook.run("e2.nothing")[0]?.[0]).toMatch(/^TS2339/);
  });

  test("a cell that does not parse changes nothing", () => {
    const [, wrong] = notebook.run("const s1 = 1;", "const s1 = 'a'; const = 3;");
    expect(wrong?.[0]).toMatch(/^TS1134/);
    expect(notebook.typeOf("s1")).toBe("1");
  });

  test("magics at the head of a cell are no TypeScript", () => {
    const [found] = [
      notebook.converter.check({ code: "%typecheck warn\n  %param_store off\nconst n: string = 1;" }),
    ];
    expect(found.map(({ line, column, endLine, endColumn }) => [line, column, endLine, endColumn])).toEqual([
      [3, 7, 3, 8],
    ]);
  });
});

describe("declaring again", () => {
  const ways: [kind: string, cell: (name: string) => string, use: (name: string) => string][] = [
    ["const", (x) => `const ${x} = "c";`, (x) => `${x}.length`],
    ["let", (x) => `let ${x} = 1;`, (x) => `${x} = 2`],
    ["var", (x) => `var ${x} = [1];`, (x) => `${x}.push(2)`],
    ["function", (x) => `function ${x}(a: number) { return a; }`, (x) => `${x}(1).toFixed()`],
    ["class", (x) => `class ${x} { p = 1 }`, (x) => `new ${x}().p.toFixed()`],
    ["enum", (x) => `enum ${x} { A }`, (x) => `${x}.A`],
    ["import", (x) => `import { join as ${x} } from "node:path";`, (x) => `${x}("a").length`],
  ];
  const pairs = ways.flatMap((first) => ways.map((second) => [first, second] as const));
  test.each(pairs.map(([first, second]) => ({ first, second, name: `${first[0]} as ${second[0]}` })))(
    "$name",
    ({ first, second, name }) => {
      const x = name.replaceAll(" ", "_");
      expect(notebook.run(first[1](x), first[2](x), second[1](x), second[2](x))).toEqual([[], [], [], []]);
    },
  );

  test.each(["sample", "tf", "dist", "math", "console", "URL", "Map", "name", "pyro", "display"])(
    "the given name %s",
    (name) => {
      const fresh = new Notebook();
      expect(
        fresh.run(`const ${name} = 3;`, `${name}.toFixed();`, `let ${name} = "a";`, `${name}.length;`),
      ).toEqual([[], [], [], []]);
      fresh.close();
    },
  );

  test("a value keeps the class it was made of", () => {
    const [, , later] = notebook.run(
      "class Old { a = 1 }\nconst old = new Old();",
      "class Old { b = 2 }",
      "old.a; new Old().b; old.b;",
    );
    expect(later).toEqual(["TS2339 Property 'b' does not exist on type 'Old'."]);
  });

  test("a value beside an interface of the same name", () => {
    expect(
      notebook.run(
        "interface Box<T extends object> { v: T }",
        "const Box = { of<T extends object>(v: T): Box<T> { return { v }; } };",
        "const box: Box<Date> = Box.of(new Date()); box.v.getTime();",
        "interface Box<T> { w: T }",
        "Box.of(new Date()).v.getTime(); let box2: Box<string>; box2.w.length;",
      ),
    ).toEqual([[], [], [], [], []]);
  });
});

describe("modules", () => {
  test("JSON and local TypeScript files have types, also after they change", () => {
    notebook.write("data.json", '{ "rows": [{ "mass": 3750 }] }');
    notebook.write("helper.ts", "export const half = (x: number) => x / 2;\nexport type Name = string;");
    expect(
      notebook.run(
        'import data from "./data.json" with { type: "json" };',
        'import { half, type Name } from "./helper.ts"; const h = half(data.rows[0].mass); let nm: Name = "a";',
        "h.toFixed(); nm.length;",
      ),
    ).toEqual([[], [], []]);
    notebook.write("helper.ts", "export const half = (x: string) => x.concat(' and a half');");
    expect(notebook.run('import { half } from "./helper.ts"; half(1);')[0]?.[0]).toMatch(/^TS2345/);
  });

  test("a file that is not there yet is found when it is", () => {
    expect(notebook.run('import { later } from "./later.ts";')[0]?.[0]).toMatch(/^TS2307/);
    notebook.write("later.ts", "export const later = 1;");
    expect(notebook.run('import { later } from "./later.ts"; later.toFixed();')).toEqual([[]]);
  });

  test("the kernel's own packages can be imported by name", () => {
    expect(
      notebook.run(
        'import * as T from "@tensorflow/tfjs-core"; const tt = T.add(1, 2); import * as P from "@observablehq/plot";',
      ),
    ).toEqual([[]]);
    expect(notebook.run("const same: tf.Tensor = tt; P.dot([1]);")).toEqual([[]]);
  });
});

test("memory follows what is in scope, not how often cells ran", () => {
  const fresh = new Notebook();
  for (let i = 0; i < 30; i++) fresh.run(`const v = ${i}; class A { a${i} = 1 } const a = new A();`);
  expect(fresh.converter.held).toBe(1);
  fresh.run("const w = a;", "class A {}", "const a = 1;");
  // The first of the four is still needed: `w` is of its class, which no name leads to any more.
  expect(fresh.converter.held).toBe(4);
  expect(fresh.run("w.a29.toFixed();")).toEqual([[]]);
  fresh.close();
});

test("strict is a choice", () => {
  const strict = new Notebook({ strict: true });
  expect(strict.run("let s: string | undefined; [1].find(Boolean).toFixed();")[0]?.[0]).toMatch(/^TS2532/);
  expect(
    notebook.run("let s2: string | undefined; [1].find(Boolean).toFixed(); const f2 = (x) => x;"),
  ).toEqual([[]]);
  strict.close();
});
