import { afterEach, expect, test, vi } from "vitest";
import type { Loop } from "../schedule/steps.ts";
import { Arena } from "./testing/arena.ts";

afterEach(() => void vi.unstubAllGlobals());

function scaled(arena: Arena, by: number, op: "exp" | "sin"): Loop {
  const x = arena.buffer("float32", new Float32Array(2000).fill(by));
  const at = { buffer: x, offset: 0, strides: [1] };
  return {
    kind: "loop",
    domain: [2000],
    body: [
      { kind: "load", temp: 0, from: at, dtype: "float32" },
      { kind: "let", temp: 1, op, args: [{ temp: 0 }], dtype: "float32" },
      { kind: "store", to: at, value: { temp: 1 } },
    ],
  };
}

/** Refuses modules from a size on, as browsers do on their main thread. */
function refuse(limit: number): void {
  const Module = new Proxy(WebAssembly.Module, {
    construct(target, [bytes]: [Uint8Array<ArrayBuffer>]) {
      if (bytes.length > limit) throw new RangeError("WebAssembly.Module(): too large for the main thread");
      return new target(bytes);
    },
  });
  vi.stubGlobal("WebAssembly", Object.assign(Object.create(WebAssembly), { Module }));
}

test("a step compiles into one function, in the order of the steps", () => {
  const arena = new Arena();
  const loops = [scaled(arena, 1, "exp"), scaled(arena, 2, "sin")];
  const { memory } = arena;
  const code = arena.compile(loops, memory);
  const { cells } = arena.fill(memory);
  code.steps[1]?.();
  expect(cells[arena.address(arena.buffers[0] as never)]).toBe(1);
  expect(cells[arena.address(arena.buffers[1] as never)]).toBeCloseTo(Math.sin(2), 6);
});

test("where a browser refuses one large module, every step has its own; what is refused still has none", () => {
  const arena = new Arena();
  const loops = [scaled(arena, 1, "exp"), scaled(arena, 2, "sin")];
  const { memory } = arena;
  const whole = arena.compile(loops, memory).bytes;
  refuse(whole - 1);
  const apart = arena.compile(loops, memory);
  expect(apart.bytes).toBeGreaterThan(whole);
  const { cells } = arena.fill(memory);
  for (const run of apart.steps) run?.();
  expect(cells[arena.address(arena.buffers[0] as never)]).toBeCloseTo(Math.E, 6);
  expect(cells[arena.address(arena.buffers[1] as never)]).toBeCloseTo(Math.sin(2), 6);
  refuse(10);
  expect(arena.compile(loops, memory)).toEqual({ steps: [undefined, undefined], bytes: 0 });
});
