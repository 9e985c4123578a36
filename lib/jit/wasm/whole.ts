/**
 * A program as one function: scalar steps and short loops are written in place, in float64, as `emit/javascript.ts`
 * writes them and to the same bits; long loops and matrix products are vector functions that it calls. A program of
 * few numbers then runs without a call between two languages, and is fast from its first step on.
 */
import { sizeOf } from "../dag/node.ts";
import { WRITING } from "../emit/layout.ts";
import { inMemory, neverLocal } from "../emit/scalars.ts";
import type { Buffer, Loop, Step } from "../schedule/steps.ts";
import { call, F64, i32Const, ModuleWriter } from "./assembler.ts";
import { wasmAvailable } from "./features.ts";
import { writeLoop } from "./loop.ts";
import { writeMatMul } from "./matmul/index.ts";
import { LEAST_SIZE } from "./plan.ts";
import { importScalars, ScalarWriter } from "./scalar-loop.ts";
import { f64, i32 } from "./single.ts";
import { importOperations } from "./values.ts";

/** Statements that are written in place of a loop, point after point. */
const MOST_STATEMENTS = 400;

/**
 * Compiles all steps into one function, which returns 0.
 * @param address index of a buffer's first cell of four bytes
 * @param outside buffers that the world reads or writes
 * @param inVectors whether a step can be a vector function
 * @returns undefined where some step is neither arithmetic nor a matrix product
 * @throws what `WebAssembly.Module` throws where it is refused
 */
export function compileWhole(
  steps: readonly Step[],
  address: (buffer: Buffer) => number,
  memory: WebAssembly.Memory,
  outside: ReadonlySet<Buffer>,
  inVectors: (step: Step) => boolean,
): { step: () => number; bytes: number } | undefined {
  if (!wasmAvailable().simd) return undefined;
  const parts: { step: Step; scalar: boolean }[] = [];
  // The check of no numbers, after which states are written.
  let writes = Number.POSITIVE_INFINITY;
  for (const step of steps) {
    const scalar = step.kind === "loop" && inPlace(step, inVectors);
    if (scalar || ((step.kind === "loop" || step.kind === "matmul") && inVectors(step)))
      parts.push({ step, scalar });
    else if (step.kind === "check" && step.buffers.length === 0) writes = parts.length;
    else return undefined;
  }
  const module = new ModuleWriter(wasmAvailable().relaxed);
  for (const { step, scalar } of parts) {
    if (step.kind !== "loop") continue;
    if (scalar) importScalars(module, step.body);
    else importOperations(module, step.body);
  }
  const functions = parts.map(({ step, scalar }) => {
    if (scalar) return undefined;
    const f = module.define([], []);
    if (step.kind === "loop") writeLoop(f, step, address);
    else if (step.kind === "matmul") writeMatMul(f, step, address);
    return f.index;
  });
  const main = module.define([], [F64]);
  const pieces = [parts.map(({ step, scalar }) => ({ step, javascript: scalar }))];
  const writer = new ScalarWriter(main, address, inMemory(pieces, outside), neverLocal(steps));
  parts.forEach(({ step }, i) => {
    if (i === writes) main.emit(i32.store(i32Const(0), 4 * WRITING, i32Const(1)));
    const index = functions[i];
    if (index === undefined) writer.loop(step as Loop);
    else main.emit(call(index));
  });
  if (writes < parts.length) main.emit(i32.store(i32Const(0), 4 * WRITING, i32Const(0)));
  main.emit(f64.constant(0));
  module.export(main);
  const { functions: made, bytes } = module.instantiate(memory);
  return { step: made[0] as unknown as () => number, bytes };
}

function inPlace(loop: Loop, inVectors: (step: Step) => boolean): boolean {
  const points = sizeOf(loop.domain);
  if (points >= LEAST_SIZE && inVectors(loop)) return false;
  // What nothing comes to would have to be written.
  if (points === 0 || points * loop.body.length > MOST_STATEMENTS) return false;
  return loop.body.every((statement) => {
    if (statement.kind === "load") return statement.from.indirect === undefined;
    if (statement.kind === "store") return statement.to.indirect === undefined;
    if (statement.kind !== "reduce") return true;
    const { strides, buffer, indirect } = statement.to;
    // What no point touches would have to be filled.
    const reached = loop.domain.filter((_, axis) => strides[axis] !== 0);
    return indirect === undefined && sizeOf(reached) === buffer.size;
  });
}
