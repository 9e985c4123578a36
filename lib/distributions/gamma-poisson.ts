import * as tf from "@tensorflow/tfjs-core";
import { betainc, type Numeric } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { logRising } from "./discrete.ts";
import { Gamma } from "./gamma.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";
import { Poisson } from "./poisson.ts";

/**
 * Gamma-Poisson: counts whose rate follows a Gamma.
 * P(k) = Γ(a + k) / (Γ(a) k!) · rate^a / (1 + rate)^(a + k), with a = concentration, for k = 0, 1, 2, ...
 *
 * - `concentration` (`alpha`), `rate` (`beta`): of the Gamma, positive.
 */
class GammaPoissonDistribution extends Parametric<"concentration" | "rate"> {
  static override readonly parameters = {
    concentration: { constraint: constraints.positive, aliases: ["alpha"] },
    rate: { constraint: constraints.positive, aliases: ["beta"] },
  };
  declare readonly concentration: tf.Tensor;
  declare readonly rate: tf.Tensor;

  constructor(
    ...args: Args<
      [concentration: Numeric, rate: Numeric],
      OneOf<"concentration" | "alpha"> & OneOf<"rate" | "beta">
    >
  ) {
    super(args);
  }

  get support() {
    return constraints.nonNegativeInteger;
  }
  protected draw(batch: number[]) {
    const { concentration, rate } = this.params;
    const drawn = Gamma({ concentration, rate, validateArgs: false }).expand(batch).sample();
    return Poisson({ rate: drawn, validateArgs: false }).sample();
  }
  protected scoreFormula(x: tf.Tensor) {
    const { concentration: a, rate } = this.params;
    // Of the two logarithms the powers share, log(1 + 1/rate) keeps its digits for large rates.
    const powers = tf.add(tf.mul(a, tf.log1p(tf.div(1, rate))), tf.mul(x, tf.log1p(rate)));
    return tf.neg(tf.add(powers, logRising(a, x)));
  }

  protected override meanFormula() {
    return tf.div(this.params.concentration, this.params.rate);
  }
  protected override varianceFormula() {
    const { concentration, rate } = this.params;
    return tf.mul(tf.div(concentration, tf.square(rate)), tf.add(1, rate));
  }
  protected override cdfFormula(x: tf.Tensor) {
    const { concentration, rate } = this.params;
    return betainc(concentration, tf.add(x, 1), tf.div(rate, tf.add(rate, 1)));
  }
}

export const GammaPoisson = family("GammaPoisson", GammaPoissonDistribution);
export type GammaPoisson = GammaPoissonDistribution;
