import * as tf from "@tensorflow/tfjs-core";
import { igamma, lgamma, type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { discreteQuantile } from "./discrete.ts";
import { xlogy } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/** Log-probability of the count `x`. */
export function poissonScore(rate: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.sub(tf.sub(xlogy(x, rate), rate), lgamma(tf.add(x, 1)));
}

/**
 * Poisson: P(k) = rate^k exp(-rate) / k! for k = 0, 1, 2, ...
 *
 * - `rate` (0.1: `lam`): mean, at least 0.
 */
class PoissonDistribution extends Parametric<"rate"> {
  static override readonly parameters = {
    rate: { constraint: constraints.nonNegative, aliases: ["lam"] },
  };
  declare readonly rate: tf.Tensor;

  constructor(...args: Args<[rate: Numeric], OneOf<"rate" | "lam">>) {
    super(args);
  }

  get support() {
    return constraints.nonNegativeInteger;
  }
  protected draw(batch: number[]) {
    const { rate } = this.params;
    const moments = { mean: rate, variance: rate, lowest: 0 };
    return discreteQuantile(uniform(batch), (k) => this.cdfFormula(k), moments);
  }
  protected scoreFormula(x: tf.Tensor) {
    return poissonScore(this.params.rate, x);
  }

  protected override meanFormula() {
    return this.params.rate;
  }
  protected override varianceFormula() {
    return this.params.rate;
  }
  protected override cdfFormula(x: tf.Tensor) {
    return tf.sub(1, igamma(tf.add(x, 1), this.params.rate));
  }
}

export const Poisson = family("Poisson", PoissonDistribution);
export type Poisson = PoissonDistribution;
