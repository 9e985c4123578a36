/**
 * Pareto-smoothed importance sampling: the largest importance ratios are replaced by quantiles of a generalised Pareto
 * distribution that is fitted to them; its shape `k` tells whether the weights can be believed.
 *
 * Sources: Vehtari, Simpson, Gelman, Yao, Gabry, "Pareto smoothed importance sampling" (JMLR 25, 2024), algorithm 1;
 * Zhang and Stephens, "A new and efficient estimation method for the generalized Pareto distribution" (Technometrics
 * 51, 2009), with the weak prior of the former's appendix.
 */
import { logSumExp } from "../../trace-posterior.ts";
import { meanOf } from "./chains.ts";

export interface SmoothedWeights {
  /** Normalised: their exponentials sum to 1. */
  readonly logWeights: Float64Array;
  /** Shape of the tail: above 0.7 the weights are not to be trusted; Infinity where there is no tail to fit. */
  readonly paretoK: number;
}

/** Fewer ratios are no tail. */
const LEAST_TAIL = 5;

/** @param logRatios logarithms of importance ratios, up to a constant */
export function psis(logRatios: ArrayLike<number>, relativeEfficiency = 1): SmoothedWeights {
  const n = logRatios.length;
  const logWeights = Float64Array.from(logRatios);
  const top = logWeights.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  for (let i = 0; i < n; i++) logWeights[i] = (logWeights[i] as number) - top;
  const order = Array.from(logWeights, (_, i) => i).sort(
    (a, b) => (logWeights[a] as number) - (logWeights[b] as number),
  );
  const wanted = Math.ceil(Math.min(n / 5, 3 * Math.sqrt(n / relativeEfficiency)));
  const cutoff = Math.max(logWeights[order[n - wanted - 1] ?? 0] as number, Math.log(Number.MIN_VALUE));
  const tail = order.filter((i) => (logWeights[i] as number) > cutoff);
  let paretoK = Number.POSITIVE_INFINITY;
  if (tail.length >= LEAST_TAIL) {
    const base = Math.exp(cutoff);
    const { k, scale } = fitPareto(tail.map((i) => Math.exp(logWeights[i] as number) - base));
    paretoK = k;
    if (Number.isFinite(k)) {
      for (const [rank, i] of tail.entries()) {
        const q = (rank + 0.5) / tail.length;
        logWeights[i] = Math.min(0, Math.log(paretoQuantile(q, k, scale) + base));
      }
    }
  }
  const sum = logSumExp(Array.from(logWeights));
  return { logWeights: logWeights.map((w) => w - sum), paretoK };
}

/** Guesses of Zhang and Stephens' grid, and what the prior for the shape is worth: `PRIOR_WORTH` draws of 0.5. */
const GRID = 30;
const PRIOR_WORTH = 10;

/** @param x exceedances over a threshold, ascending */
function fitPareto(x: readonly number[]): { k: number; scale: number } {
  const n = x.length;
  const count = GRID + Math.floor(Math.sqrt(n));
  const quartile = x[Math.floor(n / 4 + 0.5) - 1] as number;
  const largest = x[n - 1] as number;
  const shapeOf = (b: number): number => meanOf(x.map((value) => Math.log1p(-b * value)));
  const guesses = Array.from({ length: count }, (_, i) => {
    const b = 1 / largest + (1 - Math.sqrt(count / (i + 0.5))) / (3 * quartile);
    const k = shapeOf(b);
    return { b, logLikelihood: n * (Math.log(-b / k) - k - 1) };
  });
  const sum = logSumExp(guesses.map(({ logLikelihood }) => logLikelihood));
  const b = guesses.reduce((mean, guess) => mean + guess.b * Math.exp(guess.logLikelihood - sum), 0);
  const k = shapeOf(b);
  return { k: (k * n + 0.5 * PRIOR_WORTH) / (n + PRIOR_WORTH), scale: -k / b };
}

function paretoQuantile(q: number, k: number, scale: number): number {
  return Math.abs(k) < 1e-12 ? -scale * Math.log1p(-q) : (scale * Math.expm1(-k * Math.log1p(-q))) / k;
}
