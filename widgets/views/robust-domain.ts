import type { Buckets } from "./decimate.ts";

export interface RobustDomain {
  domain: [number, number];
  /** The extreme value that lies outside the domain, if one does. */
  cut: number | undefined;
}

/**
 * The range of a loss axis. A first step is often a thousand times worse than all that follow and would
 * press the rest of the curve flat; such rare extremes are left outside, and the picture says so.
 */
export function robustDomain(curves: readonly Buckets[], scale: "linear" | "log" = "linear"): RobustDomain {
  const lows = sortedFinite(curves.map(({ low }) => low));
  const highs = sortedFinite(curves.map(({ high }) => high));
  let low = lows[0];
  let high = highs.at(-1);
  if (low === undefined || high === undefined) return { domain: [0, 1], cut: undefined };
  let cut: number | undefined;
  if (scale === "linear" && highs.length >= 20) {
    const upper = quantile(highs, 0.94);
    const lower = quantile(lows, 0.02);
    const body = Math.max(upper - lower, Number.MIN_VALUE);
    if (high - lower > 4 * body) {
      cut = high;
      high = upper + 0.5 * body;
    } else if (high - low > 8 * (high - lower)) {
      cut = low;
      low = lower - 0.5 * (high - lower);
    }
  }
  if (high === low) {
    const around = Math.max(Math.abs(high) * 0.05, 0.5);
    return { domain: [low - around, high + around], cut };
  }
  if (scale === "log") return { domain: [low, high], cut };
  const padding = 0.04 * (high - low);
  return { domain: [low - padding, high + padding], cut };
}

function sortedFinite(arrays: readonly Float32Array[]): number[] {
  return arrays
    .flatMap((values) => Array.from(values))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.round(q * (sorted.length - 1))] ?? Number.NaN;
}
