/**
 * Mean and standard deviation.
 * @param freedom what is taken off the number of values: 1 for an estimate from a sample, 0 for the values as they are
 */
export function meanAndSd(values: ArrayLike<number>, freedom: 0 | 1): { mean: number; sd: number } {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i] as number;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((values[i] as number) - mean) ** 2;
  return { mean, sd: Math.sqrt(squares / Math.max(Math.min(1, n), n - freedom)) };
}
