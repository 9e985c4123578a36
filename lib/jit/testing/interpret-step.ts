/** A loop or a matrix product run slowly and plainly, in float64: what vector code is tested against. */
import { interpretLoop } from "../emit/interpret.ts";
import { multiply } from "../emit/matmul.ts";
import type { Buffer, Loop, MatMul } from "../schedule/steps.ts";

export type AddressOf = (buffer: Buffer) => number;

/** `cells` and `ints` lie over one memory; `address` is the index of a buffer's first cell. */
export function interpretStep(
  step: Loop | MatMul,
  cells: Float32Array,
  ints: Int32Array,
  address: AddressOf,
): void {
  if (step.kind === "loop") interpretLoop(step, { floats: cells, ints, address })();
  else multiply(step, cells, address(step.left.buffer), address(step.right.buffer), address(step.out))();
}
