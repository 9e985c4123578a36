import * as tf from "@tensorflow/tfjs-core";
import { lgamma, type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { EULER_GAMMA, expWithin, HUGE, TINY } from "./helpers.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Weibull: with z = x / scale and k = concentration, p(x) = (k / scale) z^(k - 1) exp(-z^k) for x > 0.
 *
 * - `scale`: positive.
 * - `concentration`: shape, positive.
 */
class WeibullDistribution extends Parametric<"scale" | "concentration"> {
  static override readonly parameters = {
    scale: { constraint: constraints.positive },
    concentration: { constraint: constraints.positive },
  };
  declare readonly scale: tf.Tensor;
  declare readonly concentration: tf.Tensor;

  constructor(
    ...args: Args<[scale: Numeric, concentration: Numeric], { scale: Numeric; concentration: Numeric }>
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
    const { scale, concentration } = this.params;
    const log = tf.div(tf.log(tf.neg(tf.log(uniform(batch)))), concentration);
    return tf.clipByValue(tf.mul(scale, expWithin(log)), TINY, HUGE);
  }
  protected scoreFormula(x: tf.Tensor) {
    const { scale, concentration } = this.params;
    const log = tf.log(tf.div(x, scale));
    const power = tf.exp(tf.mul(concentration, log));
    const slope = tf.mul(tf.sub(concentration, 1), log);
    return tf.add(tf.sub(slope, power), tf.log(tf.div(concentration, scale)));
  }

  /** E[(x / scale)^n] */
  private moment(n: number): tf.Tensor {
    return tf.exp(lgamma(tf.add(tf.div(n, this.params.concentration), 1)));
  }
  protected override meanFormula() {
    return tf.mul(this.params.scale, this.moment(1));
  }
  protected override varianceFormula() {
    return tf.mul(tf.square(this.params.scale), tf.sub(this.moment(2), tf.square(this.moment(1))));
  }
  protected override entropyFormula() {
    const { scale, concentration } = this.params;
    const rest = tf.mul(tf.sub(1, tf.reciprocal(concentration)), EULER_GAMMA);
    return tf.add(tf.add(rest, tf.log(tf.div(scale, concentration))), 1);
  }
  protected override cdfFormula(x: tf.Tensor) {
    const { scale, concentration } = this.params;
    return tf.neg(tf.expm1(tf.neg(tf.pow(tf.div(x, scale), concentration))));
  }
  protected override icdfFormula(q: tf.Tensor) {
    const { scale, concentration } = this.params;
    return tf.mul(scale, tf.pow(tf.neg(tf.log1p(tf.neg(q))), tf.reciprocal(concentration)));
  }
}

export const Weibull = family("Weibull", WeibullDistribution);
export type Weibull = WeibullDistribution;
