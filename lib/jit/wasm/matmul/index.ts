/** Matrix products in vectors, and where the native library is the better choice. */
import type { Buffer, MatMul, MatrixView } from "../../schedule/steps.ts";
import type { FunctionWriter } from "../assembler.ts";
import { fill } from "../fill.ts";
import { writeDot } from "./dot.ts";
import { writeOuter } from "./outer.ts";
import { chooseKernel, productOf } from "./product.ts";
import { pointer, tiles } from "./tiles.ts";

/**
 * Rounds of k that are summed before they are added to the result: so many rows of an operand stay in the nearest
 * cache, and the error grows with 128 + k / 128, not with k.
 */
const CHUNK = 128;

export function writeMatMul(f: FunctionWriter, step: MatMul, address: (buffer: Buffer) => number): void {
  const { kernel, product } = chooseKernel(productOf(step, address));
  const { batch, k, left, right, out } = product;
  const write = kernel === "dot" ? writeDot : writeOuter;
  const from = { left: pointer(f), right: pointer(f), out: pointer(f) };
  const chunked = k > 2 * CHUNK;
  if (chunked) fill(f, 4 * out.base, [{ stride: 1, length: step.out.size }], f.f32(0));
  f.repeat(batch, () => {
    if (!chunked) write(f, product, from);
    else {
      const at = { ...from, left: pointer(f, from.left), right: pointer(f, from.right) };
      for (const { count, size } of tiles(k, CHUNK)) {
        f.repeat(count, () => {
          write(f, { ...product, k: size, adding: true }, at);
          f.advance(at.left, 4 * size * left.column);
          f.advance(at.right, 4 * size * right.row);
        });
      }
    }
    f.advance(from.left, 4 * left.batch);
    f.advance(from.right, 4 * right.batch);
    f.advance(from.out, 4 * out.batch);
  });
}

const LEAST_WORK = 64;
const LARGEST_WORK = 2 ** 28;

/** Whether a product is worth a call, small enough for one core without packing, and walks forward. */
export function matMulRuns({ left, right, batch, m, k, n }: MatMul): boolean {
  const work = batch * m * k * n;
  const forward = ({ batchStride, rowStride, columnStride }: MatrixView) =>
    batchStride >= 0 && rowStride >= 0 && columnStride >= 0;
  return work >= LEAST_WORK && work <= LARGEST_WORK && forward(left) && forward(right);
}
