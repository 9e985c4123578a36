import * as tf from "@tensorflow/tfjs-core";
import type { Numeric } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import {
  negativeBinomialDraw,
  negativeBinomialMean,
  negativeBinomialScore,
  negativeBinomialVariance,
} from "./negative-binomial.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";
import {
  GATE,
  gateOf,
  inflatedDraw,
  inflatedMean,
  inflatedScore,
  inflatedVariance,
} from "./zero-inflated.ts";

/**
 * Zero-inflated negative binomial: 0 with probability `gate`, else a negative binomial count (which may be 0 too).
 *
 * - `totalCount` (`n`), and exactly one of `probs` and `logits`: as for NegativeBinomial.
 * - exactly one of `gate` in [0, 1] and `gateLogits`, its log-odds.
 */
class ZeroInflatedNegativeBinomialDistribution extends Parametric<
  "totalCount",
  "probs" | "logits" | "gate" | "gateLogits"
> {
  static override readonly parameters = {
    totalCount: { constraint: constraints.positive, aliases: ["n"] },
    probs: { constraint: constraints.belowOne, aliases: ["ps"], oneOf: "chance" },
    logits: { constraint: constraints.real, oneOf: "chance" },
    ...GATE,
  };
  declare readonly totalCount: tf.Tensor;

  constructor(
    ...args: Args<
      [
        totalCount: Numeric,
        probs: Numeric | null | undefined,
        logits: Numeric | null | undefined,
        gate: Numeric | null | undefined,
        gateLogits?: Numeric,
      ],
      OneOf<"totalCount" | "n"> & OneOf<"probs" | "ps" | "logits"> & OneOf<"gate" | "gateLogits">
    >
  ) {
    super(args);
  }

  get gate(): tf.Tensor {
    return tf.tidy(() => tf.clone(tf.broadcastTo(gateOf(this.params), this.batchShape)));
  }

  get support() {
    return constraints.nonNegativeInteger;
  }
  protected draw(batch: number[]) {
    return inflatedDraw(this.params, negativeBinomialDraw(this.params, batch));
  }
  protected scoreFormula(x: tf.Tensor) {
    return inflatedScore(this.params, x, negativeBinomialScore(this.params, x));
  }
  protected override meanFormula() {
    return inflatedMean(this.params, negativeBinomialMean(this.params));
  }
  protected override varianceFormula() {
    const { params } = this;
    return inflatedVariance(params, negativeBinomialMean(params), negativeBinomialVariance(params));
  }
}

export const ZeroInflatedNegativeBinomial = family(
  "ZeroInflatedNegativeBinomial",
  ZeroInflatedNegativeBinomialDistribution,
);
export type ZeroInflatedNegativeBinomial = ZeroInflatedNegativeBinomialDistribution;
