import {
  Bernoulli,
  Categorical,
  type Distribution,
  ExpandedDistribution,
  OneHotCategorical,
} from "../../distributions/index.ts";

/**
 * The same distribution with scores that are finite where a probability is 0 or 1, and whose gradients are 0 there.
 * An enumerated site is scored at values that it never has: log 0 is right, but a weight of 0 does not save a gradient
 * from its derivative (0 times infinity). Other distributions are returned as they are.
 */
export function finiteScores(fn: Distribution): Distribution {
  if (fn instanceof ExpandedDistribution) {
    const base = finiteScores(fn.base);
    return base === fn.base ? fn : base.expand(fn.batchShape);
  }
  if (!hasProbs(fn) || fn.params.probs === undefined || fn.settings.vs !== undefined) return fn;
  // The getter keeps probabilities a little away from 0 and 1 (1e-7 in float32).
  switch (fn.name) {
    case "Bernoulli":
      return new Bernoulli({ logits: fn.logits });
    case "Categorical":
      return new Categorical({ logits: fn.logits, oneHot: fn.eventDim > 0 });
    case "OneHotCategorical":
      return new OneHotCategorical({ logits: fn.logits });
    default:
      return fn;
  }
}

type Chances = Pick<Bernoulli, "logits" | "params" | "settings">;

function hasProbs(fn: Distribution): fn is Distribution & Chances {
  return "params" in fn && "settings" in fn && "logits" in fn;
}
