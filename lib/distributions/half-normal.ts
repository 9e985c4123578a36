import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, ndtri, normal } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { LOG_2PI, ndtr } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Half-normal: the absolute value of a Normal(0, scale). p(x) = √(2/π) exp(-x² / (2 scale²)) / scale for x >= 0.
 *
 * - `scale` (`sigma`): positive.
 */
class HalfNormalDistribution extends Parametric<"scale"> {
  static override readonly parameters = {
    scale: { constraint: constraints.positive, aliases: ["sigma"] },
  };
  declare readonly scale: tf.Tensor;

  constructor(...args: Args<[scale: Numeric], OneOf<"scale" | "sigma">>) {
    super(args);
  }

  get support() {
    return constraints.nonNegative;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    return tf.mul(this.params.scale, tf.abs(normal(batch)));
  }
  protected scoreFormula(x: tf.Tensor) {
    const { scale } = this.params;
    const z = tf.div(x, scale);
    return tf.sub(tf.mul(tf.square(z), -0.5), tf.add(tf.log(scale), LOG_2PI / 2 - Math.LN2));
  }

  protected override meanFormula() {
    return tf.mul(this.params.scale, Math.sqrt(2 / Math.PI));
  }
  protected override varianceFormula() {
    return tf.mul(tf.square(this.params.scale), 1 - 2 / Math.PI);
  }
  protected override entropyFormula() {
    return tf.add(tf.log(this.params.scale), 0.5 + LOG_2PI / 2 - Math.LN2);
  }
  protected override cdfFormula(x: tf.Tensor) {
    return tf.sub(tf.mul(ndtr(tf.div(x, this.params.scale)), 2), 1);
  }
  protected override icdfFormula(q: tf.Tensor) {
    return tf.mul(this.params.scale, ndtri(tf.mul(tf.add(q, 1), 0.5)));
  }
}

export const HalfNormal = family("HalfNormal", HalfNormalDistribution);
export type HalfNormal = HalfNormalDistribution;
