/** Programs as one function: short loops to the bit as the interpreter runs them, and what makes a program another. */
import { expect, test } from "vitest";
import type { Buffer, Loop, Step } from "../schedule/steps.ts";
import { interpretStep } from "../testing/interpret-step.ts";
import { compileWhole, wasmRuns } from "./index.ts";
import { Arena } from "./testing/arena.ts";
import { random, randomLoop } from "./testing/random-loop.ts";

const SEEDS = 400;
const scalarsOnly = (): boolean => false;

function check(seed: number): boolean {
  const arena = new Arena();
  const loop = randomLoop(arena, random(seed), true);
  const memory = arena.memory;
  const outside = new Set(arena.buffers);
  const made = compileWhole([loop], arena.address, memory, outside, scalarsOnly);
  if (made === undefined) return false;
  const { ints: got } = arena.fill(memory);
  expect(made.step()).toBe(0);
  const { cells, ints: want } = arena.fill(arena.memory);
  interpretStep(loop, cells, want, arena.address);
  const [a, b] = [new Float32Array(got.buffer), new Float32Array(want.buffer)];
  const different = got.findIndex((word, cell) => word !== want[cell] && a[cell] !== b[cell]);
  const numbers = `${a[different]} (${got[different]}) instead of ${b[different]} (${want[different]})`;
  expect(different, `seed ${seed}: ${numbers}\n${JSON.stringify(loop)}`).toBe(-1);
  return true;
}

test("loops of few points, at random, are to the bit as the interpreter runs them", () => {
  let ran = 0;
  for (let seed = 1; seed <= SEEDS; seed++) if (check(seed)) ran++;
  expect(ran).toBeGreaterThan(SEEDS / 2);
});

const row = (body: Loop["body"], length: number): Loop => ({ kind: "loop", domain: [length], body });
const once = (body: Loop["body"]): Loop => ({ kind: "loop", domain: [], body });
const element = (buffer: Buffer) => ({ buffer, offset: 0, strides: [1] });
const single = (buffer: Buffer, strides: number[] = []) => ({ buffer, offset: 0, strides });

test("numbers pass between scalar steps in float64, and through memory to vectors and back", () => {
  const arena = new Arena();
  const given = arena.buffer("float32", [0.1]);
  const third = arena.buffer("float32", [0]);
  const list = arena.buffer(
    "float32",
    Array.from({ length: 20 }, (_, i) => i),
  );
  const total = arena.buffer("float32", [0]);
  const result = arena.buffer("float32", [0]);
  const steps: Step[] = [
    once([
      { kind: "load", temp: 0, from: single(given), dtype: "float32" },
      { kind: "let", temp: 1, op: "div", args: [{ temp: 0 }, { value: 3 }], dtype: "float32" },
      { kind: "store", to: single(third), value: { temp: 1 } },
    ]),
    row(
      [
        { kind: "load", temp: 0, from: single(third, [0]), dtype: "float32" },
        { kind: "load", temp: 1, from: element(list), dtype: "float32" },
        { kind: "let", temp: 2, op: "mul", args: [{ temp: 0 }, { temp: 1 }], dtype: "float32" },
        { kind: "reduce", reducer: "sum", to: single(total, [0]), value: { temp: 2 } },
      ],
      20,
    ),
    { kind: "check", buffers: [] },
    once([
      { kind: "load", temp: 0, from: single(third), dtype: "float32" },
      { kind: "load", temp: 1, from: single(total), dtype: "float32" },
      { kind: "let", temp: 2, op: "mul", args: [{ temp: 0 }, { value: 1e6 }], dtype: "float32" },
      { kind: "let", temp: 3, op: "add", args: [{ temp: 2 }, { temp: 1 }], dtype: "float32" },
      { kind: "store", to: single(result), value: { temp: 3 } },
    ]),
  ];
  const memory = arena.memory;
  const vectors = (step: Step) => wasmRuns(step);
  const made = compileWhole(steps, arena.address, memory, new Set([given, list, result]), vectors);
  const { cells } = arena.fill(memory);
  made?.step();
  const exact = Math.fround(0.1) * (1 / 3);
  const sum = cells[arena.address(total)] as number;
  expect(sum).toBeCloseTo(190 * exact, 5);
  expect(cells[arena.address(result)]).toBe(Math.fround(exact * 1e6 + sum));
});

test("two numbers change places, each read before either is written", () => {
  const arena = new Arena();
  const [a, b] = [arena.buffer("float32", [3]), arena.buffer("float32", [5])];
  const swap = once([
    { kind: "load", temp: 0, from: single(a), dtype: "float32" },
    { kind: "load", temp: 1, from: single(b), dtype: "float32" },
    { kind: "let", temp: 2, op: "add", args: [{ temp: 0 }, { value: 1 }], dtype: "float32" },
    { kind: "store", to: single(b), value: { temp: 2 } },
    { kind: "let", temp: 3, op: "copy", args: [{ temp: 1 }], dtype: "float32" },
    { kind: "store", to: single(a), value: { temp: 3 } },
  ]);
  const memory = arena.memory;
  const steps: Step[] = [{ kind: "check", buffers: [] }, swap];
  const made = compileWhole(steps, arena.address, memory, new Set([a, b]), scalarsOnly);
  const { cells, ints } = arena.fill(memory);
  made?.step();
  expect([cells[arena.address(a)], cells[arena.address(b)]]).toEqual([5, 4]);
  // The states are whole.
  expect(ints[0]).toBe(0);
});

test.each<[string, Step]>([
  ["a check of numbers", { kind: "check", buffers: [{ id: 0, size: 1, dtype: "bool", label: "verdict" }] }],
  ["a function of the host", { kind: "host", label: "scan", inputs: [], outputs: [], run: () => undefined }],
])("%s is left to others", (_, step) => {
  const arena = new Arena();
  expect(compileWhole([step], arena.address, arena.memory, new Set(), scalarsOnly)).toBeUndefined();
});
