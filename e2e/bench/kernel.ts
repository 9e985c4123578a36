/**
 * What the kernel costs: `node e2e/bench/kernel.ts` (TSPYRO_KERNEL=source for the sources instead of dist).
 * Loops are compared with the same loop in a plain function of this process; the least of several times counts.
 */
import { errorOf, Kernel, resultText } from "../protocol/client.ts";
import { measured } from "./measured.ts";

const report = (what: string, value: string, goal: string) => {
  console.log(`${what.padEnd(46)} ${value.padStart(12)}   ${goal}`);
  const [number = "", unit = ""] = value.split(" ");
  measured(what, Number(number), unit);
};
const least = async (times: number, measure: () => Promise<number> | number): Promise<number> => {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) best = Math.min(best, await measure());
  return best;
};

function plainSqrt(): number {
  let s = 0;
  for (let i = 0; i < 1e8; i++) s += Math.sqrt(i);
  return s;
}
function plainSum(): number {
  let s = 0;
  for (let i = 0; i < 1e8; i++) s += i;
  return s;
}
const timed = (body: () => number): number => {
  const start = performance.now();
  body();
  return performance.now() - start;
};

const starts: number[] = [];
for (let i = 0; i < 5; i++) {
  const start = performance.now();
  const kernel = await Kernel.start();
  await kernel.request("shell", "kernel_info_request", {});
  starts.push(performance.now() - start);
  if (i === 0) {
    const first = performance.now();
    const execution = await kernel.execute("sample('x', dist.Normal(0, 1)).shape");
    if (errorOf(execution) !== undefined) throw new Error(errorOf(execution)?.evalue);
    report("first cell that uses pyro, at once", `${(performance.now() - first).toFixed(0)} ms`, "< 2000");
  }
  await kernel.stop();
}
report("start to kernel_info, least of 5", `${Math.min(...starts).toFixed(0)} ms`, "< 300");

const kernel = await Kernel.ready();
await kernel.execute("0");
// TypeScript's service and the library load in the background; their time is not that of a cell.
await kernel.request("shell", "complete_request", { code: "dist.", cursor_pos: 5 });
await kernel.execute("typeof dist");
const [replies, idles]: [number[], number[]] = [[], []];
for (let i = 0; i < 30; i++) {
  const start = performance.now();
  const { done } = await kernel.begin("1 + 1");
  const { messages } = await done;
  idles.push(performance.now() - start);
  replies.push(messages.length);
}
const median = idles.sort((a, b) => a - b)[15] ?? 0;
report("1 + 1, to reply and idle, median of 30", `${median.toFixed(1)} ms`, "< 5");

const cell = async (code: string): Promise<number> => {
  const execution = await kernel.execute(code);
  if (errorOf(execution) !== undefined) throw new Error(errorOf(execution)?.evalue);
  return Number(resultText(execution));
};
const clock = "performance.now()";
const sqrt = await least(5, () => timed(plainSqrt));
const topLevel = await least(5, () =>
  cell(`const t0 = ${clock}; let s = 0;\nfor (let i = 0; i < 1e8; i++) s += Math.sqrt(i);\n${clock} - t0`),
);
report("s += Math.sqrt(i) 1e8 times at top level", `${(topLevel / sqrt).toFixed(2)} x`, "< 1.2 x plain");
const sum = await least(5, () => timed(plainSum));
const inFunction = await least(5, () =>
  cell(
    `function bare() { let s = 0; for (let i = 0; i < 1e8; i++) s += i; return s; }\nconst t1 = ${clock}; bare(); ${clock} - t1`,
  ),
);
report("s += i 1e8 times in a function", `${(inFunction / sum).toFixed(2)} x`, "< 1.7 x plain");
const flood = await least(3, async () => {
  const start = performance.now();
  await kernel.execute("for (let i = 0; i < 50_000; i++) console.log('line', i);");
  return performance.now() - start;
});
report("50 000 console.log calls, to idle", `${flood.toFixed(0)} ms`, "");
await kernel.stop();
process.exit(0);
