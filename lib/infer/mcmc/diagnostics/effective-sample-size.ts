/**
 * How many independent draws autocorrelated ones are worth.
 *
 * Source: Vehtari et al. (2021), sections 3.2, 4.1 and 4.3; Geyer, "Practical Markov chain Monte Carlo" (Statistical
 * Science 7, 1992), section 3.3, for where the sum of autocorrelations ends.
 */
import {
  type Chains,
  checkChains,
  halves,
  map,
  meanOf,
  quantileOf,
  rankNormalized,
  sorted,
  varianceOf,
} from "./chains.ts";

/** For the middle of the distribution. @param chains draws of one number by chain */
export function essBulk(chains: Chains): number {
  checkChains("essBulk", chains);
  return ess(rankNormalized(halves(chains)));
}

/** For its 5 % and 95 % quantiles: the smaller one. */
export function essTail(chains: Chains): number {
  checkChains("essTail", chains);
  const ordered = sorted(chains);
  const at = (q: number) => {
    const bound = quantileOf(ordered, q);
    return ess(halves(map(chains, (x) => (x <= bound ? 1 : 0))));
  };
  return Math.min(at(0.05), at(0.95));
}

/** For the mean. */
export function essMean(chains: Chains): number {
  checkChains("essMean", chains);
  return ess(halves(chains));
}

/** Standard error of the mean, in the units of the draws. */
export function mcse(chains: Chains): number {
  return Math.sqrt(varianceOf(sorted(chains)) / essMean(chains));
}

function ess(chains: readonly Float64Array[]): number {
  const n = chains[0]?.length ?? 0;
  const total = n * chains.length;
  const means = chains.map(meanOf);
  const within = meanOf(chains.map(varianceOf));
  const between = chains.length > 1 ? varianceOf(means) : 0;
  const variance = (within * (n - 1)) / n + between;
  if (Number.isNaN(variance)) return Number.NaN;
  // Draws that are all the same tell all that there is to tell.
  if (!(variance > 0)) return total;
  const autocorrelation = (lag: number): number => {
    const covariances = chains.map((x, i) => autocovariance(x, means[i] as number, lag));
    return 1 - (within - meanOf(covariances)) / variance;
  };

  let sum = 0;
  let rest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let lag = 0; lag < n - 2; lag += 2) {
    const even = lag === 0 ? 1 : autocorrelation(lag);
    const pair = even + autocorrelation(lag + 1);
    if (lag > 0 && (pair < 0 || lag + 4 >= n)) {
      rest = Math.max(0, even);
      break;
    }
    least = Math.min(least, pair);
    sum += least;
    if (pair < 0) break;
  }
  const time = -1 + 2 * sum + rest;
  return total / Math.max(time, 1 / Math.log10(total));
}

/** With divisor n, so that distant lags count less. */
function autocovariance(x: Float64Array, mean: number, lag: number): number {
  let sum = 0;
  for (let i = lag; i < x.length; i++) sum += ((x[i] as number) - mean) * ((x[i - lag] as number) - mean);
  return sum / x.length;
}
