import type { Random } from "./random.ts";

/** Values that do not like to be looked at. */
const hostile = [
  "new Proxy({}, { get() { throw new Error('get') } })",
  "new Proxy({}, { ownKeys() { throw 1 }, getPrototypeOf() { throw 2 }, has() { throw 3 } })",
  "new Proxy(function () {}, { apply() { throw 4 }, get: (_, key) => { throw String(key) } })",
  "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()",
  "{ get x() { throw new Error('x') }, get outerHTML() { throw 5 } }",
  "{ [Symbol.toPrimitive]() { throw new Error('primitive') }, toString: 1, valueOf: null }",
  "{ toString() { throw 6 }, toJSON() { throw 7 }, inspect() { throw 8 } }",
  "{ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('inspect') } }",
  "{ [Symbol.for('Jupyter.display')]() { throw new Error('display') } }",
  "{ [Symbol.for('Jupyter.display')]: () => new Proxy({}, { ownKeys() { throw 9 } }) }",
  "{ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 10n, 'application/json': { f() {}, s: Symbol() } }) }",
  "{ [Symbol.for('Jupyter.display')]: () => { const o = {}; o.o = o; return { 'application/json': o } } }",
  "{ [Symbol.for('Jupyter.display')]: async () => { throw null } }",
  "{ [Symbol.for('Jupyter.display')]: 12 }",
  "{ outerHTML: 13 }",
  "{ outerHTML: '<script>' + '\\ud800' }",
  "{ then() { throw new Error('then') } }",
  "{ then: 14 }",
  "{ get then() { throw new Error('get then') } }",
  "Object.create(null)",
  "Object.freeze(new Error('frozen'))",
  "Object.defineProperty(new Error(), 'message', { get() { throw 15 } })",
  "Object.defineProperty(new Error('m'), 'stack', { get() { throw 16 } })",
  "Object.defineProperty(new Error('m'), 'name', { value: { toString() { throw 17 } } })",
  "Object.assign(new Error('m'), { stack: 18, cause: null })",
  "(() => { const e = new Error('loop'); e.cause = e; return e })()",
  "new AggregateError([new Proxy({}, { get() { throw 19 } }), null], 'many')",
  "new (class extends Error { get name() { throw 20 } })('m')",
  "Symbol('s')",
  "-0",
  "2n ** 4000n",
  "null",
  "document => globalThis",
  "new Array(2 ** 32 - 1)",
  "new Map([[NaN, new WeakRef({})]])",
  "new DataView(new SharedArrayBuffer(8))",
  "structuredClone(new Uint8Array(3))",
  "(function* () { yield 1 })()",
  "new Date(NaN)",
  "'\\ud83d'",
  "'x'.repeat(1e5)",
  "Array.from({ length: 300 }).reduce((inner) => [inner], 0)",
  "globalThis",
  "process",
  "new URL('http://x/y')",
  "/(?<n>a)/dgimsuy",
  "async () => {}",
  "class { static #p = 1; static { this.q = 2 } }",
];

/** What is done with such a value, `$`. */
const uses = [
  "($)",
  "throw ($)",
  "await ($)",
  "console.log($, '%o %s %d %j', $)",
  "console.error($); console.table($); console.dir($)",
  "display($)",
  "display(1).update($)",
  "setTimeout(() => { throw ($) }, 0); 1",
  "queueMicrotask(() => { throw ($) })",
  "process.nextTick(() => { throw ($) })",
  "Promise.reject($)",
  "new Promise(() => { throw ($) }); 2",
  "(async () => { await 0; throw ($) })()",
  "setTimeout(() => console.log($), 0); await 0",
  "new (process.getBuiltinModule('node:events'))().emit('error', $)",
  "process.emit('uncaughtException', $); 3",
  "onCellStart(() => { throw ($) })(); onCellEnd(() => { throw ($) })()",
  "process.stdout.write($)",
  "process.stderr.write(String($))",
  "let v = ($); v",
  "String($)",
  "({ ...($) })",
  "[($), [($)]]",
  "new Map([[($), ($)]])",
  "for (const x of ($)) x",
  "for await (const x of ($)) x",
  "setNextInput($)",
  "clearOutput($)",
  "prompt($)",
  "table($)",
  "html([''], $)",
  "md($)",
  "try { throw ($) } catch (e) { e }",
  "try { throw ($) } finally { throw ($) }",
  "with_($)",
  "import(($))",
  "require(($))",
];

/** Ordinary programs, which are then spoiled. */
const programs = [
  "const a = [1, 2, 3].map((x) => x ** 2); a",
  "let n: number = 1; n += 2; n",
  "function f<T>(x: T): T { return x } f({ a: 1 })",
  "class A { #x = 1; get x() { return this.#x } static y = 2 } new A().x",
  "enum E { A, B = 'b' } E.A",
  "import { readFileSync } from 'node:fs'; typeof readFileSync",
  "import * as path from 'node:path'; export const p = path.sep; p",
  "for (let i = 0, s = 0; i < 10; i++) { s += i; if (i > 8) console.log(s) }",
  "label: while (true) { do { break label } while (false) }",
  "const { x = 1, ...rest } = { y: 2 } as { x?: number; y: number }; rest",
  "await new Promise((resolve) => setTimeout(resolve, 1)); 'late'",
  "async function* g() { yield* [1, 2] } for await (const x of g()) console.log(x)",
  "using r = { [Symbol.dispose]() { console.log('disposed') } }; 1",
  "@((c: unknown) => c as never) class D {} ; D.name",
  "var v = 1; var v = 2; v",
  "switch (3 as number) { case 3: { const q = 1; q } default: }",
  "const s = `a`; s; // comment",
  "type T = { [K in 'a' | 'b']: K }; const t: T = { a: 'a', b: 'b' }; t",
  "/(?<year>\\d{4})/.exec('2024')?.groups",
  "%typecheck warn\n1 + 1",
  "%%time\n1",
  "?console",
  "%nosuch thing\n1",
];

const alphabet = [
  ..."{}[]()<>;:,.?!=+-*/%&|^~@#$\\'\"`\n\t 0179aZ_é😀\u0000\u200d\u2028\ufeff\u202e\ud800".split(""),
  ..."=> ... ?. ?? ** >>> /* */ // `${ <!-- --> await async yield function class let const var import export".split(
    " ",
  ),
  ..."default new delete typeof void in of instanceof return throw try catch finally for while do if else".split(
    " ",
  ),
  ..."switch case break continue this super null true enum interface type namespace declare abstract using".split(
    " ",
  ),
  ..."static get set arguments eval \\u{61} 0x 1e 1n 08 #x @d <T> as satisfies debugger with % ? $result".split(
    " ",
  ),
];

/** One side of something very deep, and the other. */
const nests: readonly (readonly [string, string])[] = [
  ["[", "]"],
  ["(", ")"],
  ["{", "}"],
  ["((x) => ", ")"],
  ["{ a: ", " }"],
  ["`${", "}`"],
  ["-", ""],
  ["!", ""],
  ["a.", "b"],
  ["if (1) ", "0"],
  ["await ", "0"],
  ["x = ", "1"],
  ["1 + ", "1"],
  ["function f() { ", " }"],
  ["class A { static { ", " } }"],
  ["async () => { for (;;) { break; ", " } }"],
  ["Array<", ">"],
  ["/* ", " */"],
];

/** One cell that nobody would write. */
export function anyCell(random: Random): string {
  const { below, pick } = random;
  const soup = () => Array.from({ length: below(40) }, () => pick(alphabet)).join(pick(["", " "]));
  const spoiled = () => {
    let text = pick(programs);
    for (let i = below(4); i >= 0; i--) {
      const at = below(text.length + 1);
      text = pick([
        () => text.slice(0, at) + pick(alphabet) + text.slice(at),
        () => text.slice(0, at) + text.slice(at + 1 + below(5)),
        () => text.slice(at),
        () => text.slice(0, at) + pick(programs) + text.slice(at),
      ])();
    }
    return text;
  };
  const nested = () => {
    const [open, close] = pick(nests);
    const depth = 10 ** (1 + below(4));
    return open.repeat(depth) + pick(["", "1", "0;"]) + close.repeat(pick([depth, depth - 1]));
  };
  const huge = () =>
    pick([
      () => `const big = ${"9".repeat(1 + below(50_000))}n; big`,
      () => `"${"é".repeat(below(100_000))}".length`,
      () => `[${"1,".repeat(below(20_000))}].length`,
      () => `/${"a?".repeat(below(3000))}/.test("b")`,
      () => `${"let v = 1;\n".repeat(below(300))}`,
      () => `${"x".repeat(below(20_000))}`,
      () => `var ${Array.from({ length: 1 + below(500) }, (_, i) => `v${i} = ${i}`).join(", ")}; v0`,
      () => `for (let i = 0; i < ${below(300)}; i++) console.log(i, "x".repeat(${below(500)}))`,
    ])();
  const use = () => pick(uses).replaceAll("$", () => pick(hostile));
  return pick([soup, spoiled, spoiled, nested, huge, use, use, use])();
}
