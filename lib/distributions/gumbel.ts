import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { EULER_GAMMA } from "./helpers.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Gumbel: the law of extremes. With z = (x - loc) / scale, p(x) = exp(-z - exp(-z)) / scale.
 *
 * - `loc`: mode, real.
 * - `scale`: positive.
 */
class GumbelDistribution extends Parametric<"loc" | "scale"> {
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
    return tf.neg(tf.add(tf.add(z, tf.exp(tf.neg(z))), tf.log(this.params.scale)));
  }

  private standard(x: tf.Tensor): tf.Tensor {
    return tf.div(tf.sub(x, this.params.loc), this.params.scale);
  }
  protected override meanFormula() {
    return tf.add(this.params.loc, tf.mul(this.params.scale, EULER_GAMMA));
  }
  protected override varianceFormula() {
    return tf.mul(tf.square(this.params.scale), Math.PI ** 2 / 6);
  }
  protected override entropyFormula() {
    return tf.add(tf.log(this.params.scale), 1 + EULER_GAMMA);
  }
  protected override cdfFormula(x: tf.Tensor) {
    return tf.exp(tf.neg(tf.exp(tf.neg(this.standard(x)))));
  }
  protected override icdfFormula(q: tf.Tensor) {
    return tf.sub(this.params.loc, tf.mul(this.params.scale, tf.log(tf.neg(tf.log(q)))));
  }
}

export const Gumbel = family("Gumbel", GumbelDistribution);
export type Gumbel = GumbelDistribution;
