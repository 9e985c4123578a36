import { DenseMetric, DiagonalMetric, type Metric } from "./metric.ts";

/** Draws that a prior guess of `GUESS` times the identity is worth. */
const WORTH = 5;
const GUESS = 1e-3;

/**
 * Running variances, or covariances, of the draws of a window.
 * Sources: Welford (Technometrics 4, 1962); the shrinkage to a small multiple of the identity is Stan's.
 */
export class Welford {
  readonly #size: number;
  readonly #dense: boolean;
  readonly #mean: Float64Array;
  readonly #products: Float64Array;
  readonly #delta: Float64Array;
  #count = 0;

  constructor(size: number, dense: boolean) {
    this.#size = size;
    this.#dense = dense;
    this.#mean = new Float64Array(size);
    this.#delta = new Float64Array(size);
    this.#products = new Float64Array(dense ? size * size : size);
  }

  reset(): void {
    this.#count = 0;
    this.#mean.fill(0);
    this.#products.fill(0);
  }

  add(x: Float64Array): void {
    const [n, mean, delta, products] = [this.#size, this.#mean, this.#delta, this.#products];
    this.#count++;
    for (let i = 0; i < n; i++) {
      delta[i] = (x[i] as number) - (mean[i] as number);
      mean[i] = (mean[i] as number) + (delta[i] as number) / this.#count;
    }
    for (let i = 0; i < n; i++) {
      const after = (x[i] as number) - (mean[i] as number);
      if (!this.#dense) products[i] = (products[i] as number) + after * (delta[i] as number);
      else
        for (let j = 0; j < n; j++)
          products[i * n + j] = (products[i * n + j] as number) + after * (delta[j] as number);
    }
  }

  /** The metric of the draws so far. */
  metric(): Metric {
    const n = this.#size;
    const share = this.#count / (this.#count + WORTH);
    const guess = GUESS * (1 - share);
    const divisor = Math.max(1, this.#count - 1);
    const estimate = this.#products.map((sum) => (share * sum) / divisor);
    if (!this.#dense) return new DiagonalMetric(estimate.map((v) => v + guess));
    for (let i = 0; i < n; i++) {
      estimate[i * n + i] = (estimate[i * n + i] as number) + guess;
      // Rounding must not make it lopsided.
      for (let j = 0; j < i; j++) estimate[j * n + i] = estimate[i * n + j] as number;
    }
    return new DenseMetric(estimate, n);
  }
}
