/** What a cell may be written in, where its output goes, and how its errors read. */
import { mkdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cacheFolder } from "../../kernel/setup/paths.ts";
import { errorOf, Kernel, resultText, streamText } from "./client.ts";

let kernel: Kernel;
const folder = join(cacheFolder, "protocol", "language");

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  kernel = await Kernel.ready({ cwd: folder });
});
afterAll(() => kernel.stop());

/** The result of the last of several cells. */
async function run(...cells: readonly string[]): Promise<string | undefined> {
  let text: string | undefined;
  for (const code of cells) {
    const execution = await kernel.execute(code);
    expect(errorOf(execution), code).toBeUndefined();
    text = resultText(execution);
  }
  return text;
}
const failure = async (code: string) => errorOf(await kernel.execute(code));

describe("syntax", () => {
  it.each<[string, readonly string[], string | undefined]>([
    ["export const", ["export const e1 = 1;", "e1"], "1"],
    [
      "export function and class",
      ["export function e2() { return 2 } export class E2 { v = 3 }", "e2() + new E2().v"],
      "5",
    ],
    ["a list of exports", ["const e3 = 3; export { e3, e3 as three };", "e3"], "3"],
    ["export default shows its value", ["export default 4 + 1"], "5"],
    [
      "export type and interface",
      ["export type T1 = string; export interface I1 { a: T1 }", "const i1: I1 = { a: 'x' }; i1.a"],
      "'x'",
    ],
    [
      "decorators of classes, methods and fields",
      [
        "const seen: string[] = []; function log(_: unknown, context: { kind: string; name?: string | symbol }): void { seen.push(context.kind + ' ' + String(context.name)) }",
        "@log class D1 { @log field = 1; @log method() {} @log get g() { return 1 } @log accessor a = 2 }",
        "seen.join()",
      ],
      "'method method,getter g,accessor a,field field,class D1'",
    ],
    [
      "enums, also of strings",
      ["enum Colour { Red, Green = 'g' }", "[Colour.Red, Colour.Green, Colour[0]].join()"],
      "'0,g,Red'",
    ],
    ["const enums", ["const enum Size { S = 1, L = S << 3 }", "Size.L"], "8"],
    [
      "namespaces",
      [
        "namespace Shapes { export const sides = 4; export namespace Deep { export const more = 5 } }",
        "Shapes.sides + Shapes.Deep.more",
      ],
      "9",
    ],
    [
      "parameter properties",
      [
        "class P1 { constructor(readonly a: number, private b = 2) {} sum() { return this.a + this.b } }",
        "new P1(1).sum()",
      ],
      "3",
    ],
    [
      "abstract classes, overloads, this types",
      [
        "abstract class A1 { abstract f(): this } class A2 extends A1 { f(): this { return this } }; function o1(a: string): string; function o1(a: number): number; function o1(a: any) { return a }",
        "new A2().f() instanceof A1 && o1(1)",
      ],
      "1",
    ],
    [
      "using at the top level",
      [
        "const freed: string[] = []; const resource = (n: string) => ({ n, [Symbol.dispose]() { freed.push(n) } });",
        "using r1 = resource('one'); using r2 = resource('two'); r1.n",
        "freed.join()",
      ],
      "'two,one'",
    ],
    [
      "using with a result",
      [
        "const freed2: number[] = [];",
        "using r3 = { v: 7, [Symbol.dispose]() { freed2.push(this.v) } };\nr3.v",
      ],
      "7",
    ],
    [
      "await using",
      [
        "const later: string[] = []; await using r4 = { async [Symbol.asyncDispose]() { await 0; later.push('done') } };",
        "later.join()",
      ],
      "'done'",
    ],
    [
      "satisfies and as const",
      ["const s1 = { a: [1, 2] } as const satisfies Record<string, readonly number[]>; s1.a[1]"],
      "2",
    ],
    [
      "const type parameters",
      ["function c1<const T extends readonly unknown[]>(x: T): T { return x } c1([1, 2])[0]"],
      "1",
    ],
    ["the v flag of patterns", ["/^[\\p{L}--[a-z]]$/v.test('A')"], "true"],
    [
      "private names and static blocks",
      [
        "class S1 { static #n = 1; static { S1.#n++ } static get n() { return S1.#n } static has(o: object) { return #m in o } #m = 1 }",
        "[S1.n, S1.has(new S1())].join()",
      ],
      "'2,true'",
    ],
    [
      "numbers with separators, big numbers, nullish operators",
      ["let q1: number | undefined; q1 ??= 1_000; [q1, 2n ** 64n, ({} as any).a?.b].map(String).join()"],
      "'1000,18446744073709551616,undefined'",
    ],
    ["generators", ["function* g1() { yield 1; yield* [2, 3] } [...g1()].join()"], "'1,2,3'"],
    [
      "labels and loops",
      ["outer1: for (const a of [1, 2]) { for (const b of [1, 2]) { if (b === 2) continue outer1 } } 'out'"],
      "'out'",
    ],
    ["import attributes", ["import note from './note.json' with { type: 'json' }; note.n"], "5"],
    [
      "import type",
      [
        "import type { PathLike } from 'node:fs'; import { type Stats, existsSync } from 'node:fs'; existsSync('./note.json')",
      ],
      "true",
    ],
  ])("%s", async (_, cells, expected) => {
    await writeFile(join(folder, "note.json"), '{ "n": 5 }');
    expect(await run(...cells)).toBe(expected);
  });

  it.each<[string, string, RegExp]>([
    ["JSX", "const view = <div>hallo</div>;", /<div>hallo/],
    ["return outside a function", "return 1;", /return 1;/],
    ["an unfinished bracket", "const b1 = (1 +", /const b1 = \(1 \+/],
    ["assigning to a constant", "const k1 = 1; k1 = 2;", /k1 = 2/],
  ])("%s is an error that points at it", async (_, code, shown) => {
    const error = await failure(code);
    expect(error?.ename).toMatch(/SyntaxError|TypeError/);
    expect(error?.traceback.join("\n")).toMatch(shown);
  });
});

describe("await at the top level", () => {
  it.each<[string, string, string | undefined]>([
    ["in an expression", "(await Promise.resolve([3]))[0]! + 1", "4"],
    [
      "in declarations",
      "const { w1, w2 = await Promise.resolve(2) } = await Promise.resolve({ w1: 1 } as { w1: number; w2?: number }); w1 + w2",
      "3",
    ],
    [
      "in conditions and loops",
      "let w3 = 0; while (await Promise.resolve(w3 < 3)) w3++; if (await Promise.resolve(true)) w3 += 10; w3",
      "13",
    ],
    [
      "in for await",
      "async function* w4() { yield 1; yield 2 } let w5 = 0; for await (const one of w4()) w5 += one; w5",
      "3",
    ],
    [
      "in try, catch and finally",
      "let w6 = ''; try { await Promise.reject(new Error('x')) } catch (e) { w6 += await Promise.resolve('c') } finally { w6 += await Promise.resolve('f') } w6",
      "'cf'",
    ],
    [
      "in arguments and members",
      "String.raw`a` + [await Promise.resolve(2)].map((x) => x)[await Promise.resolve(0)]",
      "'a2'",
    ],
    [
      "in a class",
      "class W7 { static v = 1; [await Promise.resolve('m')]() { return 5 } } new W7()['m']()",
      "5",
    ],
    ["in a switch", "switch (await Promise.resolve(1)) { case await Promise.resolve(1): 'one' }", undefined],
    ["of a thenable", "await { then(done: (n: number) => void) { done(9) } }", "9"],
    ["as the result", "Promise.resolve(8)", "Promise { 8 }"],
  ])("%s", async (_, code, expected) => {
    expect(await run(code)).toBe(expected);
  });
});

describe("a semicolon hides the result", () => {
  it.each<[string, string | undefined]>([
    ["5;", undefined],
    ["5; // five", undefined],
    ["5 /* ; */", "5"],
    ["5;\n\n", undefined],
    ["5\n// ;", "5"],
    ["';'", "';'"],
    ["`a;`;", undefined],
    ["({ a: 1 }).a;", undefined],
    ["enum Hid { A }\nHid.A;", undefined],
    ["5;;", undefined],
  ])("%j: %s", async (code, expected) => {
    expect(await run(code)).toBe(expected);
  });
});

describe("imports", () => {
  it.each<[string, string, string]>([
    ["a package of ES modules", "import { format as f1 } from 'd3'; f1('.2f')(1.234)", "'1.23'"],
    ["all of one", "import * as d31 from 'd3'; typeof d31.csvParse", "'function'"],
    ["a CommonJS package's default", "import fft1 from 'commander'; typeof fft1.Command", "'function'"],
    ["names of a CommonJS package", "import { Command } from 'commander'; new Command('x').name()", "'x'"],
    ["dynamically", "(await import('d3')).max([1, 3, 2])", "3"],
    ["CommonJS dynamically", "typeof (await import('commander')).default.Command", "'function'"],
    ["by require", "typeof require('commander').Command", "'function'"],
    ["of Node", "import { basename } from 'path'; basename('/a/b')", "'b'"],
    ["for its effect only", "import 'node:os'; 1", "1"],
  ])("%s", async (_, code, expected) => {
    expect(await run(code)).toBe(expected);
  });

  const write = async (name: string, text: string, seconds: number) => {
    await writeFile(join(folder, name), text);
    // Written one after the other, the times of two files would be equal on some disks.
    await utimes(join(folder, name), seconds, seconds);
  };

  it("load a local module anew when it, or what it imports, is edited", async () => {
    await write("inner.ts", "export const inner: number = 1;", 1000);
    await write(
      "outer.ts",
      "import { inner } from './inner.ts'; export const outer = () => inner * 10;",
      1000,
    );
    await write("still.ts", "export const still = { made: Math.random() };", 1000);
    const code = "import { outer } from './outer.ts'; import { still } from './still'; outer()";
    expect(await run(code)).toBe("10");
    await run("const kept = still;");
    await write("inner.ts", "export const inner: number = 2;", 2000);
    expect(await run(code)).toBe("20");
    expect(await run("kept === still")).toBe("true");
    await write(
      "outer.ts",
      "import { inner } from './inner.ts'; export const outer = () => inner * 100;",
      3000,
    );
    expect(await run(code)).toBe("200");
  });

  it("load local JSON and CommonJS anew", async () => {
    await write("settings.json", '{ "n": 1 }', 1000);
    await write("old.cjs", "exports.n = 1;", 1000);
    const code =
      "import settings from './settings.json'; import old from './old.cjs'; [settings.n, old.n].join()";
    expect(await run(code)).toBe("'1,1'");
    await write("settings.json", '{ "n": 2 }', 2000);
    await write("old.cjs", "exports.n = 2;", 2000);
    expect(await run(code)).toBe("'2,2'");
  });
});

describe("output", () => {
  it("of timers and promises goes to the cell that started them", async () => {
    const first = await kernel.execute(
      "let go!: () => void; const gate = new Promise<void>((done) => { go = done }); void gate.then(() => console.log('from a promise')); setTimeout(() => gate.then(() => { console.log('from a timer'); display('shown late') }), 1); queueMicrotask(() => console.log('from a microtask'));",
    );
    const second = await kernel.execute(
      "await new Promise((r) => setTimeout(r, 50)); go(); await gate; await new Promise((r) => setTimeout(r, 50)); console.log('own')",
    );
    await kernel.execute("1");
    const parent = first.reply.parent.msg_id;
    const late = await kernel.awaitPublished(
      (message) => message.parent.msg_id === parent && message.header.msg_type === "display_data",
    );
    expect(late.content.data["text/plain"]).toBe("'shown late'");
    const texts = kernel.published
      .filter((message) => message.parent.msg_id === parent && message.header.msg_type === "stream")
      .map((message) => message.content.text);
    expect(texts.join("")).toBe("from a microtask\nfrom a promise\nfrom a timer\n");
    expect(streamText(second)).toBe("own\n");
  });
});

describe("tracebacks", () => {
  it("have the user's frames, with library frames folded", async () => {
    const error = await failure(
      "import { group } from 'd3';\ninterface Row { a: number }\nconst pick = (row: Row): number => {\n  throw new RangeError('no ' + row.a);\n};\ngroup([{ a: 1 }], pick);",
    );
    const lines = (error?.traceback ?? []).map(stripVTControlCharacters);
    expect(lines[0]).toBe("RangeError: no 1");
    expect(lines[1]).toMatch(/^ {4}at pick \(Cell \[\d+\], line 4, column 9\)$/);
    expect(lines.join("\n")).toContain("throw new RangeError('no ' + row.a);");
    expect(lines.join("\n")).toMatch(/ {4}\.\.\. \d+ frames? of d3-array/);
    expect(lines.at(-1)).toMatch(/^ {4}at Cell \[\d+\], line 6, column 1$/);
  });

  it("of a model have its table of shapes, and its line first", async () => {
    const error = await failure(
      "const model1 = () => {\n  const z = sample('z', dist.Normal(tf.zeros([3]), 1));\n  return sample('x', dist.Normal(tf.add(z, tf.zeros([4])), 1));\n};\npoutine.trace(model1).getTrace();",
    );
    const text = stripVTControlCharacters((error?.traceback ?? []).join("\n"));
    expect(text).toMatch(
      /^Error: Operands could not be broadcast together with shapes 3 and 4\.\s+Trace Shapes:\n Sample Sites:\n +z +dist 3 \|\n +value 3 \|\n/,
    );
    expect(text).toMatch(
      /\| *\n {4}at model1 \(Cell \[\d+\], line 3, column 37\)\n {4}3 \| {3}return sample\('x'.*\n.*\^\n/,
    );
    expect(text).toMatch(/frames of tspyro\n {4}at Cell \[\d+\], line 5, column 23\n/);
    expect(text).toMatch(/ {4}\.\.\. thrown \d+ frames deeper, in @tensorflow\/tfjs-core/);
    expect(text).not.toMatch(/\/lib\/|\/dist\//);
  });
});
