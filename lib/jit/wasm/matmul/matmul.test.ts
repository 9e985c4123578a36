/** Matrix products of every layout against float64. */
import { describe, expect, test } from "vitest";
import type { MatMul, MatrixView } from "../../schedule/steps.ts";
import { preferNative, wasmRuns } from "../index.ts";
import { Arena } from "../testing/arena.ts";
import { random } from "../testing/random-loop.ts";

type Layout = "rows" | "columns" | "padded" | "strided" | "shared";
const layouts: readonly Layout[] = ["rows", "columns", "padded", "strided", "shared"];

function view(
  arena: Arena,
  rnd: () => number,
  layout: Layout,
  batch: number,
  rows: number,
  columns: number,
): MatrixView {
  const strides = {
    rows: [rows * columns, columns, 1],
    columns: [rows * columns, 1, rows],
    padded: [rows * (columns + 2), columns + 2, 1],
    strided: [rows * columns * 2, columns * 2, 2],
    shared: [0, columns, 1],
  }[layout] as [number, number, number];
  const [batchStride, rowStride, columnStride] = strides;
  const offset = Math.floor(rnd() * 4);
  const size = offset + batch * rows * (columns + 2) * 2;
  const values = Array.from({ length: size }, () => Math.fround(2 * rnd() - 1));
  return { buffer: arena.buffer("float32", values), offset, batchStride, rowStride, columnStride };
}

function check(
  seed: number,
  [batch, m, k, n]: readonly number[],
  left: Layout,
  right: Layout,
  relaxed: boolean,
) {
  const arena = new Arena();
  const rnd = random(seed);
  const shape = { batch: batch as number, m: m as number, k: k as number, n: n as number };
  const step: MatMul = {
    kind: "matmul",
    ...shape,
    left: view(arena, rnd, left, shape.batch, shape.m, shape.k),
    right: view(arena, rnd, right, shape.batch, shape.k, shape.n),
    out: arena.buffer("float32", new Float32Array(shape.batch * shape.m * shape.n).fill(Number.NaN)),
  };
  expect(wasmRuns(step)).toBe(true);
  const { got, want } = arena.both(step, relaxed);
  const [a, b] = [new Float32Array(got.buffer), new Float32Array(want.buffer)];
  const start = arena.address(step.out);
  let worst = 0;
  for (let cell = 0; cell < got.length; cell++) {
    if (cell < start || cell >= start + step.out.size) {
      if (got[cell] !== want[cell]) throw new Error(`cell ${cell} outside of the result was written`);
    } else {
      const error = Math.abs((a[cell] as number) - (b[cell] as number));
      worst = error <= worst ? worst : error;
    }
  }
  // k roundings, each of half a unit of a partial sum: bounded by that unit of 1, a generous mean of the sums.
  expect(worst, `${[batch, m, k, n]} ${left} ${right}`).toBeLessThan(6e-8 * shape.k + 5e-7);
}

const shapes = [
  [1, 1, 64, 1],
  [1, 1, 50, 9],
  [1, 9, 50, 1],
  [1, 257, 3, 1],
  [1, 1, 3, 257],
  [2, 5, 7, 3],
  [3, 4, 8, 12],
  [1, 13, 600, 17],
  [2, 16, 16, 16],
  [1, 50, 1031, 1],
  [1, 1, 1031, 50],
  [1, 2, 33, 66],
  [1, 66, 33, 2],
  [1, 3, 5, 100],
  [1, 100, 1, 7],
  [4, 3, 3, 3],
];

describe.each([true, false])("matrix products, fused multiply-add: %s", (relaxed) => {
  describe.each(layouts)("left operand by %s", (left) => {
    test.each(layouts)("right operand by %s", (right) => {
      shapes.forEach((shape, i) => void check(i, shape, left, right, relaxed));
    });
  });

  test("all small sizes", () => {
    for (let m = 1; m <= 6; m++) {
      for (let n = 1; n <= 6; n++) {
        check(m * n, [1, m, 66 + (m % 3), n], "rows", n % 2 === 0 ? "rows" : "columns", relaxed);
      }
    }
  });
});

test("small products stay here, large ones go to the native library, long vectors stay", () => {
  expect(preferNative(50, 50, 50)).toBe(false);
  expect(preferNative(10000, 50, 1)).toBe(false);
  expect(preferNative(128, 784, 400)).toBe(true);
});
