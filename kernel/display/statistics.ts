/** What is said of many numbers in one line. The standard deviation is that of the numbers themselves (divided by n). */
export interface Statistics {
  /** Numbers that are finite: what the others speak of. */
  readonly finite: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly sd: number;
  readonly nan: number;
  readonly infinite: number;
}

export function statisticsOf(values: ArrayLike<number>): Statistics {
  let [finite, nan, mean, squares] = [0, 0, 0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (Number.isNaN(value)) nan++;
    else if (Number.isFinite(value)) {
      finite++;
      if (value < min) min = value;
      if (value > max) max = value;
      // Welford's update, which does not cancel where the mean is large.
      const step = value - mean;
      mean += step / finite;
      squares += step * (value - mean);
    }
  }
  const none = finite === 0;
  return {
    finite,
    nan,
    infinite: values.length - finite - nan,
    min: none ? Number.NaN : min,
    max: none ? Number.NaN : max,
    mean: none ? Number.NaN : mean,
    sd: none ? Number.NaN : Math.sqrt(squares / finite),
  };
}

/** Four digits are enough to know a number by. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}

/** `min -1, max 3, mean 0.5, sd 1.2, 2 NaN`, as names and texts. */
export function statisticsParts(statistics: Statistics): [name: string, text: string][] {
  const { finite, min, max, mean, sd, nan, infinite } = statistics;
  const parts: [string, string][] =
    finite === 0
      ? []
      : [
          ["min", shortNumber(min)],
          ["max", shortNumber(max)],
          ["mean", shortNumber(mean)],
          ["sd", shortNumber(sd)],
        ];
  if (nan > 0) parts.push(["NaN", String(nan)]);
  if (infinite > 0) parts.push(["infinite", String(infinite)]);
  return parts;
}
