/**
 * The WebAssembly back end: long loops and matrix products as vector code over the program's memory. All the steps
 * that it takes go into one module, assembled by hand (a few kilobytes), with one function for each step; addresses
 * are constants of the code.
 *
 * Compiling is synchronous. On the main thread of a browser, modules of more than 4 KB may be refused then
 * (Chromium did until version 134); `compileWasm` throws what the browser throws, and the steps stay with JavaScript.
 * In workers and in Node there is no such limit.
 */
import type { Buffer, Step } from "../schedule/steps.ts";
import { ModuleWriter } from "./assembler.ts";
import { wasmAvailable } from "./features.ts";
import { writeLoop } from "./loop.ts";
import { matMulRuns, writeMatMul } from "./matmul/index.ts";
import { LEAST_SIZE, loopRuns } from "./plan.ts";
import { importOperations } from "./values.ts";

export { compileFills, type Fill, type Fills } from "./draw.ts";
export { type Features, wasmAvailable } from "./features.ts";
export { preferNative } from "./matmul/cost.ts";

export interface WasmCode {
  /** Runs step i of those given; undefined where it is not supported. */
  readonly steps: readonly ((() => void) | undefined)[];
  /** Size of the module. */
  readonly bytes: number;
}

/** Whether a step is supported here and gains from it: long loops of operations that vectors do well. */
export function wasmRuns(step: Step, leastSize = LEAST_SIZE): boolean {
  if (!wasmAvailable().simd) return false;
  if (step.kind === "loop") return loopRuns(step, leastSize);
  return step.kind === "matmul" && matMulRuns(step);
}

/**
 * Compiles the steps that `wasmRuns` says yes to.
 * @param address index of a buffer's first cell of four bytes
 * @param memory holds every buffer
 * @param options whether to use fused multiply-add (where it is there), and from how many points on a loop is taken:
 *   both for tests
 */
export function compileWasm(
  steps: readonly Step[],
  address: (buffer: Buffer) => number,
  memory: WebAssembly.Memory,
  options: { relaxed?: boolean; leastSize?: number } = {},
): WasmCode {
  const module = new ModuleWriter(options.relaxed ?? wasmAvailable().relaxed);
  const taken = steps.map((step) => wasmRuns(step, options.leastSize));
  if (!taken.includes(true)) return { steps: steps.map(() => undefined), bytes: 0 };
  steps.forEach((step, i) => {
    if (taken[i] && step.kind === "loop") importOperations(module, step.body);
  });
  steps.forEach((step, i) => {
    if (!taken[i]) return;
    const f = module.define([], []);
    if (step.kind === "loop") writeLoop(f, step, address);
    else if (step.kind === "matmul") writeMatMul(f, step, address);
    module.export(f);
  });
  const { functions, bytes } = module.instantiate(memory);
  let next = 0;
  return { steps: taken.map((yes) => (yes ? functions[next++] : undefined)), bytes };
}
