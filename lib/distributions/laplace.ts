import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { detached } from "./helpers.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Laplace (double exponential): p(x) = exp(-|x - loc| / scale) / (2 scale).
 *
 * - `loc`: median, real.
 * - `scale`: mean distance from it, positive.
 */
class LaplaceDistribution extends Parametric<"loc" | "scale"> {
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
    return tf.neg(tf.add(tf.abs(this.standard(x)), tf.log(tf.mul(this.params.scale, 2))));
  }

  private standard(x: tf.Tensor): tf.Tensor {
    return tf.div(tf.sub(x, this.params.loc), this.params.scale);
  }
  protected override meanFormula() {
    return this.params.loc;
  }
  protected override varianceFormula() {
    return tf.mul(tf.square(this.params.scale), 2);
  }
  protected override entropyFormula() {
    return tf.add(tf.log(this.params.scale), 1 + Math.LN2);
  }
  protected override cdfFormula(x: tf.Tensor) {
    const z = this.standard(x);
    const tail = tf.mul(tf.exp(tf.neg(tf.abs(z))), 0.5);
    const left = detached(() => tf.less(z, 0));
    return tf.where(left, tail, tf.sub(1, tail));
  }
  protected override icdfFormula(q: tf.Tensor) {
    const centred = tf.sub(q, 0.5);
    // Twice the mass of the nearer tail: exact at both ends.
    const tail = tf.mul(tf.minimum(q, tf.sub(1, q)), 2);
    return tf.sub(this.params.loc, tf.mul(this.params.scale, tf.mul(tf.sign(centred), tf.log(tail))));
  }
}

export const Laplace = family("Laplace", LaplaceDistribution);
export type Laplace = LaplaceDistribution;
