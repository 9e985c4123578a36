import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Half-Cauchy: the right half of a Cauchy. p(x) = 2 / (π scale (1 + ((x - loc) / scale)²)) for x >= loc.
 *
 * - `scale` (0.1: `gamma`): positive.
 * - `loc` (0.1: `mu`): where it begins; 0 when absent. The manual's `halfcauchy(mu, gamma)` names it first.
 */
class HalfCauchyDistribution extends Parametric<"scale", "loc"> {
  static override readonly parameters = {
    scale: { constraint: constraints.positive, aliases: ["gamma"] },
    loc: { constraint: constraints.real, aliases: ["mu"], optional: true },
  };
  declare readonly scale: tf.Tensor;

  constructor(
    ...args: Args<[scale: Numeric, loc?: Numeric], OneOf<"scale" | "gamma"> & { loc?: Numeric; mu?: Numeric }>
  ) {
    super(args);
  }

  get loc(): tf.Tensor {
    return this.params.loc === undefined ? tf.zeros(this.batchShape) : this.parameter("loc");
  }

  get support() {
    const { loc } = this.params;
    return loc === undefined ? constraints.nonNegative : constraints.greaterThanEq(loc);
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    return this.icdfFormula(uniform(batch));
  }
  protected scoreFormula(x: tf.Tensor) {
    const z = this.standard(x);
    const { scale } = this.params;
    return tf.sub(Math.log(2 / Math.PI), tf.add(tf.log1p(tf.square(z)), tf.log(scale)));
  }

  private standard(x: tf.Tensor): tf.Tensor {
    const { scale, loc } = this.params;
    return tf.div(loc === undefined ? x : tf.sub(x, loc), scale);
  }
  protected override meanFormula() {
    return tf.scalar(Number.POSITIVE_INFINITY);
  }
  protected override varianceFormula() {
    return tf.scalar(Number.POSITIVE_INFINITY);
  }
  protected override entropyFormula() {
    return tf.add(tf.log(this.params.scale), Math.log(2 * Math.PI));
  }
  protected override cdfFormula(x: tf.Tensor) {
    return tf.mul(tf.atan(this.standard(x)), 2 / Math.PI);
  }
  protected override icdfFormula(q: tf.Tensor) {
    const { scale, loc } = this.params;
    const x = tf.mul(scale, tf.tan(tf.mul(q, Math.PI / 2)));
    return loc === undefined ? x : tf.add(x, loc);
  }
}

export const HalfCauchy = family("HalfCauchy", HalfCauchyDistribution);
export type HalfCauchy = HalfCauchyDistribution;
