import type { HeatData } from "../views/heat-strip.ts";

const [mostColumns, mostRows] = [96, 32];

/** A tensor as at most 96 columns (its last axis) and 32 rows of means. */
export function heatOf(shape: readonly number[], values: ArrayLike<number>): HeatData {
  const width = shape.at(-1) ?? 1;
  const height = width === 0 ? 0 : values.length / width;
  const columns = Math.min(mostColumns, width);
  const rows = Math.min(mostRows, height);
  const sums = new Float64Array(rows * columns);
  const counts = new Float64Array(rows * columns);
  let [low, high, bad] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    const row = Math.floor((Math.floor(i / width) * rows) / height);
    const at = row * columns + Math.floor(((i % width) * columns) / width);
    sums[at] = (sums[at] ?? 0) + value;
    counts[at] = (counts[at] ?? 0) + 1;
    if (!Number.isFinite(value)) {
      bad++;
      continue;
    }
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) low = high = Number.NaN;
  return {
    shape,
    values: Float32Array.from(sums, (sum, i) => sum / (counts[i] ?? 1)),
    columns,
    low,
    high,
    bad,
  };
}
