import * as tf from "@tensorflow/tfjs-core";
import { betainc, type Numeric } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { logRising } from "./discrete.ts";
import { Gamma } from "./gamma.ts";
import { clampProbs, logit, xlogy } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";
import { Poisson } from "./poisson.ts";

/** What the formulas need: the count of failures, and the chance of success in one of two forms. */
export interface NegativeBinomialParams {
  readonly totalCount: tf.Tensor;
  readonly probs?: tf.Tensor | undefined;
  readonly logits?: tf.Tensor | undefined;
}

export function negativeBinomialScore(p: NegativeBinomialParams, x: tf.Tensor): tf.Tensor {
  const { totalCount: r, probs, logits } = p;
  const powers =
    probs === undefined
      ? tf.sub(tf.mul(x, logits as tf.Tensor), tf.mul(tf.add(r, x), tf.softplus(logits as tf.Tensor)))
      : tf.add(tf.mul(r, tf.log1p(tf.neg(probs))), xlogy(x, probs));
  return tf.sub(powers, logRising(r, x));
}

function odds({ probs, logits }: NegativeBinomialParams): tf.Tensor {
  return probs === undefined ? tf.exp(logits as tf.Tensor) : tf.div(probs, tf.sub(1, probs));
}

export function negativeBinomialMean(p: NegativeBinomialParams): tf.Tensor {
  return tf.mul(p.totalCount, odds(p));
}

export function negativeBinomialVariance(p: NegativeBinomialParams): tf.Tensor {
  return tf.mul(negativeBinomialMean(p), tf.add(odds(p), 1));
}

/** A Poisson draw whose rate is a gamma draw. */
export function negativeBinomialDraw(p: NegativeBinomialParams, batch: number[]): tf.Tensor {
  const mixing = Gamma({ concentration: p.totalCount, rate: tf.div(1, odds(p)), validateArgs: false });
  return Poisson({ rate: mixing.expand(batch).sample(), validateArgs: false }).sample();
}

/**
 * Negative binomial: successes before `totalCount` failures.
 * P(k) = Γ(totalCount + k) / (Γ(totalCount) k!) · probs^k (1 - probs)^totalCount for k = 0, 1, 2, ...
 *
 * - `totalCount` (`n`): number of failures, positive, not necessarily whole.
 * - exactly one of `probs`, the chance of success, in [0, 1), and `logits`, its log-odds.
 */
class NegativeBinomialDistribution extends Parametric<"totalCount", "probs" | "logits"> {
  static override readonly parameters = {
    totalCount: { constraint: constraints.positive, aliases: ["n"] },
    probs: { constraint: constraints.belowOne, aliases: ["ps"], oneOf: "chance" },
    logits: { constraint: constraints.real, oneOf: "chance" },
  };
  declare readonly totalCount: tf.Tensor;

  constructor(
    ...args: Args<
      [totalCount: Numeric, probs: Numeric] | [totalCount: Numeric, probs: null | undefined, logits: Numeric],
      OneOf<"totalCount" | "n"> & OneOf<"probs" | "ps" | "logits">
    >
  ) {
    super(args);
  }

  get probs(): tf.Tensor {
    if (this.params.probs !== undefined) return this.parameter("probs");
    return tf.tidy(() => tf.sigmoid(this.parameter("logits")));
  }
  get logits(): tf.Tensor {
    if (this.params.logits !== undefined) return this.parameter("logits");
    return tf.tidy(() => logit(clampProbs(this.parameter("probs"))));
  }

  get support() {
    return constraints.nonNegativeInteger;
  }
  protected draw(batch: number[]) {
    return negativeBinomialDraw(this.params, batch);
  }
  protected scoreFormula(x: tf.Tensor) {
    return negativeBinomialScore(this.params, x);
  }
  protected override meanFormula() {
    return negativeBinomialMean(this.params);
  }
  protected override varianceFormula() {
    return negativeBinomialVariance(this.params);
  }
  protected override cdfFormula(x: tf.Tensor) {
    const { probs, logits, totalCount } = this.params;
    const failure = probs === undefined ? tf.sigmoid(tf.neg(logits as tf.Tensor)) : tf.sub(1, probs);
    return betainc(totalCount, tf.add(x, 1), failure);
  }
}

export const NegativeBinomial = family("NegativeBinomial", NegativeBinomialDistribution);
export type NegativeBinomial = NegativeBinomialDistribution;
