/**
 * Euclidean metrics: how momentum becomes velocity. The inverse mass is an estimate of the posterior's covariance, in
 * whose units all directions are alike.
 *
 * Source: Neal, "MCMC using Hamiltonian dynamics" (Handbook of MCMC, 2011), section 4.1.
 */
import { pyroError } from "../../errors.ts";
import type { Random } from "./random.ts";

export interface Metric {
  /** Writes the velocity that belongs to a momentum. */
  velocity(momentum: Float64Array, out: Float64Array): void;
  /** Draws a momentum. */
  draw(random: Random, out: Float64Array): void;
  /** Mean logarithm of its standard deviations: what a step of size 1 is worth, over all directions. */
  readonly logScale: number;
  /** The inverse mass: variances, or rows of a covariance. */
  readonly inverseMass: readonly number[] | readonly (readonly number[])[];
}

export class DiagonalMetric implements Metric {
  readonly #variance: Float64Array;
  readonly #scale: Float64Array;

  /** @param variance of each coordinate: positive */
  constructor(variance: ArrayLike<number>) {
    this.#variance = Float64Array.from(variance);
    this.#scale = this.#variance.map((v) => 1 / Math.sqrt(v));
  }

  velocity(momentum: Float64Array, out: Float64Array): void {
    const variance = this.#variance;
    for (let i = 0; i < out.length; i++) out[i] = (variance[i] as number) * (momentum[i] as number);
  }

  draw(random: Random, out: Float64Array): void {
    const scale = this.#scale;
    for (let i = 0; i < out.length; i++) out[i] = (scale[i] as number) * random.normal();
  }

  /** Writes its variances, and the standard deviations of momenta. */
  write(variance: Float64Array, scale: Float64Array): void {
    variance.set(this.#variance);
    scale.set(this.#scale);
  }

  get logScale(): number {
    return this.#scale.reduce((sum, scale) => sum - Math.log(scale), 0) / this.#scale.length;
  }

  get inverseMass(): readonly number[] {
    return Array.from(this.#variance);
  }
}

export class DenseMetric implements Metric {
  readonly #size: number;
  readonly #covariance: Float64Array;
  /** Lower triangle L of covariance = L L^T. */
  readonly #factor: Float64Array;

  /** @param covariance rows, one after the other; symmetric and positive definite */
  constructor(covariance: Float64Array, size: number) {
    this.#size = size;
    this.#covariance = covariance;
    this.#factor = choleskyOf(covariance, size);
  }

  velocity(momentum: Float64Array, out: Float64Array): void {
    const [n, covariance] = [this.#size, this.#covariance];
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += (covariance[i * n + j] as number) * (momentum[j] as number);
      out[i] = sum;
    }
  }

  /** The momentum's covariance is the inverse of the metric's: it solves L^T p = z. */
  draw(random: Random, out: Float64Array): void {
    const [n, factor] = [this.#size, this.#factor];
    for (let i = 0; i < n; i++) out[i] = random.normal();
    for (let i = n - 1; i >= 0; i--) {
      let rest = out[i] as number;
      for (let j = i + 1; j < n; j++) rest -= (factor[j * n + i] as number) * (out[j] as number);
      out[i] = rest / (factor[i * n + i] as number);
    }
  }

  get logScale(): number {
    const n = this.#size;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.log(this.#factor[i * n + i] as number);
    return sum / n;
  }

  get inverseMass(): readonly (readonly number[])[] {
    const [n, covariance] = [this.#size, this.#covariance];
    return Array.from({ length: n }, (_, i) => Array.from(covariance.subarray(i * n, (i + 1) * n)));
  }
}

function choleskyOf(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (factor[i * n + k] as number) * (factor[j * n + k] as number);
      if (i !== j) factor[i * n + j] = sum / (factor[j * n + j] as number);
      else if (sum > 0) factor[i * n + i] = Math.sqrt(sum);
      else
        throw pyroError({
          what: "The inverse mass matrix is not positive definite",
          where: `row ${i}`,
          try: "denseMass: false, or more warm-up steps",
        });
    }
  }
  return factor;
}
