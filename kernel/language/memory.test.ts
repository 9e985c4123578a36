import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, expect, test } from "vitest";
import { Converter } from "./converter.ts";
import { LIBRARY } from "./testing/notebook.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const converter = new Converter({ cwd: import.meta.dirname, library: LIBRARY });
afterAll(() => converter.close());

/** Five cells that a reader runs again and again, each time with another text. */
function cell(i: number): string {
  const before = `v${(i + 4) % 5}`;
  return `
class Model${i % 5} { readonly made = ${i}; get twice() { return this.made * 2 } }
const v${i % 5} = { made: new Model${i % 5}(), list: [${i}].map((x) => ({ x, name: String(x) })), last: ${i < 5 ? 0 : `typeof ${before}`} };
function f${i % 5}(rows = [{ a: ${i} }]) { return rows.map((row) => dist.Normal.length + row.a + v${i % 5}.made.twice); }
const wrong${i % 5}: string = ${i};`;
}

function runCells(from: number, to: number): number {
  for (let i = from; i < to; i++) {
    converter.check({ code: cell(i), cellId: `cell-${i % 5}` });
    converter.complete({ code: `v${i % 5}.ma`, cursor: 5 });
    converter.inspect({ code: `f${i % 5}`, cursor: 2 });
  }
  collect();
  return process.memoryUsage().heapUsed / 1e6;
}

test("memory follows what is in scope, not how often cells ran", { timeout: 60_000 }, () => {
  const early = runCells(0, 15);
  const late = runCells(15, 45);
  expect(converter.held).toBeLessThanOrEqual(10);
  // Code that V8 compiles meanwhile is some 0.02 MB a cell; a program or a checker that stayed is more than 1.
  expect(late - early, `MB of heap after 15 cells ${early}, after 45 ${late}`).toBeLessThan(5);
});
