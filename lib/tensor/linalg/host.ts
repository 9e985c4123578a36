/** Linear algebra of one matrix in row-major typed arrays, with float64 sums. */

/** The lower triangular factor of the symmetric matrix at `at`, written to `out`; NaN where it is not positive definite. */
export function choleskyOf(a: Float32Array, out: Float32Array, at: number, n: number): void {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[at + i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (l[i * n + k] as number) * (l[j * n + k] as number);
      if (i !== j) l[i * n + j] = sum / (l[j * n + j] as number);
      else l[i * n + i] = sum > 0 ? Math.sqrt(sum) : Number.NaN;
    }
  }
  out.set(l, at);
}

/**
 * Solves `L x = b`, or `Lᵀ x = b`, for the `k` columns of the matrix at `bAt`, where L is the lower triangle of the
 * matrix at `lAt`.
 */
export function solveTriangular(
  l: Float32Array,
  lAt: number,
  b: Float32Array,
  bAt: number,
  out: Float32Array,
  n: number,
  k: number,
  transpose: boolean,
): void {
  const x = new Float64Array(n);
  for (let column = 0; column < k; column++) {
    for (let step = 0; step < n; step++) {
      const i = transpose ? n - 1 - step : step;
      let sum = b[bAt + i * k + column] as number;
      for (let done = 0; done < step; done++) {
        const j = transpose ? n - 1 - done : done;
        sum -= (l[lAt + (transpose ? j * n + i : i * n + j)] as number) * (x[j] as number);
      }
      x[i] = sum / (l[lAt + i * n + i] as number);
    }
    for (let i = 0; i < n; i++) out[bAt + i * k + column] = x[i] as number;
  }
}
