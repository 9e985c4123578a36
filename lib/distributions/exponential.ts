import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Exponential: p(x) = rate exp(-rate x) for x >= 0.
 *
 * - `rate` (0.1: `lam`): one over the mean, positive.
 */
class ExponentialDistribution extends Parametric<"rate"> {
  static override readonly parameters = {
    rate: { constraint: constraints.positive, aliases: ["lam"] },
  };
  declare readonly rate: tf.Tensor;

  constructor(...args: Args<[rate: Numeric], OneOf<"rate" | "lam">>) {
    super(args);
  }

  get support() {
    return constraints.nonNegative;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    return tf.div(tf.neg(tf.log(uniform(batch))), this.params.rate);
  }
  protected scoreFormula(x: tf.Tensor) {
    const { rate } = this.params;
    return tf.sub(tf.log(rate), tf.mul(rate, x));
  }

  protected override meanFormula() {
    return tf.reciprocal(this.params.rate);
  }
  protected override varianceFormula() {
    return tf.reciprocal(tf.square(this.params.rate));
  }
  protected override entropyFormula() {
    return tf.sub(1, tf.log(this.params.rate));
  }
  protected override cdfFormula(x: tf.Tensor) {
    return tf.neg(tf.expm1(tf.neg(tf.mul(this.params.rate, x))));
  }
  protected override icdfFormula(q: tf.Tensor) {
    return tf.div(tf.neg(tf.log1p(tf.neg(q))), this.params.rate);
  }
}

export const Exponential = family("Exponential", ExponentialDistribution);
export type Exponential = ExponentialDistribution;
