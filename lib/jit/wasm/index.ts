/**
 * The WebAssembly back end: long loops and matrix products as vector code over the program's memory. All the steps
 * that it takes go into one module, assembled by hand (a few kilobytes), with one function for each step; addresses
 * are constants of the code.
 *
 * Compiling is synchronous. On the main thread of a browser modules of some kilobytes may be refused then; in that
 * case every step is compiled into a module of its own, which is short, and what is refused still stays with
 * JavaScript. In workers and in Node there is no such limit. Where WebAssembly is forbidden altogether, `wasmRuns` says
 * no to everything.
 */
import type { Buffer, Step } from "../schedule/steps.ts";
import { type Exported, ModuleWriter } from "./assembler.ts";
import { wasmAvailable } from "./features.ts";
import { writeLoop } from "./loop.ts";
import { matMulRuns, writeMatMul } from "./matmul/index.ts";
import { type Gain, loopRuns } from "./plan.ts";
import { importOperations } from "./values.ts";

export { compileFills, compileSingles, type Fill, type Fills, type Singles } from "./draw.ts";
export { type Features, wasmAvailable } from "./features.ts";
export { preferNative } from "./matmul/cost.ts";
export { compileWhole } from "./whole.ts";

export interface WasmCode {
  /** Runs step i of those given; undefined where it is not supported. */
  readonly steps: readonly ((() => void) | undefined)[];
  /** Size of the module. */
  readonly bytes: number;
}

/** Whether a step is supported here and gains from it: by itself, a long loop of operations that vectors do well. */
export function wasmRuns(step: Step, gain: Gain = {}): boolean {
  if (!wasmAvailable().simd) return false;
  if (step.kind === "loop") return loopRuns(step, gain);
  return step.kind === "matmul" && matMulRuns(step);
}

/**
 * Compiles the steps that `wasmRuns` says yes to.
 * @param address index of a buffer's first cell of four bytes
 * @param memory holds every buffer
 * @param options whether to use fused multiply-add (where it is there), for tests, and which loops are taken
 */
export function compileWasm(
  steps: readonly Step[],
  address: (buffer: Buffer) => number,
  memory: WebAssembly.Memory,
  options: Gain & { readonly relaxed?: boolean } = {},
): WasmCode {
  const taken = steps.filter((step) => wasmRuns(step, options));
  if (taken.length === 0) return { steps: steps.map(() => undefined), bytes: 0 };
  const relaxed = options.relaxed ?? wasmAvailable().relaxed;
  const made = compileTogether(taken, address, memory, relaxed);
  const functions = new Map(taken.map((step, i) => [step, made.functions[i]]));
  return { steps: steps.map((step) => functions.get(step)), bytes: made.bytes };
}

interface Made {
  readonly functions: readonly (Exported | undefined)[];
  readonly bytes: number;
}

/** One module; or, where that is too long to be compiled at once, one for each step. */
function compileTogether(
  steps: readonly Step[],
  address: (buffer: Buffer) => number,
  memory: WebAssembly.Memory,
  relaxed: boolean,
): Made {
  const module = new ModuleWriter(relaxed);
  for (const step of steps) if (step.kind === "loop") importOperations(module, step.body);
  for (const step of steps) {
    const f = module.define([], []);
    if (step.kind === "loop") writeLoop(f, step, address);
    else if (step.kind === "matmul") writeMatMul(f, step, address);
    module.export(f);
  }
  try {
    return module.instantiate(memory);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    if (steps.length === 1) return { functions: [undefined], bytes: 0 };
    const alone = steps.map((step) => compileTogether([step], address, memory, relaxed));
    return {
      functions: alone.flatMap(({ functions }) => functions),
      bytes: alone.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }
}
