import * as tf from "@tensorflow/tfjs-core";
import { broadcastTo, digamma, igamma, lgamma, type Numeric, standardGamma } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { HUGE, TINY, xlogy } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Gamma: p(x) = rate^concentration x^(concentration - 1) exp(-rate x) / Γ(concentration) for x >= 0.
 *
 * - `concentration` (0.1: `alpha`): shape, positive.
 * - `rate` (0.1: `beta`): one over the scale, positive.
 *
 * Draws are pathwise by implicit reparameterisation. Those that float32 would round to 0 (for concentrations under about
 * 0.1) are kept at the smallest normal number, where the density is finite.
 */
class GammaDistribution extends Parametric<"concentration" | "rate"> {
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
    return constraints.nonNegative;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const { concentration, rate } = this.params;
    return tf.clipByValue(tf.div(standardGamma(broadcastTo(concentration, batch)), rate), TINY, HUGE);
  }
  protected scoreFormula(x: tf.Tensor) {
    const { concentration, rate } = this.params;
    const powers = tf.add(tf.mul(concentration, tf.log(rate)), xlogy(tf.sub(concentration, 1), x));
    return tf.sub(tf.sub(powers, tf.mul(rate, x)), lgamma(concentration));
  }

  protected override meanFormula() {
    return tf.div(this.params.concentration, this.params.rate);
  }
  protected override varianceFormula() {
    return tf.div(this.params.concentration, tf.square(this.params.rate));
  }
  protected override entropyFormula() {
    const { concentration, rate } = this.params;
    const shape = tf.add(lgamma(concentration), tf.mul(tf.sub(1, concentration), digamma(concentration)));
    return tf.add(tf.sub(concentration, tf.log(rate)), shape);
  }
  protected override cdfFormula(x: tf.Tensor) {
    return igamma(this.params.concentration, tf.mul(this.params.rate, x));
  }
}

export const Gamma = family("Gamma", GammaDistribution);
export type Gamma = GammaDistribution;
