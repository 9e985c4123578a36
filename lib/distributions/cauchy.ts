import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Cauchy: p(x) = 1 / (π scale (1 + ((x - loc) / scale)²)). It has no mean (NaN) and an infinite variance.
 *
 * - `loc` (0.1: `mu`): median, real.
 * - `scale` (0.1: `gamma`): half the width at half height, positive.
 */
class CauchyDistribution extends Parametric<"loc" | "scale"> {
  static override readonly parameters = {
    loc: { constraint: constraints.real, aliases: ["mu"] },
    scale: { constraint: constraints.positive, aliases: ["gamma"] },
  };
  declare readonly loc: tf.Tensor;
  declare readonly scale: tf.Tensor;

  constructor(...args: Args<[loc: Numeric, scale: Numeric], OneOf<"loc" | "mu"> & OneOf<"scale" | "gamma">>) {
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
    const { scale } = this.params;
    return tf.neg(tf.add(tf.log1p(tf.square(this.standard(x))), tf.add(tf.log(scale), Math.log(Math.PI))));
  }

  private standard(x: tf.Tensor): tf.Tensor {
    return tf.div(tf.sub(x, this.params.loc), this.params.scale);
  }
  protected override meanFormula() {
    return tf.scalar(Number.NaN);
  }
  protected override varianceFormula() {
    return tf.scalar(Number.POSITIVE_INFINITY);
  }
  protected override entropyFormula() {
    return tf.add(tf.log(this.params.scale), Math.log(4 * Math.PI));
  }
  protected override cdfFormula(x: tf.Tensor) {
    // The angle of the point (-z, 1): exact in both tails, where 1/2 + atan(z)/π cancels.
    const z = this.standard(x);
    return tf.div(tf.atan2(tf.onesLike(z), tf.neg(z)), Math.PI);
  }
  protected override icdfFormula(q: tf.Tensor) {
    const { loc, scale } = this.params;
    return tf.add(loc, tf.mul(scale, tf.tan(tf.mul(tf.sub(q, 0.5), Math.PI))));
  }
}

export const Cauchy = family("Cauchy", CauchyDistribution);
export type Cauchy = CauchyDistribution;
