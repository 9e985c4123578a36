import { AffineAutoregressive } from "../../distributions/index.ts";
import { pyroError } from "../../errors.ts";
import type { Program } from "../program.ts";
import type { AutoNormalOptions } from "./auto-normal.ts";
import { AutoNormalizingFlow, type MakeFlows } from "./auto-normalizing-flow.ts";

export interface AutoIAFOptions<A extends unknown[] = unknown[]> extends AutoNormalOptions<A> {
  /** Hidden units of each flow's network (default `latentDim`, at least 8). */
  hiddenDim?: number | undefined;
  /** How many flows follow each other, each in the reverse order of the one before (default 1). */
  numTransforms?: number;
}

/**
 * All latent sites as one vector of normals carried through inverse autoregressive flows: it can be skewed, curved and
 * correlated. The flows are `dist.AffineAutoregressive`, as in Pyro 1.9.
 */
export class AutoIAFNormal<A extends unknown[] = unknown[]> extends AutoNormalizingFlow<A> {
  static override readonly optionNames: readonly string[] = [
    ...AutoNormalizingFlow.optionNames,
    "hiddenDim",
    "numTransforms",
  ];

  constructor(model: Program<A>, { hiddenDim, numTransforms = 1, ...options }: AutoIAFOptions<A> = {}) {
    check("hiddenDim", hiddenDim ?? 1);
    check("numTransforms", numTransforms);
    super(model, flows(hiddenDim, numTransforms), options);
  }
}

function flows(hiddenDim: number | undefined, numTransforms: number): MakeFlows {
  return (latentDim) => {
    const order = Array.from({ length: latentDim }, (_, i) => i);
    const width = hiddenDim ?? Math.max(8, latentDim);
    return Array.from({ length: numTransforms }, (_, i) =>
      AffineAutoregressive(latentDim, width, { permutation: i % 2 === 0 ? order : order.toReversed() }),
    );
  };
}

function check(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw pyroError({
    what: `${option} must be a whole number >= 1`,
    where: `option ${option} of AutoIAFNormal`,
    got: String(value),
  });
}
