import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, ndtri, normal, smallNormalScore } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { LOG_2PI, ndtr } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Normal (Gaussian): p(x) = exp(-(x - loc)² / (2 scale²)) / (scale √(2π)).
 *
 * - `loc` (0.1: `mu`): mean, real.
 * - `scale` (0.1: `sigma`): standard deviation, positive.
 */
class NormalDistribution extends Parametric<"loc" | "scale"> {
  static override readonly parameters = {
    loc: { constraint: constraints.real, aliases: ["mu"] },
    scale: { constraint: constraints.positive, aliases: ["sigma"] },
  };
  declare readonly loc: tf.Tensor;
  declare readonly scale: tf.Tensor;

  constructor(...args: Args<[loc: Numeric, scale: Numeric], OneOf<"loc" | "mu"> & OneOf<"scale" | "sigma">>) {
    super(args);
  }

  get support() {
    return constraints.real;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const { loc, scale } = this.params;
    return tf.add(loc, tf.mul(scale, normal(batch)));
  }
  protected scoreFormula(x: tf.Tensor) {
    const { loc, scale } = this.params;
    const small = smallNormalScore(x, loc, scale);
    if (small !== undefined) return small;
    const z = tf.div(tf.sub(x, loc), scale);
    return tf.sub(tf.mul(tf.square(z), -0.5), tf.add(tf.log(scale), LOG_2PI / 2));
  }

  protected override meanFormula() {
    return this.params.loc;
  }
  protected override varianceFormula() {
    return tf.square(this.params.scale);
  }
  protected override entropyFormula() {
    return tf.add(tf.log(this.params.scale), 0.5 + LOG_2PI / 2);
  }
  protected override cdfFormula(x: tf.Tensor) {
    const { loc, scale } = this.params;
    return ndtr(tf.div(tf.sub(x, loc), scale));
  }
  protected override icdfFormula(q: tf.Tensor) {
    const { loc, scale } = this.params;
    return tf.add(loc, tf.mul(scale, ndtri(q)));
  }
}

export const Normal = family("Normal", NormalDistribution);
export type Normal = NormalDistribution;
