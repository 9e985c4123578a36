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

/**
 * Whether chains have found the same distribution, in place and in spread: 1 where they have; above 1.01 they should
 * not be used yet. One chain is compared with itself, its first half with its second.
 *
 * Source: Vehtari et al. (2021), section 4: split, rank-normalised, the larger of the plain and the folded one.
 * @param chains draws of one number by chain
 */
export function splitRHat(chains: Chains): number {
  checkChains("splitRHat", chains);
  const middle = quantileOf(sorted(chains), 0.5);
  const folded = map(chains, (x) => Math.abs(x - middle));
  return Math.max(plain(rankNormalized(halves(chains))), plain(rankNormalized(halves(folded))));
}

function plain(chains: readonly Float64Array[]): number {
  const n = chains[0]?.length ?? 0;
  const within = meanOf(chains.map(varianceOf));
  const between = varianceOf(chains.map(meanOf));
  return Math.sqrt((n - 1) / n + between / within);
}
