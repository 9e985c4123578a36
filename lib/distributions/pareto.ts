import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { expWithin, HUGE, TINY } from "./helpers.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Pareto: p(x) = alpha scale^alpha / x^(alpha + 1) for x >= scale.
 *
 * - `scale`: where it begins, positive.
 * - `alpha`: how fast the tail falls, positive. The mean is infinite for alpha <= 1, the variance for alpha <= 2.
 */
class ParetoDistribution extends Parametric<"scale" | "alpha"> {
  static override readonly parameters = {
    scale: { constraint: constraints.positive },
    alpha: { constraint: constraints.positive },
  };
  declare readonly scale: tf.Tensor;
  declare readonly alpha: tf.Tensor;

  constructor(...args: Args<[scale: Numeric, alpha: Numeric], { scale: Numeric; alpha: Numeric }>) {
    super(args);
  }

  get support() {
    return constraints.greaterThanEq(this.params.scale);
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const { scale, alpha } = this.params;
    const ratio = expWithin(tf.div(tf.neg(tf.log(uniform(batch))), alpha));
    return tf.clipByValue(tf.mul(scale, ratio), TINY, HUGE);
  }
  protected scoreFormula(x: tf.Tensor) {
    const { scale, alpha } = this.params;
    return tf.sub(tf.log(tf.div(alpha, x)), tf.mul(alpha, tf.log(tf.div(x, scale))));
  }

  protected override meanFormula() {
    const { scale, alpha } = this.params;
    const a = tf.maximum(alpha, 1);
    return tf.div(tf.mul(a, scale), tf.sub(a, 1));
  }
  protected override varianceFormula() {
    const { scale, alpha } = this.params;
    const a = tf.maximum(alpha, 2);
    return tf.div(tf.mul(tf.square(scale), a), tf.mul(tf.square(tf.sub(a, 1)), tf.sub(a, 2)));
  }
  protected override entropyFormula() {
    const { scale, alpha } = this.params;
    return tf.add(tf.add(tf.log(tf.div(scale, alpha)), tf.reciprocal(alpha)), 1);
  }
  protected override cdfFormula(x: tf.Tensor) {
    const { scale, alpha } = this.params;
    return tf.neg(tf.expm1(tf.mul(alpha, tf.log(tf.div(scale, x)))));
  }
  protected override icdfFormula(q: tf.Tensor) {
    const { scale, alpha } = this.params;
    return tf.mul(scale, tf.exp(tf.div(tf.neg(tf.log1p(tf.neg(q))), alpha)));
  }
}

export const Pareto = family("Pareto", ParetoDistribution);
export type Pareto = ParetoDistribution;
