import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cacheFolder } from "../../kernel/setup/paths.ts";
import { errorOf, Kernel, resultText, streamText } from "./client.ts";
import { beginFailing, begun } from "./moments.ts";

let kernel: Kernel;
const folder = join(cacheFolder, "protocol", "cells");

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  kernel = await Kernel.ready({ cwd: folder });
});
afterAll(() => kernel.stop());

const value = async (code: string) => {
  const execution = await kernel.execute(code);
  expect(errorOf(execution), code).toBeUndefined();
  return resultText(execution);
};

describe("results", () => {
  it.each([
    ["1 + 1", "2"],
    ["1 + 1;", undefined],
    ["const hidden = 3", undefined],
    ["const shown = 3; shown", "3"],
    ["'a' + 'b'", "'ab'"],
    ["({ a: 1, b: [2, 3] })", "{ a: 1, b: [ 2, 3 ] }"],
    ["await Promise.resolve(7)", "7"],
    ["undefined", undefined],
    ["if (true) { 5 }", undefined],
    ["let typed: number = 4; (typed as number) * 2", "8"],
    ["function later(): string { return 'hoisted' }\nlater()", "'hoisted'"],
    ["early(); function early() { return 1 }", undefined],
    ["enum Color { Red = 2 }\nColor.Red", "2"],
    ["// only a comment", undefined],
    ["", undefined],
  ])("%j gives %j", async (code, expected) => {
    expect(await value(code)).toBe(expected);
  });

  it("keeps state from cell to cell, closures included", async () => {
    await value("let counter = 1; const read = () => counter;");
    await value("counter += 41;");
    expect(await value("read()")).toBe("42");
  });

  it("tells its number in the reply and in execute_input", async () => {
    const { reply, messages } = await kernel.execute("10 * 10");
    const input = messages.find((message) => message.header.msg_type === "execute_input");
    expect(reply.content.status).toBe("ok");
    expect(input?.content).toEqual({ code: "10 * 10", execution_count: reply.content.execution_count });
    expect(messages.map((message) => message.header.msg_type)).toEqual([
      "status",
      "execute_input",
      "execute_result",
      "status",
    ]);
  });

  it("runs silently without a trace", async () => {
    const before = (await kernel.execute("0")).reply.content.execution_count;
    const { messages } = await kernel.execute("const quiet = 5; quiet", { silent: true });
    expect(messages.map((message) => message.header.msg_type)).toEqual(["status", "status"]);
    expect((await kernel.execute("quiet")).reply.content.execution_count).toBe(before + 1);
  });

  it("evaluates user expressions", async () => {
    const { reply } = await kernel.execute("const base = 20;", {
      userExpressions: { good: "base + 1", bad: "missingName" },
    });
    expect(reply.content.user_expressions.good.data["text/plain"]).toBe("21");
    expect(reply.content.user_expressions.bad).toMatchObject({ status: "error", ename: "ReferenceError" });
  });
});

describe("declarations", () => {
  const kinds: Record<string, (name: string, version: number) => string> = {
    const: (name, version) => `const ${name} = () => ${version};`,
    let: (name, version) => `let ${name} = () => ${version};`,
    var: (name, version) => `var ${name} = () => ${version};`,
    function: (name, version) => `function ${name}() { return ${version}; }`,
    class: (name, version) => `class ${name} { static v = ${version}; }`,
  };
  const pairs = Object.keys(kinds).flatMap((first) =>
    Object.keys(kinds).map((second) => [first, second] as const),
  );

  it.each(pairs)("%s may become %s in a later cell", async (first, second) => {
    const name = `pair_${first}_${second}`;
    await value(kinds[first]?.(name, 1) ?? "");
    await value(kinds[second]?.(name, 2) ?? "");
    expect(await value(second === "class" ? `${name}.v` : `${name}()`)).toBe("2");
  });

  it.each([
    [
      "destructuring",
      "const { a: d1, ...d2 } = { a: 1, b: 2 }; const [d3 = 9] = [];",
      "[d1, d2.b, d3]",
      "[ 1, 2, 9 ]",
    ],
    ["for-let stays inside", "for (let inner = 0; inner < 2; inner++) {}", "typeof inner", "'undefined'"],
    ["export is dropped", "export const exported = 5;", "exported", "5"],
    [
      "decorators",
      "function tag(c: Function) { (c as any).tagged = 1 }\n@tag class T {}",
      "(T as any).tagged",
      "1",
    ],
    ["using", "{ using r = { [Symbol.dispose]() { globalThis.freed = true } } }", "globalThis.freed", "true"],
  ])("%s", async (_, declaration, read, expected) => {
    await value(declaration);
    expect(await value(read)).toBe(expected);
  });
});

describe("imports", () => {
  it("brings ES modules, CommonJS, JSON and local TypeScript", async () => {
    await writeFile(
      join(folder, "local.ts"),
      "export enum Mode { Fast = 3 }\nexport const twice = (x: number): number => 2 * x;\nexport default 'd';\n",
    );
    await writeFile(join(folder, "data.json"), '{ "n": 5 }');
    await value('import fallback, { twice, Mode } from "./local.ts";');
    expect(await value("[twice(4), Mode.Fast, fallback]")).toBe("[ 8, 3, 'd' ]");
    await value('import * as os from "node:os"; import { scaleLinear } from "d3";');
    expect(await value("typeof os.cpus + scaleLinear()(0.5)")).toBe("'function0.5'");
    await value('import data from "./data.json" with { type: "json" };');
    expect(await value("data.n")).toBe("5");
    expect(await value('(await import("./local.ts")).twice(3)')).toBe("6");
    await value('import type { PathLike } from "node:fs";');
  });

  it("maps errors in local TypeScript back to its lines, and loads an edited file anew", async () => {
    const text = (line: string) => `export enum A { B }\n\nexport function fails(): void {\n  ${line}\n}\n`;
    await writeFile(join(folder, "moves.ts"), text("throw new Error('one');"));
    const first = await kernel.execute('import { fails } from "./moves"; fails()');
    expect(errorOf(first)?.evalue).toBe("one");
    expect(errorOf(first)?.traceback.join("\n")).toMatch(/fails \(.*moves\.ts:4:9\)/);
    const modified = async () => (await stat(join(folder, "moves.ts"))).mtimeMs;
    const before = await modified();
    // A file system's clock ticks in milliseconds.
    while ((await modified()) === before)
      await writeFile(join(folder, "moves.ts"), text("throw new Error('two');"));
    const second = await kernel.execute('import { fails } from "./moves"; fails()');
    expect(errorOf(second)?.evalue).toBe("two");
    expect(errorOf(second)?.traceback.join("\n")).toMatch(/fails \(.*moves\.ts:4:9\)/);
  });

  it("gives the same library as the one in scope", async () => {
    await value('import * as again from "tspyro"; import { SVI as SVI2 } from "tspyro/infer";');
    expect(await value("[again.SVI === SVI, SVI2 === SVI, again.getParamStore() === getParamStore()]")).toBe(
      "[ true, true, true ]",
    );
  });

  it("says what it could not find", async () => {
    const error = errorOf(await kernel.execute('import x from "no-such-package";'));
    expect(error?.evalue).toContain("no-such-package");
  });
});

describe("errors", () => {
  it("name the cell and the line of the TypeScript", async () => {
    const code =
      "interface Gone { a: number }\n\nfunction fails(x: Gone): never {\n  throw new TypeError('bad ' + x.a);\n}\nfails({ a: 1 });";
    const { reply, messages } = await kernel.execute(code);
    const errors = messages.filter((message) => message.header.msg_type === "error");
    expect(errors).toHaveLength(1);
    expect(errors[0]?.content).toMatchObject({ ename: "TypeError", evalue: "bad 1" });
    expect(reply.content).toMatchObject({ status: "error", ename: "TypeError", evalue: "bad 1" });
    const trace = errors[0]?.content.traceback.join("\n");
    expect(trace).toMatch(new RegExp(`\\[${reply.content.execution_count}\\]`));
    expect(trace).toMatch(/:?4[:,]/);
    expect(trace).toMatch(/:?6[:,]/);
  });

  it("point at a mistake in the syntax", async () => {
    const error = errorOf(await kernel.execute("const ok = 1;\nconst broken = (1 + ;\n"));
    expect(error?.ename).toBe("SyntaxError");
    expect(error?.traceback.join("\n")).toContain("const broken = (1 + ;");
  });

  it.each<[string, RegExp]>([
    ["print('hello')", /print is not defined\n {2}try: console\.log/],
    ["undeclared = 5", /try: let undeclared = /],
    ["def f(x): return x", /\n {2}try: function f\(x\)/],
    ["import torch", /\n {2}try: import \* as name/],
    ["import * as np from 'numpy'", /Cannot find package 'numpy'.*\n {2}try: tf, dist/],
    ["Trace_ELBO()", /\n {2}try: new Trace_ELBO/],
    ["tf.ones([2]) * 2", /\n {2}try: tf\.mul/],
    ["(function f(): number { return f() })()", /the same \d+ times more$/m],
  ])("tell a newcomer what to try: %s", async (code, expected) => {
    const error = errorOf(await kernel.execute(code));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    expect(error?.traceback.join("\n").replace(/\x1b\[[\d;]*m/g, "")).toMatch(expected);
  });

  it("leave declarations before them in place", async () => {
    await kernel.execute("const before = 1; throw new Error('x'); const after = 2;");
    expect(await value("before")).toBe("1");
  });

  it("of a forgotten promise are shown and kill nothing", async () => {
    await kernel.execute(
      "void Promise.reject(new Error('forgotten')); setTimeout(() => { throw new Error('late') }, 10); 1",
    );
    for (const word of ["forgotten", "late"]) {
      await kernel.awaitPublished(
        ({ header, content }) =>
          ["stream", "error"].includes(header.msg_type) && JSON.stringify(content).includes(word),
        30_000,
      );
    }
    expect(await value("2 + 2")).toBe("4");
  });

  it("abort what was queued, unless the client allows errors", async () => {
    const failing = await beginFailing(kernel);
    const queued = await kernel.begin("'never'");
    await failing.fail();
    expect((await failing.done).reply.content.status).toBe("error");
    expect((await queued.done).reply.content.status).toBe("aborted");
    const allowed = await kernel.begin("throw new Error('go on')", { stopOnError: false });
    const next = await kernel.begin("'still'");
    expect((await allowed.done).reply.content.status).toBe("error");
    expect(resultText(await next.done)).toBe("'still'");
  });
});

describe("output", () => {
  it("arrives whole, in order, before idle", async () => {
    const execution = await kernel.execute("for (let i = 0; i < 50_000; i++) console.log('line', i);");
    const lines = streamText(execution).trimEnd().split("\n");
    expect(lines).toHaveLength(50_000);
    expect(lines.every((line, i) => line === `line ${i}`)).toBe(true);
    expect(execution.messages.at(-1)?.content.execution_state).toBe("idle");
  });

  it("keeps stdout and stderr apart", async () => {
    const execution = await kernel.execute(
      "console.log('out'); console.error('err'); process.stdout.write('raw')",
    );
    expect(streamText(execution)).toBe("out\nraw");
    expect(streamText(execution, "stderr")).toBe("err\n");
  });

  it("shows values, and replaces what was shown", async () => {
    const { messages } = await kernel.execute(
      "const shownAt = display({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'one', 'text/html': '<b>one</b>' }) });\nshownAt.update({ outerHTML: '<i>two</i>' });",
    );
    const [first, second] = ["display_data", "update_display_data"].map((type) =>
      messages.find((message) => message.header.msg_type === type),
    );
    expect(first?.content.data).toMatchObject({ "text/plain": "one", "text/html": "<b>one</b>" });
    expect(second?.content.data["text/html"]).toBe("<i>two</i>");
    expect(second?.content.transient.display_id).toBe(first?.content.transient.display_id);
  });
});

describe("assistance", () => {
  it.each([
    ["1 + 1", "complete"],
    ["function f() {", "incomplete"],
    ["const x = (1 +", "incomplete"],
    ["const = 3", "invalid"],
  ])("is_complete %j: %s", async (code, status) => {
    expect((await kernel.request("shell", "is_complete_request", { code })).content.status).toBe(status);
  });

  it("completes and inspects, also behind characters of two code units", async () => {
    const code = "const 𝒳 = '😀'; dist.Norm";
    const points = [...code].length;
    const { content } = await kernel.request("shell", "complete_request", { code, cursor_pos: points });
    expect(content.matches).toContain("Normal");
    expect(content.cursor_end).toBe(points);
    expect(content.cursor_start).toBe(points - "Norm".length);
    const seen = await kernel.request("shell", "inspect_request", {
      code: "Math.sqrt",
      cursor_pos: 7,
      detail_level: 0,
    });
    expect(seen.content).toMatchObject({ status: "ok", found: true });
    expect(seen.content.data["text/plain"]).toContain("number");
  });

  it("answers while a cell computes", async () => {
    const busy = await begun(kernel, "console.log('spins'); while (true) {}");
    const { content } = await kernel.request("shell", "complete_request", { code: "Math.sq", cursor_pos: 7 });
    expect(content.matches).toContain("sqrt");
    await kernel.interrupt();
    expect(errorOf(await busy.done)?.ename).toBe("KeyboardInterrupt");
  });

  it("warns of a type error, runs the cell, and gives its types to the next", async () => {
    const warned = await kernel.execute(
      "const wrong: number = 'text' as unknown as string;\nconst right = { deep: 1 };",
    );
    expect(warned.reply.content.status).toBe("ok");
    const warning = await kernel.awaitPublished(
      (message) =>
        message.parent.msg_id === warned.reply.parent.msg_id && message.header.msg_type === "stream",
      30_000,
    );
    expect(warning.content.text).toContain("not assignable");
    const { content } = await kernel.request("shell", "complete_request", {
      code: "right.de",
      cursor_pos: 8,
    });
    expect(content.matches).toContain("deep");
  });
});

describe("names", () => {
  /** A kernel of its own: these names stay shadowed. */
  let other: Kernel;
  beforeAll(async () => {
    other = await Kernel.ready({ cwd: folder });
  });
  afterAll(() => other.stop());
  const shadowed = async (code: string) => {
    const execution = await other.execute(code);
    expect(errorOf(execution), code).toBeUndefined();
    return resultText(execution);
  };

  it.each([
    "URL",
    "process",
    "Map",
    "Buffer",
    "console",
    "setTimeout",
    "fetch",
    "module",
    "window",
    "document",
  ])("a cell's own %s does not reach the kernel's modules or libraries", async (name) => {
    await shadowed(`const ${name} = "mine";`);
    expect(await shadowed(name)).toBe("'mine'");
    expect(await shadowed("import { join } from 'node:path'; join('a', 'b')")).toBe("'a/b'");
    expect(await shadowed("1 + 1")).toBe("2");
  });

  it("of the notebook are not properties of globalThis, and can be taken", async () => {
    expect(await shadowed("const sample = 3; [sample, 'sample' in globalThis, 'dist' in globalThis]")).toBe(
      "[ 3, false, false ]",
    );
    expect(await shadowed("typeof dist.Normal")).toBe("'function'");
  });
});
