import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, ndtri, normal } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { expWithin, LOG_2PI, ndtr } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Log-normal: the exponential of a Normal. p(x) = exp(-(log x - loc)² / (2 scale²)) / (x scale √(2π)) for x > 0.
 *
 * - `loc` (0.1: `mu`): mean of the logarithm, real.
 * - `scale` (0.1: `sigma`): standard deviation of the logarithm, positive.
 */
class LogNormalDistribution extends Parametric<"loc" | "scale"> {
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
    return constraints.positive;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const { loc, scale } = this.params;
    return expWithin(tf.add(loc, tf.mul(scale, normal(batch))), 86);
  }
  protected scoreFormula(x: tf.Tensor) {
    const { loc, scale } = this.params;
    const log = tf.log(x);
    const z = tf.div(tf.sub(log, loc), scale);
    return tf.sub(tf.mul(tf.square(z), -0.5), tf.add(tf.add(tf.log(scale), LOG_2PI / 2), log));
  }

  protected override meanFormula() {
    const { loc, scale } = this.params;
    return tf.exp(tf.add(loc, tf.mul(tf.square(scale), 0.5)));
  }
  protected override varianceFormula() {
    const { loc, scale } = this.params;
    const square = tf.square(scale);
    return tf.mul(tf.expm1(square), tf.exp(tf.add(tf.mul(loc, 2), square)));
  }
  protected override entropyFormula() {
    const { loc, scale } = this.params;
    return tf.add(tf.add(tf.log(scale), loc), 0.5 + LOG_2PI / 2);
  }
  protected override cdfFormula(x: tf.Tensor) {
    const { loc, scale } = this.params;
    return ndtr(tf.div(tf.sub(tf.log(x), loc), scale));
  }
  protected override icdfFormula(q: tf.Tensor) {
    const { loc, scale } = this.params;
    return tf.exp(tf.add(loc, tf.mul(scale, ndtri(q))));
  }
}

export const LogNormal = family("LogNormal", LogNormalDistribution);
export type LogNormal = LogNormalDistribution;
