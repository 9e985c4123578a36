/** The same programs whatever runs them: code made from text, WebAssembly, or an interpreter. */
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setSeed } from "../../tensor/index.ts";
import { bothWays, distance } from "../testing/agree.ts";
import { drawRows } from "../testing/rows/draws.ts";
import { elementwiseRows } from "../testing/rows/elementwise.ts";
import { indexingRows } from "../testing/rows/indexing.ts";
import { productRows } from "../testing/rows/products.ts";
import { reductionRows } from "../testing/rows/reductions.ts";
import type { KernelRow } from "../testing/rows/row.ts";
import { shapeRows } from "../testing/rows/shapes.ts";

const modes: readonly { webAssembly: boolean; javascript: boolean; whole?: boolean }[] = [
  { webAssembly: true, javascript: true },
  { webAssembly: true, javascript: true, whole: true },
  { webAssembly: false, javascript: true },
  { webAssembly: true, javascript: false },
  { webAssembly: false, javascript: false },
];
const modeOf = ({ webAssembly, javascript, whole = false }: (typeof modes)[number]) =>
  javascript && !whole
    ? webAssembly
      ? "javascript+webassembly"
      : "javascript"
    : webAssembly
      ? "webassembly"
      : "interpreter";

/** Vector loops differ from scalar ones by units of the last place, which sums of either sign magnify. */
const TOLERANCE = 1e-4;

beforeEach(() => setSeed(1));
afterEach(() => vi.unstubAllGlobals());

const tables = { drawRows, elementwiseRows, indexingRows, productRows, reductionRows, shapeRows };
describe.each(Object.entries(tables))("%s", (_, rows) => {
  it.each((rows as readonly KernelRow[]).map((row) => [row.name, row] as const))("%s", (_, row) => {
    for (const mode of modes) {
      const f = (...xs: tf.Tensor[]) => [row.f(...xs)].flat() as tf.Tensor[];
      const { eager, compiled, program } = bothWays({ args: row.args(5), f }, row.args(17), mode);
      if (!mode.javascript) expect(program.code).toBe("");
      for (const [i, values] of eager.entries()) {
        if (distance(values, compiled[i] ?? []) >= TOLERANCE)
          expect(compiled[i], `${program.mode}, output ${i}`).toEqual(values);
      }
    }
  });
});

describe("a program of short and long loops, a product and a draw", () => {
  const f = (x: tf.Tensor) => {
    const y = tf.matMul(tf.tanh(x) as tf.Tensor2D, tf.transpose(x) as tf.Tensor2D);
    return [tf.sum(y), tf.logSumExp(y, 1), tf.add(tf.sum(x, 0), 1)];
  };
  const args = () => [
    tf.tensor2d(
      Float32Array.from({ length: 4000 }, (_, i) => Math.sin(i)),
      [40, 100],
    ),
  ];

  it.each(modes.map((mode) => [modeOf(mode), mode] as const))("%s %o", (name, mode) => {
    const { eager, compiled, program } = bothWays({ args: args(), f }, args(), mode);
    expect(program.mode).toBe(name);
    for (const [i, values] of eager.entries())
      expect(distance(values, compiled[i] ?? [])).toBeLessThan(TOLERANCE);
  });

  it("is interpreted where a page forbids code from text", () => {
    vi.stubGlobal(
      "Function",
      class extends Function {
        constructor() {
          super();
          throw new EvalError("Refused to evaluate a string as JavaScript");
        }
      },
    );
    const { eager, compiled, program } = bothWays({ args: args(), f });
    expect(program.mode).toBe("webassembly");
    for (const [i, values] of eager.entries())
      expect(distance(values, compiled[i] ?? [])).toBeLessThan(TOLERANCE);
  });
});
