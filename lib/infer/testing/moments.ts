/** For tests of estimators: moments of their draws, and derivatives to compare them with. */

export interface Moments {
  readonly mean: number;
  readonly variance: number;
  /** Standard error of the mean. */
  readonly error: number;
}

export function moments(draws: ArrayLike<number>): Moments {
  const n = draws.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (draws[i] as number) / n;
  let variance = 0;
  for (let i = 0; i < n; i++) variance += ((draws[i] as number) - mean) ** 2 / (n - 1);
  return { mean, variance, error: Math.sqrt(variance / n) };
}

/** Central difference in double precision: right to about nine digits. */
export function slope(f: (x: number) => number, x: number, h = 1e-5): number {
  return (f(x + h) - f(x - h)) / (2 * h);
}
