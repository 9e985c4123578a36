/** Loops against the interpreter: every operation, every form of reduction, every length of a row. */
import { beforeAll, describe, expect, test } from "vitest";
import { registerSpecialKernels } from "../../tensor/special/kernels.ts";
import type { Dtype, Op } from "../dag/ops.ts";
import type { Buffer, Loop, Reducer, Statement } from "../schedule/steps.ts";
import { compileWasm, wasmAvailable, wasmRuns } from "./index.ts";
import { Arena, ulps } from "./testing/arena.ts";
import { random } from "./testing/random-loop.ts";

beforeAll(() => registerSpecialKernels());

const FLOAT = "float32";
const dense = (domain: readonly number[]): number[] =>
  domain.map((_, k) => domain.slice(k + 1).reduce((a, b) => a * b, 1));
const load = (temp: number, buffer: Buffer, strides: readonly number[], offset = 0): Statement => ({
  kind: "load",
  temp,
  from: { buffer, offset, strides },
  dtype: buffer.dtype,
});
const store = (buffer: Buffer, strides: readonly number[], temp: number, offset = 0): Statement => ({
  kind: "store",
  to: { buffer, offset, strides },
  value: { temp },
});

/** Runs both ways; all memory must agree to so many units of the last place. */
function agree(arena: Arena, loop: Loop, units: number): void {
  expect(wasmRuns(loop)).toBe(true);
  const { got, want } = arena.both(loop);
  const floats = new Set<number>();
  for (const buffer of arena.buffers) {
    if (buffer.dtype === FLOAT) for (let i = 0; i < buffer.size; i++) floats.add(arena.address(buffer) + i);
  }
  const [a, b] = [new Float32Array(got.buffer), new Float32Array(want.buffer)];
  for (let cell = 0; cell < got.length; cell++) {
    if (got[cell] === want[cell]) continue;
    const error = floats.has(cell) ? ulps(a[cell] as number, b[cell] as number) : Number.POSITIVE_INFINITY;
    const message = `cell ${cell}: ${a[cell]} (${got[cell]}) instead of ${b[cell]} (${want[cell]})`;
    expect(error, message).toBeLessThanOrEqual(units);
  }
}

const values = (n: number, dtype: Dtype, seed = 1): number[] => {
  const rnd = random(seed);
  const edges = [0, -0, 1, -1, 2.5, -2.5, 0.5, 1e-40, 3e38, Number.NaN, Number.POSITIVE_INFINITY, -7];
  return Array.from({ length: n }, (_, i) => {
    if (dtype === "bool") return Math.floor(2 * rnd());
    if (dtype === "int32") return Math.floor(41 * rnd()) - 20;
    return Math.fround(rnd() < 0.3 ? (edges[i % edges.length] as number) : 6 * rnd() - 3);
  });
};

const binary: readonly Op[] = [
  "add",
  "sub",
  "mul",
  "div",
  "floorDiv",
  "maximum",
  "minimum",
  "squaredDifference",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
  "equal",
  "notEqual",
  "and",
  "or",
  "pow",
  "mod",
  "atan2",
  "TspyroLogBeta",
];
const unary: readonly Op[] = [
  "not",
  "neg",
  "abs",
  "sign",
  "square",
  "copy",
  "floor",
  "relu",
  "relu6",
  "sqrt",
  "reciprocal",
  "round",
  "ceil",
  "trunc",
  "isNaN",
  "isFinite",
  "isInf",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "asinh",
  "acosh",
  "atanh",
  "TspyroTrigamma",
  "TspyroErfinv",
  "TspyroNdtri",
];
/** Operations without a rounding. */
const exact: readonly Op[] = [
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
  "equal",
  "notEqual",
  "and",
  "or",
  "maximum",
  "minimum",
  "not",
  "neg",
  "abs",
  "sign",
  "copy",
  "floor",
  "ceil",
  "trunc",
  "round",
  "relu",
  "isNaN",
  "isFinite",
  "isInf",
];
const dtypes: readonly Dtype[] = ["float32", "int32", "bool"];

describe.each(dtypes)("operations whose first operand is %s", (first) => {
  test.each(dtypes)("and whose others are %s", (second) => {
    const n = 301;
    for (const [ops, arity] of [
      [binary, 2],
      [unary, 1],
    ] as const) {
      for (const op of ops) {
        for (const dtype of dtypes) {
          // Float32 arithmetic that is cut to integers: what is lost is no longer small. Casts of their own are exact.
          const float = first === FLOAT || (arity === 2 && second === FLOAT);
          if (dtype !== FLOAT && float && !exact.includes(op)) continue;
          const arena = new Arena();
          const x = arena.buffer(first, values(n, first, 1));
          const y = arena.buffer(second, values(n, second, 2), 1);
          const out = arena.buffer(dtype, new Float32Array(n));
          // A loop of nothing but calls to JavaScript would be refused.
          const padding = [20, 21, 22, 23, 24, 25].map(
            (temp): Statement => ({
              kind: "let",
              temp,
              op: "add",
              args: [{ temp: 0 }, { temp: 1 }],
              dtype: FLOAT,
            }),
          );
          const args = [{ temp: 0 }, { temp: 1 }].slice(0, arity);
          const body: Statement[] = [
            load(0, x, [1]),
            load(1, y, [1]),
            ...padding,
            { kind: "let", temp: 2, op, args, dtype },
            store(out, [1], 2),
          ];
          try {
            agree(arena, { kind: "loop", domain: [n], body }, 2);
          } catch (error) {
            throw new Error(`${op} to ${dtype}: ${error}`);
          }
        }
      }
    }
  });
});

test.each([8, 9, 10, 11, 13, 255, 256, 257, 258, 1000, 1023, 2049])("rows of %d at every alignment", (n) => {
  for (let shift = 0; shift < 4; shift++) {
    const arena = new Arena();
    const x = arena.buffer(FLOAT, values(n, FLOAT), shift);
    const out = arena.buffer(FLOAT, new Float32Array(n), 3 - shift);
    const body: Statement[] = [
      load(0, x, [1]),
      { kind: "let", temp: 1, op: "mul", args: [{ temp: 0 }, { value: 1.5 }], dtype: FLOAT },
      store(out, [1], 1),
    ];
    agree(arena, { kind: "loop", domain: [n], body }, 0);
  }
});

describe.each<Reducer>(["sum", "prod", "max", "min"])("%s", (reducer) => {
  const domains = [
    [300],
    [8],
    [9],
    [3, 3],
    [2, 5],
    [4, 2, 2],
    [64, 5],
    [5, 64],
    [300, 3],
    [3, 300],
    [7, 6, 9],
    [9, 7, 8],
    [2, 3, 4, 13],
  ];
  test.each(domains.map((domain) => ({ domain })))(
    "over every choice of the axes of $domain",
    ({ domain }) => {
      for (let kept = 0; kept < 2 ** domain.length; kept++) {
        for (const dtype of ["float32", "int32"] as const) {
          const arena = new Arena();
          const rnd = random(kept);
          const size = domain.reduce((a, b) => a * b, 1);
          // Integers, whose sums are exact in both; products that stay in range.
          const some = Array.from({ length: size }, () =>
            reducer === "prod" ? (rnd() < 0.5 ? 1 : -1) : Math.floor(rnd() * 200) - 100,
          );
          const x = arena.buffer(dtype, some);
          const shape = domain.filter((_, k) => (kept >> k) & 1);
          const inner = dense(shape);
          let next = 0;
          const strides = domain.map((_, k) => ((kept >> k) & 1 ? (inner[next++] as number) : 0));
          const to = arena.buffer(dtype, new Float32Array(shape.reduce((a, b) => a * b, 1)));
          const body: Statement[] = [
            load(0, x, dense(domain)),
            { kind: "reduce", reducer, to: { buffer: to, offset: 0, strides }, value: { temp: 0 } },
          ];
          agree(arena, { kind: "loop", domain, body }, 0);
        }
      }
    },
  );
});

test("NaN comes through maxima and minima", () => {
  for (const reducer of ["max", "min"] as const) {
    const arena = new Arena();
    const x = arena.buffer(
      FLOAT,
      Array.from({ length: 1001 }, (_, i) => (i === 777 ? Number.NaN : i)),
    );
    const to = arena.buffer(FLOAT, [0]);
    const reduce: Statement = {
      kind: "reduce",
      reducer,
      to: { buffer: to, offset: 0, strides: [0] },
      value: { temp: 0 },
    };
    agree(arena, { kind: "loop", domain: [1001], body: [load(0, x, [1]), reduce] }, 0);
  }
});

test("a sum of a million numbers is right to 1e-6", () => {
  const n = 1_000_003;
  const arena = new Arena();
  const x = Float32Array.from({ length: n }, (_, i) => 1 + (i % 97) / 97);
  const buffer = arena.buffer(FLOAT, x);
  const to = arena.buffer(FLOAT, [0]);
  const body: Statement[] = [
    load(0, buffer, [1]),
    { kind: "reduce", reducer: "sum", to: { buffer: to, offset: 0, strides: [0] }, value: { temp: 0 } },
  ];
  const { memory } = arena;
  const run = arena.compile([{ kind: "loop", domain: [n], body }], memory).steps[0];
  const { cells } = arena.fill(memory);
  run?.();
  const exact = x.reduce((a, b) => a + b, 0);
  expect(Math.abs((cells[arena.address(to)] as number) / exact - 1)).toBeLessThan(1e-7);
});

test.each([3, 16])("sums over many leading rows of %d columns keep six digits", (columns) => {
  const domain = [100_000, columns];
  const arena = new Arena();
  const x = Float32Array.from({ length: 100_000 * columns }, (_, i) => 1 + (i % 89) / 89);
  const buffer = arena.buffer(FLOAT, x);
  const to = arena.buffer(FLOAT, new Float32Array(columns));
  const body: Statement[] = [
    load(0, buffer, [columns, 1]),
    { kind: "reduce", reducer: "sum", to: { buffer: to, offset: 0, strides: [0, 1] }, value: { temp: 0 } },
  ];
  const { memory } = arena;
  const run = arena.compile([{ kind: "loop", domain, body }], memory).steps[0];
  const { cells } = arena.fill(memory);
  run?.();
  for (let column = 0; column < columns; column++) {
    let exact = 0;
    for (let i = column; i < x.length; i += columns) exact += x[i] as number;
    expect(Math.abs((cells[arena.address(to) + column] as number) / exact - 1)).toBeLessThan(1e-6);
  }
});

test("values are updated in place", () => {
  const arena = new Arena();
  const x = arena.buffer(FLOAT, values(1003, FLOAT), 2);
  const body: Statement[] = [
    load(0, x, [1]),
    { kind: "let", temp: 1, op: "add", args: [{ temp: 0 }, { value: 1 }], dtype: FLOAT },
    store(x, [1], 1),
  ];
  agree(arena, { kind: "loop", domain: [1003], body }, 0);
});

test("casts to int32 wrap as JavaScript's do", () => {
  const arena = new Arena();
  const edges = [
    1.9,
    -1.9,
    2 ** 31,
    -(2 ** 31),
    2 ** 31 - 128,
    2 ** 33 + 2 ** 12,
    Number.NaN,
    1 / 0,
    -1 / 0,
    1e30,
  ];
  const x = arena.buffer(
    FLOAT,
    Array.from({ length: 300 }, (_, i) => edges[i % edges.length] as number),
  );
  const out = arena.buffer("int32", new Int32Array(300));
  const body: Statement[] = [
    load(0, x, [1]),
    { kind: "let", temp: 1, op: "copy", args: [{ temp: 0 }], dtype: "int32" },
    store(out, [1], 1),
  ];
  agree(arena, { kind: "loop", domain: [300], body }, 0);
});

describe("what is refused", () => {
  const arena = new Arena();
  const x = arena.buffer(FLOAT, new Float32Array(1000));
  const y = arena.buffer(FLOAT, new Float32Array(1000));
  const cases: readonly (readonly [string, Loop])[] = [
    ["short loops", { kind: "loop", domain: [7], body: [load(0, x, [1]), store(y, [1], 0)] }],
    ["scalars", { kind: "loop", domain: [], body: [load(0, x, []), store(y, [], 0)] }],
    [
      "many points that store to one element",
      { kind: "loop", domain: [500], body: [load(0, x, [1]), store(y, [0], 0)] },
    ],
    [
      "points that read what others write",
      { kind: "loop", domain: [500], body: [load(0, x, [1]), store(x, [1], 0, 1)] },
    ],
    [
      "loops of nothing but calls",
      {
        kind: "loop",
        domain: [500],
        body: [
          load(0, x, [1]),
          { kind: "let", temp: 1, op: "atan", args: [{ temp: 0 }], dtype: FLOAT },
          store(y, [1], 1),
        ],
      },
    ],
  ];
  test.each(cases)("%s", (_what, loop) => {
    expect(wasmRuns(loop)).toBe(false);
    expect(compileWasm([loop], arena.address, arena.memory)).toEqual({ steps: [undefined], bytes: 0 });
  });
});

test("this machine has vectors", () => {
  expect(wasmAvailable().simd).toBe(true);
});
