/**
 * How long a reader waits for types, and what they cost in memory: `node e2e/bench/language.ts [cells] [--tslab]`.
 * Runs in this thread, so that figures are those of the work itself; `--expose-gc --max-old-space-size=512
 * --max-semi-space-size=8` before the file's name bound the heap as the kernel does for its worker. `--tslab` gives the same cells to tslab's converter.
 */
import { createRequire } from "node:module";
import { Converter } from "../../kernel/language/converter.ts";
import { projectRoot } from "../../kernel/language/paths.ts";
import { measured } from "./measured.ts";

const cells = Number(process.argv[2] ?? 200) || 200;
const root = projectRoot();
const cwd = `${root}/notebooks`;

/** MB. The cells declare fifty times the same names: what is held follows what is in scope. */
const GROWTH = 5;

const CELL = (i: number) => `
/** Cell ${i}. */
const v${i % 50} = tf.add(${i}, ${i === 0 ? 1 : `v${(i - 1) % 50}`});
function f${i % 50}(a: number, rows = [{ a, name: "x" }]) { return rows.map((row) => tf.mul(row.a, v${i % 50})); }
const shapes${i % 50} = f${i % 50}(2).map((one) => one.shape.length);
for (const n of shapes${i % 50}) console.log(n.toFixed(), process.pid);
`;

/** One cell that is edited and run again and again. */
const AGAIN = (i: number) => `
class Model { readonly made = ${i}; get twice() { return this.made * 2; } }
const model = { made: new Model(), rows: [${i}].map((x) => ({ x, name: String(x) })), last: ${i === 0 ? 0 : "typeof model"} };
function of(rows = [{ a: ${i} }]) { return rows.map((row) => tf.mul(row.a, model.made.twice)); }
enum Kind { A = ${i}, B }
interface Row { a: number; kind: Kind }
`;

function timed(count: number, work: (i: number) => unknown): { first: number; median: number; p95: number } {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    work(i);
    times.push(performance.now() - start);
  }
  const sorted = times.toSorted((a, b) => a - b);
  return {
    first: round(times[0]),
    median: round(sorted[sorted.length >> 1]),
    p95: round(sorted[Math.floor(sorted.length * 0.95)]),
  };
}

function round(value = Number.NaN): number {
  return Math.round(value * 10) / 10;
}

/** In MB, without garbage. */
function liveHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

function memory(): string {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return `resident ${rss >> 20} MB, heap ${heapUsed >> 20} MB${globalThis.gc ? "" : " (run with --expose-gc for the live heap)"}`;
}

function own(): void {
  const rows: Record<string, unknown> = {};
  let start = performance.now();
  const converter = new Converter({ cwd });
  rows["service created"] = { first: round(performance.now() - start) };
  console.log(converter.problem() ?? `${converter.names().length} names in scope`, "|", memory());
  const settled = Math.min(100, cells >> 1);
  let early = 0;
  rows.check = timed(cells, (i) => {
    if (i === settled) early = liveHeap();
    converter.check({ code: CELL(i) });
  });
  const grown = liveHeap() - early;
  console.log(
    `after ${cells} cells, ${converter.held} held, ${grown.toFixed(1)} MB more than after ${settled} |`,
    memory(),
  );
  rows["check one cell again"] = timed(cells, (i) => {
    if (i === settled) early = liveHeap();
    converter.check({ code: AGAIN(i) });
  });
  const again = liveHeap() - early;
  console.log(
    `one cell run ${cells} times, ${converter.held} held, ${again.toFixed(1)} MB more than after ${settled}`,
  );
  rows["complete a member"] = timed(30, (i) =>
    converter.complete({ code: `v1.s${i}`.slice(0, 4), cursor: 4 }),
  );
  rows["complete a name"] = timed(30, () => converter.complete({ code: "f", cursor: 1 }));
  rows["complete in a large cell"] = timed(30, (i) => {
    const code = `${CELL(i).repeat(4)}\ntf.ma`;
    return converter.complete({ code, cursor: code.length });
  });
  rows.inspect = timed(30, () => converter.inspect({ code: "tf.matMul(v1, v2)", cursor: 5 }));
  rows["is complete"] = timed(30, (i) => converter.isComplete({ code: `${CELL(i)}\nif (x) {` }));
  start = performance.now();
  converter.check({ code: "const formula = math.parse('x^2');" });
  rows["first use of math"] = { first: round(performance.now() - start) };
  rows["check with math"] = timed(20, (i) =>
    converter.check({ code: `math.derivative(formula, 'x${i}').toString();` }),
  );
  rows["check with Plot"] = timed(20, (i) =>
    converter.check({
      code: `const figure = Plot.plot({ marks: [Plot.dot([[1, ${i}]], { fill: "red" })] });`,
    }),
  );
  console.table(rows);
  for (const [what, row] of Object.entries(rows)) {
    for (const [key, ms] of Object.entries(row as object)) measured(`${what}, ${key}`, Number(ms), "ms");
  }
  measured(`live heap of ${cells} cells beyond that of ${settled}`, grown, "MB");
  measured(`live heap of one cell run ${cells} times beyond that of ${settled}`, again, "MB");
  measured("resident memory", process.memoryUsage().rss / 2 ** 20, "MB");
  console.log(memory());
  converter.close();
  if (globalThis.gc !== undefined && Math.max(grown, again) > GROWTH) {
    console.log(`MISSED: the live heap may grow by ${GROWTH} MB.`);
    process.exitCode = 1;
  }
}

interface Tslab {
  createConverter(): {
    convert(before: string, code: string): { declOutput?: string; diagnostics: unknown[] };
    complete(before: string, code: string, at: number): unknown;
    inspect(before: string, code: string, at: number): unknown;
    close(): void;
  };
}

function tslab(): void {
  const rows: Record<string, unknown> = {};
  process.chdir(cwd);
  let start = performance.now();
  const { createConverter } = createRequire(import.meta.url)("tslab/dist/converter") as Tslab;
  rows["module loaded"] = { first: round(performance.now() - start) };
  start = performance.now();
  const converter = createConverter();
  rows["service created"] = { first: round(performance.now() - start) };
  let before = 'import * as tf from "@tensorflow/tfjs-core"; import * as Plot from "@observablehq/plot";';
  let refused = 0;
  rows.check = timed(cells, (i) => {
    const { declOutput, diagnostics } = converter.convert(before, CELL(i));
    if (diagnostics.length > 0) refused++;
    before = declOutput ?? before;
  });
  console.log(`after ${cells} cells, ${refused} without types |`, memory());
  rows["complete a member"] = timed(30, () => converter.complete(before, "v1.s", 4));
  rows["complete a name"] = timed(30, () => converter.complete(before, "f", 1));
  rows.inspect = timed(30, () => converter.inspect(before, "tf.matMul(v1, v2)", 5));
  console.table(rows);
  console.log(memory());
  converter.close();
  process.exit();
}

if (process.argv.includes("--tslab")) tslab();
else own();
