/** Matrix products in JavaScript, with float64 sums: for small ones, and where WebAssembly is not there. */
import type { MatMul } from "../schedule/steps.ts";

export function multiply(
  step: MatMul,
  F: Float32Array,
  leftAt: number,
  rightAt: number,
  outAt: number,
): () => void {
  const { left, right, batch, m, k, n } = step;
  return () => {
    let to = outAt;
    for (let b = 0; b < batch; b++) {
      const leftStart = leftAt + left.offset + b * left.batchStride;
      const rightStart = rightAt + right.offset + b * right.batchStride;
      for (let i = 0; i < m; i++) {
        const row = leftStart + i * left.rowStride;
        for (let j = 0; j < n; j++) {
          const column = rightStart + j * right.columnStride;
          let sum = 0;
          for (let l = 0; l < k; l++) {
            sum += (F[row + l * left.columnStride] as number) * (F[column + l * right.rowStride] as number);
          }
          F[to++] = sum;
        }
      }
    }
  };
}
