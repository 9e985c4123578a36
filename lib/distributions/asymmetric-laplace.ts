import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { detached } from "./helpers.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Asymmetric Laplace: exponential tails of scale `scale · asymmetry` to the left of `loc` and `scale / asymmetry` to
 * its right: p(x) = exp(-|x - loc| / (scale of that side)) / (sum of both scales).
 *
 * - `loc`: the peak, real.
 * - `scale`, `asymmetry`: positive; an asymmetry of 1 is the Laplace distribution.
 */
class AsymmetricLaplaceDistribution extends Parametric<"loc" | "scale" | "asymmetry"> {
  static override readonly parameters = {
    loc: { constraint: constraints.real },
    scale: { constraint: constraints.positive },
    asymmetry: { constraint: constraints.positive },
  };
  declare readonly loc: tf.Tensor;
  declare readonly scale: tf.Tensor;
  declare readonly asymmetry: tf.Tensor;

  constructor(
    ...args: Args<
      [loc: Numeric, scale: Numeric, asymmetry: Numeric],
      { loc: Numeric; scale: Numeric; asymmetry: Numeric }
    >
  ) {
    super(args);
  }

  get support() {
    return constraints.real;
  }
  protected override get pathwise() {
    return true;
  }
  private sides(): { left: tf.Tensor; right: tf.Tensor; total: tf.Tensor } {
    const { scale, asymmetry } = this.params;
    const [left, right] = [tf.mul(scale, asymmetry), tf.div(scale, asymmetry)];
    return { left, right, total: tf.add(left, right) };
  }
  protected draw(batch: number[]) {
    return this.icdfFormula(uniform(batch));
  }
  protected scoreFormula(x: tf.Tensor) {
    const { left, right, total } = this.sides();
    const z = tf.sub(x, this.params.loc);
    const below = detached(() => tf.less(z, 0));
    return tf.sub(tf.where(below, tf.div(z, left), tf.neg(tf.div(z, right))), tf.log(total));
  }

  protected override meanFormula() {
    const { left, right } = this.sides();
    return tf.add(this.params.loc, tf.sub(right, left));
  }
  protected override varianceFormula() {
    const { left, right } = this.sides();
    return tf.add(tf.square(left), tf.square(right));
  }
  protected override entropyFormula() {
    return tf.add(1, tf.log(this.sides().total));
  }
  protected override cdfFormula(x: tf.Tensor) {
    const { left, right, total } = this.sides();
    const z = tf.sub(x, this.params.loc);
    const below = detached(() => tf.less(z, 0));
    const lower = tf.mul(tf.div(left, total), tf.exp(tf.div(tf.where(below, z, 0), left)));
    const upper = tf.mul(tf.div(right, total), tf.exp(tf.neg(tf.div(tf.where(below, 0, z), right))));
    return tf.where(below, lower, tf.sub(1, upper));
  }
  protected override icdfFormula(q: tf.Tensor) {
    const { left, right, total } = this.sides();
    const below = detached(() => tf.less(tf.mul(q, total), left));
    const lower = tf.mul(left, tf.log(tf.mul(tf.where(below, q, 0.5), tf.div(total, left))));
    const rest = tf.where(below, 0.5, tf.sub(1, q));
    const upper = tf.mul(right, tf.log(tf.mul(rest, tf.div(total, right))));
    return tf.add(this.params.loc, tf.where(below, lower, tf.neg(upper)));
  }
}

export const AsymmetricLaplace = family("AsymmetricLaplace", AsymmetricLaplaceDistribution);
export type AsymmetricLaplace = AsymmetricLaplaceDistribution;
