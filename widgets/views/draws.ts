import { estimateDensity } from "./kde.ts";

/** Draws of one number: `mu`, or `theta[0]` of a site of several; a list for each chain. */
export interface NumberDraws {
  name: string;
  chains: readonly ArrayLike<number>[];
}

/** The draws of all chains that are numbers, in their order of size. */
export function sortedDraws(chains: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(chains.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const chain of chains) {
    for (let i = 0; i < chain.length; i++) {
      const value = chain[i] as number;
      if (Number.isFinite(value)) all[count++] = value;
    }
  }
  return all.slice(0, count).sort();
}

/** The value below which a share `q` lies, linear between neighbours; NaN of nothing. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.max(0, Math.floor(place));
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1] ?? low;
  return low + (place - below) * (high - low);
}

/** The central interval that holds a share `prob`. */
export function centralInterval(sorted: ArrayLike<number>, prob: number): [number, number] {
  return [quantile(sorted, (1 - prob) / 2), quantile(sorted, (1 + prob) / 2)];
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** Few whole numbers: counts and choices, drawn as bars. */
export function isDiscrete(sorted: ArrayLike<number>, most = 40): boolean {
  const { length } = sorted;
  if (length < 2) return false;
  const spread = (sorted[length - 1] as number) - (sorted[0] as number);
  if (spread > most || spread === 0) return false;
  for (let i = 0; i < length; i++) if (!Number.isInteger(sorted[i])) return false;
  return true;
}

/**
 * Where the bulk of some draws lies. A few draws of a heavy tail would press all others flat; they are left outside.
 */
export function bulk(sorted: ArrayLike<number>): [number, number] {
  if (sorted.length === 0) return [0, 1];
  const [low, high] = [sorted[0] as number, sorted[sorted.length - 1] as number];
  if (low === high) {
    const around = Math.max(0.05 * Math.abs(low), 0.5);
    return [low - around, high + around];
  }
  const [from, to] = centralInterval(sorted, 0.9);
  const body = to - from > 0 ? to - from : high - low;
  return [Math.max(low, from - body), Math.min(high, to + body)];
}

/** `[low, high]` with a little room on both sides, but not across 0 where nothing is below it. */
export function padded([low, high]: readonly [number, number], share = 0.06): [number, number] {
  const room = share * (high - low || 1);
  return [low >= 0 && low < 2 * room ? 0 : low - room, high + room];
}

/** Ends that draws cannot pass. */
export interface Bounds {
  low?: number;
  high?: number;
}

/**
 * Where no draw is below 0 and some are next to it, 0 is taken for a bound (of a scale, of a rate), as 1 is for draws
 * between 0 and 1: an estimate that ran across it would say what cannot be.
 */
export function boundsOf(sorted: ArrayLike<number>): Bounds {
  const [least, most] = [sorted[0] ?? -1, sorted[sorted.length - 1] ?? 1];
  const [from, to] = bulk(sorted);
  const near = 0.03 * (to - from);
  if (least < 0 || least === most) return {};
  return { ...(least < near && { low: 0 }), ...(most <= 1 && most > 1 - near && { high: 1 }) };
}

/** A density of sorted draws over `domain`, as points of a line. */
export function densityWithin(
  sorted: Float64Array,
  [low, high]: readonly [number, number],
  bounds = boundsOf(sorted),
): { x: number; y: number }[] {
  const room = 0.2 * (high - low);
  const { x, y } = estimateDensity(sorted, [bounds.low ?? low - room, bounds.high ?? high + room]);
  const points: { x: number; y: number }[] = [];
  for (let i = 0; i < x.length; i++) {
    const at = x[i] as number;
    if (at >= low && at <= high && (i % 2 === 0 || i === x.length - 1))
      points.push({ x: at, y: y[i] as number });
  }
  return points;
}

/** Shares of the values of few whole numbers. */
export function shares(sorted: ArrayLike<number>): { value: number; share: number }[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < sorted.length; i++) {
    const value = sorted[i] as number;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, share: count / sorted.length }));
}
