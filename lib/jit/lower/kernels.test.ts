/** Every kernel that the compiler takes apart, value and gradient, over shapes, types and values: as eagerly. */
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { setSeed } from "../../tensor/index.ts";
import { on, testBackends } from "../../tensor/testing/backends.ts";
import { noise } from "../../tensor/testing/gradcheck.ts";
import { bothWays, distance } from "../testing/agree.ts";
import { drawRows } from "../testing/rows/draws.ts";
import { elementwiseRows } from "../testing/rows/elementwise.ts";
import { indexingRows } from "../testing/rows/indexing.ts";
import { opaqueRows } from "../testing/rows/opaque.ts";
import { productRows } from "../testing/rows/products.ts";
import { reductionRows } from "../testing/rows/reductions.ts";
import type { KernelRow } from "../testing/rows/row.ts";
import { shapeRows } from "../testing/rows/shapes.ts";
import { specialRows } from "../testing/rows/special.ts";
import { loweringRules } from "./lower.ts";

/**
 * Relative, down to a thousandth of the largest element. An eager step rounds to float32 (6e-8) after each kernel, a
 * compiled one where it stores or, in vector loops, to a few units in the last place; sums of 37 x 41 numbers of
 * either sign, formed in another order, magnify that most.
 */
const TOLERANCE = 1e-4;

const met = new Set<string>();

/** The value, and its gradients along a cotangent that is no vector of ones. */
function withGradients({ f, noGradient }: KernelRow): (...xs: tf.Tensor[]) => tf.Tensor[] {
  const list = (...xs: tf.Tensor[]) => [f(...xs)].flat() as tf.Tensor[];
  if (noGradient !== undefined) return list;
  return (...xs) => {
    const values = list(...xs);
    const floats = xs.filter(({ dtype }) => dtype === "float32");
    const total = (...zs: tf.Tensor[]) => {
      const given = xs.map((x) => (x.dtype === "float32" ? (zs.shift() as tf.Tensor) : x));
      const terms = list(...given).map((y) => tf.sum(tf.mul(y, tf.tensor(noise(y.size, 3), y.shape))));
      return tf.addN(terms);
    };
    return floats.length === 0 ? values : [...values, ...tf.grads(total)(floats)];
  };
}

function agrees(row: KernelRow, webAssembly?: boolean): void {
  const options = webAssembly === undefined ? {} : { webAssembly };
  const outcome = bothWays({ args: row.args(5), f: withGradients(row) }, row.args(17), options);
  for (const kernel of outcome.kernels) met.add(kernel);
  outcome.eager.forEach((values, i) => {
    const apart = distance(values, outcome.compiled[i] ?? []);
    if (apart >= TOLERANCE) expect(outcome.compiled[i], `output ${i}`).toEqual(values);
  });
  // Once more, as where there is no WebAssembly.
  if (outcome.program.toString().includes("wasm ")) agrees(row, false);
}

const named = (rows: readonly KernelRow[]) => rows.map((row) => [row.name, row] as const);
/** What is recorded is the same on every backend: on the native one each third row shows that it computes the same. */
const some = (rows: readonly KernelRow[], backend: string) =>
  rows.filter((_, i) => backend === "cpu" || i % 3 === 0);
const tables = {
  elementwise: elementwiseRows,
  reductions: reductionRows,
  draws: drawRows,
  products: productRows,
  shapes: shapeRows,
  indexing: indexingRows,
  opaque: opaqueRows,
};

beforeEach(() => setSeed(3));

describe.each(testBackends.filter((name) => name !== "wasm"))("recorded on %s", (backend) => {
  for (const [title, rows] of Object.entries(tables)) {
    describe(title, () => {
      it.each(named(some(rows, backend)))("%s", async (_, row) => {
        await on(backend, () => {
          agrees(row);
          return [];
        });
      });
    });
  }
});

/** The native library flushes denormals and has its own ideas of corners: JavaScript is the judge. */
describe("special values", () => {
  it.each(named(specialRows))("%s", async (_, row) => {
    await on("cpu", () => {
      agrees(row);
      return [];
    });
  });
});

afterAll(() => {
  const without = Object.keys(loweringRules()).filter((kernel) => !met.has(kernel));
  expect(without, "kernels with a rule but without a row").toEqual([]);
});
