import * as tf from "@tensorflow/tfjs-core";
import { broadcastTo, digamma, lgamma, logStandardGamma, type Numeric } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { detached, ONE_MINUS, TINY, xlogy } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Dirichlet: p(x) = Γ(Σ a) / Π Γ(a_k) · Π x_k^(a_k - 1) on vectors of K positive numbers that sum to 1.
 *
 * - `concentration` (`alpha`): positive, K along the last axis; an event of shape `[K]`.
 *
 * Draws are the softmax of log-gamma draws: pathwise, and finite for small concentrations.
 */
class DirichletDistribution extends Parametric<"concentration"> {
  static override readonly parameters = {
    concentration: { constraint: constraints.independent(constraints.positive, 1), aliases: ["alpha"] },
  };
  declare readonly concentration: tf.Tensor;

  constructor(...args: Args<[concentration: Numeric], OneOf<"concentration" | "alpha">>) {
    super(args);
  }

  override get eventShape(): number[] {
    return [this.params.concentration.shape.at(-1) ?? 0];
  }
  get support() {
    return constraints.simplex;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const logs = logStandardGamma(broadcastTo(this.params.concentration, [...batch, ...this.eventShape]));
    const top = detached(() => tf.max(logs, -1, true));
    const parts = tf.exp(tf.sub(logs, top));
    return tf.clipByValue(tf.div(parts, tf.sum(parts, -1, true)), TINY, ONE_MINUS);
  }
  protected scoreFormula(x: tf.Tensor) {
    const { concentration: a } = this.params;
    const norm = tf.sub(lgamma(tf.sum(a, -1)), tf.sum(lgamma(a), -1));
    return tf.add(tf.sum(xlogy(tf.sub(a, 1), x), -1), norm);
  }

  protected override meanFormula() {
    const { concentration: a } = this.params;
    return tf.div(a, tf.sum(a, -1, true));
  }
  protected override varianceFormula() {
    const total = tf.sum(this.params.concentration, -1, true);
    const mean = this.meanFormula();
    return tf.div(tf.mul(mean, tf.sub(1, mean)), tf.add(total, 1));
  }
  protected override entropyFormula() {
    const { concentration: a } = this.params;
    const total = tf.sum(a, -1);
    const norm = tf.sub(tf.sum(lgamma(a), -1), lgamma(total));
    const k = this.eventShape[0] as number;
    const spread = tf.mul(tf.sub(total, k), digamma(total));
    return tf.sub(tf.add(norm, spread), tf.sum(tf.mul(tf.sub(a, 1), digamma(a)), -1));
  }
}

export const Dirichlet = family("Dirichlet", DirichletDistribution);
export type Dirichlet = DirichletDistribution;
