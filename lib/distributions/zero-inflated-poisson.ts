import * as tf from "@tensorflow/tfjs-core";
import type { Numeric } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";
import { Poisson, poissonScore } from "./poisson.ts";
import {
  GATE,
  gateOf,
  inflatedDraw,
  inflatedMean,
  inflatedScore,
  inflatedVariance,
} from "./zero-inflated.ts";

/**
 * Zero-inflated Poisson: 0 with probability `gate`, else a Poisson count (which may be 0 too).
 *
 * - `rate` (`lam`): mean of the Poisson, at least 0.
 * - exactly one of `gate` in [0, 1] and `gateLogits`, its log-odds.
 */
class ZeroInflatedPoissonDistribution extends Parametric<"rate", "gate" | "gateLogits"> {
  static override readonly parameters = {
    rate: { constraint: constraints.nonNegative, aliases: ["lam"] },
    ...GATE,
  };
  declare readonly rate: tf.Tensor;

  constructor(
    ...args: Args<
      [rate: Numeric, gate: Numeric] | [rate: Numeric, gate: null | undefined, gateLogits: Numeric],
      OneOf<"rate" | "lam"> & OneOf<"gate" | "gateLogits">
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
    const counts = Poisson({ rate: this.params.rate, validateArgs: false }).expand(batch).sample();
    return inflatedDraw(this.params, counts);
  }
  protected scoreFormula(x: tf.Tensor) {
    return inflatedScore(this.params, x, poissonScore(this.params.rate, x));
  }
  protected override meanFormula() {
    return inflatedMean(this.params, this.params.rate);
  }
  protected override varianceFormula() {
    const { rate } = this.params;
    return inflatedVariance(this.params, rate, rate);
  }
}

export const ZeroInflatedPoisson = family("ZeroInflatedPoisson", ZeroInflatedPoissonDistribution);
export type ZeroInflatedPoisson = ZeroInflatedPoissonDistribution;
