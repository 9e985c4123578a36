/** Files beside the notebook, and how values and data show themselves, through the kernel. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cacheFolder } from "../../kernel/setup/paths.ts";
import { errorOf, Kernel } from "./client.ts";

let kernel: Kernel;
const folder = join(cacheFolder, "protocol", "data");

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "data.csv"), "name,n\n<b>,1.5\nAda,\n");
  kernel = await Kernel.ready({ cwd: folder });
});
afterAll(() => kernel.stop());

const bundle = async (code: string) => {
  const execution = await kernel.execute(code);
  expect(errorOf(execution), code).toBeUndefined();
  const shown = execution.messages.find(({ header }) =>
    /^(execute_result|display_data)$/.test(header.msg_type),
  );
  return (shown?.content.data ?? {}) as Record<string, string>;
};

it("a file of the notebook's folder is a table", async () => {
  const data = await bundle('const rows = await FileAttachment("data.csv").csv({ typed: true }); rows');
  expect(data["text/plain"]).toBe("name     n\n<b>    1.5\nAda   null");
  expect(data["text/html"]).toContain("&lt;b&gt;");
});

it("a file that is not there is an error in the cell, with the name of one that is", async () => {
  const error = errorOf(await kernel.execute('await FileAttachment("Data.cvs").csv()'));
  expect(error?.evalue).toMatch(/There is no file "Data\.cvs"[\s\S]*try: "data\.csv"/);
  expect(error?.traceback.join("\n")).toContain('FileAttachment("Data.cvs")');
});

it.each<[string, string, Record<string, RegExp>]>([
  [
    "an object",
    "({ a: { b: [1, 2, { c: 3 }] } })",
    {
      "text/plain": /^\{\s+a: \{ b: \[ 1, 2, \{ c: 3 \} \] \}\s+\}$/,
      "text/html": /<details open><summary>/,
    },
  ],
  [
    "a tensor",
    "tf.range(0, 50)",
    { "text/plain": /^Tensor float32 \[50\]/, "text/html": /max<\/span> 49 .*<img src="data:image\/png/ },
  ],
  [
    "a distribution",
    "dist.Normal(0, 1)",
    {
      "text/plain": /^Normal\(loc: 0, scale: 1\)/,
      "text/html": /<img src="data:image\/svg/,
      "image/png": /^iVBOR/,
    },
  ],
  [
    "a trace",
    "poutine.trace(() => sample('z', dist.Normal(0, 1))).getTrace()",
    { "text/plain": /^site +kind +distribution/, "text/html": /<table>/ },
  ],
  [
    "the store",
    "param('w', 1); getParamStore()",
    { "text/plain": /^ParamStore: 1 parameter \(w\)/, "text/html": /<table/ },
  ],
  ["a figure of Plot", "Plot.dot([[1, 2]]).plot()", { "text/plain": /^<svg>$/, "text/html": /^<svg/ }],
  ["a formula of mathjs", "math.parse('x^2')", { "text/latex": /x/, "text/plain": /^x \^ 2$/ }],
  [
    "an error",
    "new TypeError('bad', { cause: new Error('why') })",
    { "text/plain": /^TypeError: bad\n {4}at Cell \[\d+\]:1:1/, "text/html": /caused by/ },
  ],
  [
    "an attack",
    "({ '<img src=x onerror=alert(1)>': new Map([['<script>', 1]]) })",
    { "text/html": /&lt;img src=x onerror=alert\(1\)&gt;/ },
  ],
])("%s shows itself", async (_, code, expected) => {
  const data = await bundle(code);
  for (const [mime, pattern] of Object.entries(expected)) expect(data[mime], mime).toMatch(pattern);
  expect(data["text/html"] ?? "").not.toMatch(/<img src=x|<script/);
});

it("an object with a getter and a proxy is looked at, and nothing of it runs", async () => {
  const data = await bundle(
    "let ran = 0; ({ get a() { return ran++ }, p: new Proxy({}, { get: () => ran++, ownKeys: () => { ran++; return [] } }) })",
  );
  expect(data["text/plain"]).toBe("{ a: [Getter], p: {} }");
  expect((await bundle("ran"))["text/plain"]).toBe("0");
});

it("large values stay small on the wire", async () => {
  const data = await bundle("Array.from({ length: 1e6 }, (_, i) => ({ i, text: 'x'.repeat(1000) }))");
  expect(JSON.stringify(data).length).toBeLessThan(1_000_000);
});
