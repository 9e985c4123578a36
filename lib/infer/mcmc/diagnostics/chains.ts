import erfinv from "@stdlib/math-base-special-erfinv";
import { pyroError } from "../../../errors.ts";

/** Draws of one number: a list for each chain, all of the same length. */
export type Chains = readonly ArrayLike<number>[];

/** @throws unless there are at least four draws in each of some chains of one length */
export function checkChains(where: string, chains: Chains): void {
  const n = chains[0]?.length ?? 0;
  if (chains.length > 0 && n >= 4 && chains.every((chain) => chain.length === n)) return;
  throw pyroError({
    what: "There are too few draws to compare",
    where,
    expected: "chains of one length, of at least 4 draws each",
    got:
      chains.length === 0 ? "no draws at all" : `lengths ${chains.map((chain) => chain.length).join(", ")}`,
    ...(n === 0 && { try: "wait for the draws first: await mcmc.run(...)" }),
  });
}

/** Each chain as two of half its length; the middle draw of an odd number is left out. */
export function halves(chains: Chains): Float64Array[] {
  const half = Math.floor((chains[0]?.length ?? 0) / 2);
  return chains.flatMap((chain) => {
    const draws = Float64Array.from(chain);
    return [draws.slice(0, half), draws.slice(draws.length - half)];
  });
}

export function map(chains: Chains, f: (x: number) => number): Float64Array[] {
  return chains.map((chain) => Float64Array.from(chain, f));
}

export function sorted(chains: Chains): Float64Array {
  const all = new Float64Array(chains.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const chain of chains) {
    all.set(chain, place);
    place += chain.length;
  }
  return all.sort();
}

/** The value below which a share `q` of sorted numbers lies, linear between neighbours. */
export function quantileOf(ordered: ArrayLike<number>, q: number): number {
  const place = q * (ordered.length - 1);
  const below = Math.floor(place);
  const low = ordered[below] as number;
  const high = ordered[Math.min(below + 1, ordered.length - 1)] as number;
  return place === below ? low : low + (place - below) * (high - low);
}

export function meanOf(x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] as number;
  return sum / x.length;
}

/** With divisor n - 1. */
export function varianceOf(x: ArrayLike<number>): number {
  const mean = meanOf(x);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += ((x[i] as number) - mean) ** 2;
  return sum / (x.length - 1);
}

/**
 * Ranks among all chains, averaged over ties, as quantiles of a normal distribution.
 * Source: Vehtari, Gelman, Simpson, Carpenter, Bürkner, "Rank-normalization, folding, and localization" (Bayesian
 * Analysis 16, 2021), section 4.1.
 */
export function rankNormalized(chains: Chains): Float64Array[] {
  const ordered = sorted(chains);
  const n = ordered.length;
  const scores = new Map<number, number>();
  for (let i = 0; i < n; ) {
    let end = i + 1;
    while (end < n && ordered[end] === ordered[i]) end++;
    const rank = (i + 1 + end) / 2;
    scores.set(ordered[i] as number, Math.SQRT2 * erfinv((2 * (rank - 3 / 8)) / (n + 1 / 4) - 1));
    i = end;
  }
  return map(chains, (x) => scores.get(x) ?? Number.NaN);
}
