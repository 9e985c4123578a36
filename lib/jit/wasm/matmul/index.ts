/** Matrix products in vectors, and where the native library is the better choice. */
import type { Buffer, MatMul, MatrixView } from "../../schedule/steps.ts";
import type { FunctionWriter } from "../assembler.ts";
import { writeDot } from "./dot.ts";
import { writeOuter } from "./outer.ts";
import { chooseKernel, productOf } from "./product.ts";
import { pointer } from "./tiles.ts";

export function writeMatMul(f: FunctionWriter, step: MatMul, address: (buffer: Buffer) => number): void {
  const { kernel, product } = chooseKernel(productOf(step, address));
  const from = { left: pointer(f), right: pointer(f), out: pointer(f) };
  f.repeat(product.batch, () => {
    (kernel === "dot" ? writeDot : writeOuter)(f, product, from);
    f.advance(from.left, 4 * product.left.batch);
    f.advance(from.right, 4 * product.right.batch);
    f.advance(from.out, 4 * product.out.batch);
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
