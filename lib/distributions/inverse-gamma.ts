import * as tf from "@tensorflow/tfjs-core";
import { broadcastTo, digamma, igamma, lgamma, logStandardGamma, type Numeric } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { detached, expWithin, HUGE, TINY } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Inverse gamma: one over a Gamma draw. p(x) = rate^a x^(-a - 1) exp(-rate / x) / Γ(a) for x > 0, a = concentration.
 *
 * - `concentration` (`alpha`), `rate` (`beta`): positive.
 *
 * The mean is infinite for concentrations up to 1, the variance up to 2.
 */
class InverseGammaDistribution extends Parametric<"concentration" | "rate"> {
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
    return constraints.positive;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const { concentration, rate } = this.params;
    const log = logStandardGamma(broadcastTo(concentration, batch));
    return tf.clipByValue(tf.mul(rate, expWithin(tf.neg(log))), TINY, HUGE);
  }
  protected scoreFormula(x: tf.Tensor) {
    const { concentration: a, rate } = this.params;
    const powers = tf.sub(tf.mul(a, tf.log(rate)), tf.mul(tf.add(a, 1), tf.log(x)));
    return tf.sub(tf.sub(powers, tf.div(rate, x)), lgamma(a));
  }

  protected override meanFormula() {
    const { concentration: a, rate } = this.params;
    const finite = detached(() => tf.greater(a, 1));
    return tf.where(finite, tf.div(rate, tf.sub(tf.where(finite, a, 2), 1)), Number.POSITIVE_INFINITY);
  }
  protected override varianceFormula() {
    const { concentration, rate } = this.params;
    const finite = detached(() => tf.greater(concentration, 2));
    const a = tf.where(finite, concentration, 3);
    const variance = tf.div(tf.square(tf.div(rate, tf.sub(a, 1))), tf.sub(a, 2));
    return tf.where(finite, variance, Number.POSITIVE_INFINITY);
  }
  protected override entropyFormula() {
    const { concentration: a, rate } = this.params;
    const shape = tf.sub(lgamma(a), tf.mul(tf.add(a, 1), digamma(a)));
    return tf.add(tf.add(a, tf.log(rate)), shape);
  }
  protected override cdfFormula(x: tf.Tensor) {
    const { concentration, rate } = this.params;
    return tf.sub(1, igamma(concentration, tf.div(rate, x)));
  }
}

export const InverseGamma = family("InverseGamma", InverseGammaDistribution);
export type InverseGamma = InverseGammaDistribution;
