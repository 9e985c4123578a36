/** For tests that a guide learns an exact posterior: start off by a stated amount, train, measure how far it is off. */
import { ClippedAdam } from "../../../optim/index.ts";
import { getParamStore } from "../../../params/index.ts";
import type { ElboEstimator } from "../../elbo-estimator.ts";
import { SVI } from "../../svi.ts";

/** Unconstrained values of parameters, by name: those of positive parameters are logarithms. */
export type Unconstrained = Readonly<Record<string, readonly number[]>>;

export interface Training {
  readonly steps: number;
  /** The rate of the first step; that of the last one is a hundredth of it. */
  readonly lr: number;
  readonly loss: () => ElboEstimator;
}

/** Train, and tell the largest error of any element of any parameter. */
export async function learn(
  model: () => unknown,
  guide: () => unknown,
  exact: Unconstrained,
  { steps, lr, loss }: Training,
): Promise<number> {
  // Wanted for its decaying rate alone: scores are skew, so gradients that are clipped are biased.
  const optim = new ClippedAdam({ lr, lrd: 0.01 ** (1 / steps), betas: [0.95, 0.999], clipNorm: 1e6 });
  await new SVI(model, guide, optim, loss()).run(steps, { progress: false });
  return distance(exact);
}

/** The largest difference between the parameters of the store and these. */
export function distance(exact: Unconstrained): number {
  const differences = Object.entries(exact).flatMap(([name, wanted]) => {
    const got = getParamStore().getUnconstrained(name).dataSync();
    return wanted.map((value, i) => Math.abs((got[i] ?? Number.NaN) - value));
  });
  return Math.max(...differences);
}
