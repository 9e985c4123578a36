/**
 * A series of any length kept in at most `capacity` buckets of equal width, each with its minimum, maximum
 * and mean: what a picture of so many pixels can show. Values are pushed as they come, a constant time
 * each; when the buckets are full, neighbours are joined and the width doubles. So a live curve of a
 * million steps costs no more than one of a thousand, and no peak is ever lost.
 */
export interface Buckets {
  /** Steps in one bucket. */
  readonly width: number;
  /** Steps in all. */
  readonly count: number;
  /** NaN where a bucket holds no finite value. */
  readonly low: Float32Array;
  readonly high: Float32Array;
  readonly mean: Float32Array;
  /** How many values were NaN or infinite, and the first such step (from 1), 0 if none. */
  readonly bad: number;
  readonly firstBad: number;
  /** The last value pushed. */
  readonly last: number;
}

export class Series {
  #width = 1;
  #count = 0;
  #bad = 0;
  #firstBad = 0;
  #last = Number.NaN;
  readonly #capacity: number;
  readonly #low: Float32Array;
  readonly #high: Float32Array;
  readonly #sum: Float64Array;
  readonly #finite: Float64Array;

  /** `capacity` must be even. */
  constructor(capacity = 1024) {
    this.#capacity = capacity;
    this.#low = new Float32Array(capacity).fill(Number.POSITIVE_INFINITY);
    this.#high = new Float32Array(capacity).fill(Number.NEGATIVE_INFINITY);
    this.#sum = new Float64Array(capacity);
    this.#finite = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  /** Appends `values[from]` and what follows. */
  push(values: ArrayLike<number>, from = 0): void {
    const { length } = values;
    for (let i = from; i < length; ) {
      if (this.#count === this.#capacity * this.#width) this.#halve();
      const room = this.#width - (this.#count % this.#width);
      const end = Math.min(length, i + room);
      this.#fill(values, i, end);
      i = end;
    }
    if (length > from) this.#last = values[length - 1] ?? Number.NaN;
  }

  /** Values that go into one bucket: compiled steps make millions of them a second. */
  #fill(values: ArrayLike<number>, from: number, to: number): void {
    const at = Math.floor(this.#count / this.#width);
    const quick = values instanceof Float32Array ? allFinite(values, from, to) : undefined;
    const { low, high, sum, finite } = quick ?? this.#finiteOnes(values, from, to);
    this.#count += to - from;
    if (low < (this.#low[at] as number)) this.#low[at] = low;
    if (high > (this.#high[at] as number)) this.#high[at] = high;
    this.#sum[at] = (this.#sum[at] as number) + sum;
    this.#finite[at] = (this.#finite[at] as number) + finite;
  }

  #finiteOnes(values: ArrayLike<number>, from: number, to: number): Filled {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let sum = 0;
    let finite = 0;
    for (let i = from; i < to; i++) {
      const value = values[i] ?? Number.NaN;
      if (value - value !== 0) {
        if (this.#bad++ === 0) this.#firstBad = this.#count + i - from + 1;
        continue;
      }
      if (value < low) low = value;
      if (value > high) high = value;
      sum += value;
      finite++;
    }
    return { low, high, sum, finite };
  }

  #halve(): void {
    const half = this.#capacity / 2;
    for (let i = 0; i < half; i++) {
      this.#low[i] = Math.min(this.#low[2 * i] ?? 0, this.#low[2 * i + 1] ?? 0);
      this.#high[i] = Math.max(this.#high[2 * i] ?? 0, this.#high[2 * i + 1] ?? 0);
      this.#sum[i] = (this.#sum[2 * i] ?? 0) + (this.#sum[2 * i + 1] ?? 0);
      this.#finite[i] = (this.#finite[2 * i] ?? 0) + (this.#finite[2 * i + 1] ?? 0);
    }
    this.#low.fill(Number.POSITIVE_INFINITY, half);
    this.#high.fill(Number.NEGATIVE_INFINITY, half);
    this.#sum.fill(0, half);
    this.#finite.fill(0, half);
    this.#width *= 2;
  }

  snapshot(): Buckets {
    const length = Math.ceil(this.#count / this.#width);
    const low = this.#low.slice(0, length);
    const high = this.#high.slice(0, length);
    const mean = new Float32Array(length);
    for (let i = 0; i < length; i++) {
      const finite = this.#finite[i] ?? 0;
      mean[i] = finite === 0 ? Number.NaN : (this.#sum[i] ?? 0) / finite;
      if (finite === 0) low[i] = high[i] = Number.NaN;
    }
    return {
      width: this.#width,
      count: this.#count,
      low,
      high,
      mean,
      bad: this.#bad,
      firstBad: this.#firstBad,
      last: this.#last,
    };
  }
}

interface Filled {
  readonly low: number;
  readonly high: number;
  readonly sum: number;
  readonly finite: number;
}

/** A third of the time of a loop that asks each value: a sum of finite float32 numbers is finite, and no other sum is. */
function allFinite(values: Float32Array, from: number, to: number): Filled | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
  }
  return Number.isFinite(sum) ? { low, high, sum, finite: to - from } : undefined;
}

export function decimate(values: ArrayLike<number>, capacity = 1024): Buckets {
  const series = new Series(capacity);
  series.push(values);
  return series.snapshot();
}

/**
 * Moving mean over `radius` neighbours on each side, NaNs left out. At the start the window shrinks on both
 * sides, so that a steep fall keeps its beginning; at the end it only looks back, so that the last value is
 * as steady as the others.
 */
export function smooth(values: ArrayLike<number>, radius: number): Float32Array {
  const length = values.length;
  const sums = new Float64Array(length + 1);
  const counts = new Float64Array(length + 1);
  for (let i = 0; i < length; i++) {
    const value = values[i] ?? Number.NaN;
    const finite = Number.isFinite(value);
    sums[i + 1] = (sums[i] ?? 0) + (finite ? value : 0);
    counts[i + 1] = (counts[i] ?? 0) + (finite ? 1 : 0);
  }
  return Float32Array.from({ length }, (_, i) => {
    const from = i - Math.min(radius, i);
    const to = i + Math.min(radius, i, length - 1 - i) + 1;
    return ((sums[to] ?? 0) - (sums[from] ?? 0)) / ((counts[to] ?? 0) - (counts[from] ?? 0));
  });
}
