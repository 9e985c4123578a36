import { meanAndSd } from "./moments.ts";

/**
 * Gaussian kernel density estimate with Silverman's bandwidth (Density Estimation for Statistics and Data
 * Analysis, 1986, eq. 3.31), over binned data so that a million draws cost no more than a thousand.
 */
export interface DensityCurve {
  x: Float64Array;
  y: Float64Array;
}

const bins = 512;

/** `domain` cuts the estimate (draws of a probability stay in [0, 1]); mass beyond it is reflected. */
export function estimateDensity(draws: ArrayLike<number>, domain?: readonly [number, number]): DensityCurve {
  const values = Float64Array.from(draws).filter(Number.isFinite).sort();
  if (values.length === 0) return { x: new Float64Array(), y: new Float64Array() };
  const bandwidth = silverman(values);
  const low = domain?.[0] ?? (values[0] ?? 0) - 3 * bandwidth;
  const high = domain?.[1] ?? (values.at(-1) ?? 0) + 3 * bandwidth;
  const step = (high - low) / (bins - 1);
  const weights = new Float64Array(bins);
  for (const value of values) {
    const place = (value - low) / step;
    const left = Math.floor(place);
    if (left < 0 || left >= bins) continue;
    const part = place - left;
    weights[left] = (weights[left] ?? 0) + 1 - part;
    if (left + 1 < bins) weights[left + 1] = (weights[left + 1] ?? 0) + part;
  }
  const reach = Math.min(bins, Math.ceil((4 * bandwidth) / step));
  const kernel = Float64Array.from({ length: reach + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i * step) / bandwidth) ** 2),
  );
  const scale = 1 / (values.length * bandwidth * Math.sqrt(2 * Math.PI));
  const y = new Float64Array(bins);
  weights.forEach((weight, at) => {
    if (weight === 0) return;
    for (let k = -reach; k <= reach; k++) {
      let to = at + k;
      if (domain && to < 0) to = -to;
      if (domain && to >= bins) to = 2 * (bins - 1) - to;
      if (to >= 0 && to < bins) y[to] = (y[to] ?? 0) + weight * scale * (kernel[Math.abs(k)] ?? 0);
    }
  });
  // What is mirrored at an end comes to that end twice.
  if (domain) for (const end of [0, bins - 1]) y[end] = 2 * (y[end] ?? 0);
  return { x: Float64Array.from({ length: bins }, (_, i) => low + i * step), y };
}

function silverman(sorted: Float64Array): number {
  const n = sorted.length;
  const { mean, sd } = meanAndSd(sorted, 1);
  const range =
    ((sorted[Math.floor(0.75 * (n - 1))] ?? 0) - (sorted[Math.floor(0.25 * (n - 1))] ?? 0)) / 1.34;
  const spread = Math.min(sd, range > 0 ? range : sd);
  return spread > 0 ? 0.9 * spread * n ** -0.2 : Math.max(Math.abs(mean) * 0.01, 0.01);
}
