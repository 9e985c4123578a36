import type { Numeric } from "../tensor/index.ts";
import { family } from "./callable.ts";
import { CategoricalDistribution } from "./categorical.ts";
import type { Args, OneOf } from "./parametric.ts";

/**
 * One-hot Categorical: a Categorical whose draws are vectors with a 1 at the outcome, events of shape `[K]`.
 *
 * Exactly one of `probs` (`ps`) and `logits`, as for Categorical.
 */
class OneHotCategoricalDistribution extends CategoricalDistribution {
  static override readonly parameters = {
    ...CategoricalDistribution.parameters,
    oneHot: { setting: true, default: true as boolean },
  } as const;

  constructor(
    ...args: Args<
      [probs: Numeric] | [probs: null | undefined, logits: Numeric],
      OneOf<"probs" | "ps" | "logits">
    >
  ) {
    super(...args);
  }
}

export const OneHotCategorical = family("OneHotCategorical", OneHotCategoricalDistribution);
export type OneHotCategorical = OneHotCategoricalDistribution;
