import * as tf from "@tensorflow/tfjs-core";
import { digamma, logBeta, type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { EULER_GAMMA, ONE_MINUS, TINY, xlogy } from "./helpers.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Kumaraswamy: much like a Beta, with a distribution function that can be inverted.
 * With a = concentration1 and b = concentration0, p(x) = a b x^(a - 1) (1 - x^a)^(b - 1) on [0, 1].
 *
 * - `concentration1`, `concentration0`: positive.
 */
class KumaraswamyDistribution extends Parametric<"concentration1" | "concentration0"> {
  static override readonly parameters = {
    concentration1: { constraint: constraints.positive },
    concentration0: { constraint: constraints.positive },
  };
  declare readonly concentration1: tf.Tensor;
  declare readonly concentration0: tf.Tensor;

  constructor(
    ...args: Args<
      [concentration1: Numeric, concentration0: Numeric],
      { concentration1: Numeric; concentration0: Numeric }
    >
  ) {
    super(args);
  }

  get support() {
    return constraints.unitInterval;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    return tf.clipByValue(this.icdfFormula(uniform(batch)), TINY, ONE_MINUS);
  }
  protected scoreFormula(x: tf.Tensor) {
    const { concentration1: a, concentration0: b } = this.params;
    // 1 - x^a without rounding x^a to 1.
    const inner = xlogy(tf.sub(b, 1), tf.neg(tf.expm1(tf.mul(a, tf.log(x)))));
    return tf.add(tf.add(tf.log(tf.mul(a, b)), xlogy(tf.sub(a, 1), x)), inner);
  }

  /** E[x^n] = b B(1 + n / a, b) */
  private moment(n: number): tf.Tensor {
    const { concentration1: a, concentration0: b } = this.params;
    return tf.mul(b, tf.exp(logBeta(tf.add(tf.div(n, a), 1), b)));
  }
  protected override meanFormula() {
    return this.moment(1);
  }
  protected override varianceFormula() {
    return tf.sub(this.moment(2), tf.square(this.moment(1)));
  }
  protected override entropyFormula() {
    const { concentration1: a, concentration0: b } = this.params;
    const harmonic = tf.add(digamma(tf.add(b, 1)), EULER_GAMMA);
    const first = tf.sub(1, tf.reciprocal(b));
    const second = tf.mul(tf.sub(1, tf.reciprocal(a)), harmonic);
    return tf.sub(tf.add(first, second), tf.log(tf.mul(a, b)));
  }
  protected override cdfFormula(x: tf.Tensor) {
    const { concentration1: a, concentration0: b } = this.params;
    return tf.neg(tf.expm1(tf.mul(b, tf.log1p(tf.neg(tf.pow(x, a))))));
  }
  protected override icdfFormula(q: tf.Tensor) {
    const { concentration1: a, concentration0: b } = this.params;
    const rest = tf.neg(tf.expm1(tf.div(tf.log1p(tf.neg(q)), b)));
    return tf.pow(rest, tf.reciprocal(a));
  }
}

export const Kumaraswamy = family("Kumaraswamy", KumaraswamyDistribution);
export type Kumaraswamy = KumaraswamyDistribution;
