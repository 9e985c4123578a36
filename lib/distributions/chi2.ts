import * as tf from "@tensorflow/tfjs-core";
import { broadcastTo, digamma, igamma, lgamma, type Numeric, standardGamma } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { HUGE, TINY, xlogy } from "./helpers.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Chi-squared: the sum of `df` squared standard normals, a Gamma(df / 2, 1 / 2).
 * p(x) = x^(df / 2 - 1) exp(-x / 2) / (2^(df / 2) Γ(df / 2)) for x >= 0.
 *
 * - `df`: degrees of freedom, positive.
 */
class Chi2Distribution extends Parametric<"df"> {
  static override readonly parameters = { df: { constraint: constraints.positive } };
  declare readonly df: tf.Tensor;

  constructor(...args: Args<[df: Numeric], { df: Numeric }>) {
    super(args);
  }

  get support() {
    return constraints.nonNegative;
  }
  protected override get pathwise() {
    return true;
  }
  private half(): tf.Tensor {
    return tf.mul(this.params.df, 0.5);
  }
  protected draw(batch: number[]) {
    return tf.clipByValue(tf.mul(standardGamma(broadcastTo(this.half(), batch)), 2), TINY, HUGE);
  }
  protected scoreFormula(x: tf.Tensor) {
    const half = this.half();
    const powers = tf.sub(xlogy(tf.sub(half, 1), x), tf.mul(half, Math.LN2));
    return tf.sub(tf.sub(powers, tf.mul(x, 0.5)), lgamma(half));
  }

  protected override meanFormula() {
    return this.params.df;
  }
  protected override varianceFormula() {
    return tf.mul(this.params.df, 2);
  }
  protected override entropyFormula() {
    const half = this.half();
    const shape = tf.add(lgamma(half), tf.mul(tf.sub(1, half), digamma(half)));
    return tf.add(tf.add(half, Math.LN2), shape);
  }
  protected override cdfFormula(x: tf.Tensor) {
    return igamma(this.half(), tf.mul(x, 0.5));
  }
}

export const Chi2 = family("Chi2", Chi2Distribution);
export type Chi2 = Chi2Distribution;
