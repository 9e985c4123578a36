/**
 * Vector functions against float64 on dense grids, in units of the last place of float32, with and without fused
 * multiply-add; and at the special values, where the result is the same to the bit (the sign of zero counts).
 *
 * The bounds are what was measured on 100 000 points each, rounded up: half a unit is the rounding of the result.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { registerSpecialKernels } from "../../../tensor/special/kernels.ts";
import { type Op, opRow } from "../../dag/ops.ts";
import type { Loop } from "../../schedule/steps.ts";
import { Arena, exactUlps } from "../testing/arena.ts";

beforeAll(() => registerSpecialKernels());

function map(op: Op, inputs: readonly ArrayLike<number>[], relaxed: boolean): Float32Array {
  const arena = new Arena();
  const size = (inputs[0] as ArrayLike<number>).length;
  const buffers = inputs.map((values) => arena.buffer("float32", values));
  const out = arena.buffer("float32", new Float32Array(size));
  const loop: Loop = {
    kind: "loop",
    domain: [size],
    body: [
      ...buffers.map((buffer, temp) => ({
        kind: "load" as const,
        temp,
        from: { buffer, offset: 0, strides: [1] },
        dtype: "float32" as const,
      })),
      { kind: "let", temp: 9, op, args: buffers.map((_, temp) => ({ temp })), dtype: "float32" },
      { kind: "store", to: { buffer: out, offset: 0, strides: [1] }, value: { temp: 9 } },
    ],
  };
  const { memory } = arena;
  const run = arena.compile([loop], memory, relaxed).steps[0];
  if (run === undefined) throw new Error(`${op} is not supported`);
  const { cells } = arena.fill(memory);
  run();
  return cells.slice(arena.address(out), arena.address(out) + size);
}

const grids: readonly [op: Op, low: number, high: number, bound: number][] = [
  ["exp", -104, 89, 1],
  ["exp", -1, 1, 1],
  ["expm1", -20, 89, 1.5],
  ["expm1", -1e-3, 1e-3, 1.5],
  ["expm1", -2, 2, 1.5],
  ["log", 0, 1e-37, 1],
  ["log", 0.5, 2, 1],
  ["log", 0, 3e38, 1],
  ["log1p", -1, 1, 1.5],
  ["log1p", -1e-4, 1e-4, 1],
  ["log1p", 0, 100, 1.5],
  ["log1p", 1, 3e38, 1],
  ["sigmoid", -104, 100, 2.5],
  ["sigmoid", -5, 5, 2.5],
  ["tanh", -10, 10, 2.6],
  ["tanh", -0.1, 0.1, 2],
  ["softplus", -104, 100, 1.6],
  ["softplus", -5, 5, 1.8],
  ["erf", -5, 5, 1.3],
  ["erf", -1e-3, 1e-3, 1],
  ["elu", -10, 3, 1.5],
  ["selu", -10, 3, 2],
  ["sin", -10, 10, 1.5],
  ["sin", -1e6, 1e6, 1.5],
  ["sin", -1e9, 1e9, 1.5],
  ["cos", -10, 10, 1.5],
  ["cos", -1e6, 1e6, 1.5],
  ["tan", -10, 10, 3],
  ["TspyroLgamma", 1e-6, 100, 0.6],
  ["TspyroLgamma", 0.9, 2.1, 0.6],
  ["TspyroLgamma", -10, 0, 0.6],
  ["TspyroLgamma", 1, 1e30, 0.6],
  ["TspyroDigamma", 1e-6, 100, 0.6],
  ["TspyroDigamma", 1.4, 1.5, 0.6],
  ["sqrt", 0, 1e9, 0.6],
  ["rsqrt", 0, 1e9, 1.6],
];

const POINTS = 20_000;

const special = [
  0,
  -0,
  1,
  -1,
  2,
  0.5,
  -0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  ...[1e-45, -1e-45, 1e-40, -1e-40, 2 ** -126, -(2 ** -126), 1e-20, -1e-20],
  ...[88.72, 88.73, 89, 90, 1000, -87, -88, -103, -104, -105, -1000],
  ...[3e38, -3e38, 1e20, -1e20, 2 ** 24, 2 ** 31, -(2 ** 31), 16777217],
].map(Math.fround);

const functions = [...new Set(grids.map(([op]) => op))];
const others: readonly Op[] = [
  "sign",
  "abs",
  "neg",
  "floor",
  "ceil",
  "trunc",
  "round",
  "relu",
  "relu6",
  "square",
  "reciprocal",
  "isNaN",
  "isFinite",
  "isInf",
  "not",
  "copy",
];

/** At least as many points as a loop needs. */
const repeated = <T>(items: readonly T[]): T[] =>
  Array.from({ length: 300 }, (_, i) => items[i % items.length] as T);

describe.each([true, false])("fused multiply-add: %s", (relaxed) => {
  test.each(grids)("%s from %d to %d is right to %d units of the last place", (op, low, high, bound) => {
    const x = Float32Array.from({ length: POINTS }, (_, i) => low + ((high - low) * (i + 0.37)) / POINTS);
    const got = map(op, [x], relaxed);
    const { f } = opRow(op);
    let worst = 0;
    let at = 0;
    got.forEach((value, i) => {
      const error = exactUlps(value, f(x[i] as number));
      if (!(error <= worst)) [worst, at] = [error, x[i] as number];
    });
    expect(worst, `at ${at}`).toBeLessThan(bound);
  });

  test.each([...functions, ...others])("%s of special values", (op) => {
    const x = repeated(special);
    const got = map(op, [x], relaxed);
    const { f } = opRow(op);
    special.forEach((value, i) => {
      const want = Math.fround(f(value));
      // The references in float64 lose the sign of a zero in places where the functions here keep it.
      const same =
        Object.is(got[i], want) || (want === 0 && got[i] === 0) || exactUlps(got[i] as number, f(value)) < 3;
      expect(same, `${op}(${value}) is ${want}, not ${got[i]}`).toBe(true);
    });
  });

  test.each(["sin", "tan", "tanh", "expm1", "log1p", "erf"] as const)("%s keeps the sign of zero", (op) => {
    const got = map(op, [repeated([0, -0])], relaxed);
    expect(Object.is(got[0], 0)).toBe(true);
    expect(Object.is(got[1], -0)).toBe(true);
  });

  test("powers of all signs and sizes, to one unit of the last place", () => {
    const bases = [...special, 3, -3, 1.0001, 0.9999, 7.5, -0.3].map(Math.fround);
    const pairs = bases.flatMap((x) => bases.map((y) => [x, y] as const));
    const got = map("pow", [pairs.map(([x]) => x), pairs.map(([, y]) => y)], relaxed);
    pairs.forEach(([x, y], i) => {
      const error = exactUlps(got[i] as number, x ** y);
      expect(error, `${x} to the power of ${y} is ${x ** y}, not ${got[i]}`).toBeLessThanOrEqual(1);
    });
  });
});
