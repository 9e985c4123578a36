import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { logit } from "./helpers.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Logistic: with z = (x - loc) / scale, p(x) = exp(-z) / (scale (1 + exp(-z))²).
 *
 * - `loc`: mean, real.
 * - `scale`: positive.
 */
class LogisticDistribution extends Parametric<"loc" | "scale"> {
  static override readonly parameters = {
    loc: { constraint: constraints.real },
    scale: { constraint: constraints.positive },
  };
  declare readonly loc: tf.Tensor;
  declare readonly scale: tf.Tensor;

  constructor(...args: Args<[loc: Numeric, scale: Numeric], { loc: Numeric; scale: Numeric }>) {
    super(args);
  }

  get support() {
    return constraints.real;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    return this.icdfFormula(uniform(batch));
  }
  protected scoreFormula(x: tf.Tensor) {
    const z = this.standard(x);
    return tf.neg(tf.add(tf.add(tf.softplus(z), tf.softplus(tf.neg(z))), tf.log(this.params.scale)));
  }

  private standard(x: tf.Tensor): tf.Tensor {
    return tf.div(tf.sub(x, this.params.loc), this.params.scale);
  }
  protected override meanFormula() {
    return this.params.loc;
  }
  protected override varianceFormula() {
    return tf.mul(tf.square(this.params.scale), Math.PI ** 2 / 3);
  }
  protected override entropyFormula() {
    return tf.add(tf.log(this.params.scale), 2);
  }
  protected override cdfFormula(x: tf.Tensor) {
    return tf.sigmoid(this.standard(x));
  }
  protected override icdfFormula(q: tf.Tensor) {
    return tf.add(this.params.loc, tf.mul(this.params.scale, logit(q)));
  }
}

export const Logistic = family("Logistic", LogisticDistribution);
export type Logistic = LogisticDistribution;
