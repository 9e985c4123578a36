import * as tf from "@tensorflow/tfjs-core";
import { betainc, broadcastTo, digamma, logBeta, logStandardGamma, type Numeric } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { ONE_MINUS, TINY, xlog1py, xlogy } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Beta: p(x) = x^(concentration1 - 1) (1 - x)^(concentration0 - 1) / B(concentration1, concentration0) on [0, 1].
 *
 * - `concentration1` (0.1: `alpha`): pulls towards 1, positive.
 * - `concentration0` (0.1: `beta`): pulls towards 0, positive.
 *
 * Draws are the sigmoid of the difference of two log-gamma draws, pathwise by implicit reparameterisation. They are
 * kept off 0 and 1, where float32 would put them and the density may be infinite.
 */
class BetaDistribution extends Parametric<"concentration1" | "concentration0"> {
  static override readonly parameters = {
    concentration1: { constraint: constraints.positive, aliases: ["alpha"] },
    concentration0: { constraint: constraints.positive, aliases: ["beta"] },
  };
  declare readonly concentration1: tf.Tensor;
  declare readonly concentration0: tf.Tensor;

  constructor(
    ...args: Args<
      [concentration1: Numeric, concentration0: Numeric],
      OneOf<"concentration1" | "alpha"> & OneOf<"concentration0" | "beta">
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
    const { concentration1: a, concentration0: b } = this.params;
    const odds = tf.sub(logStandardGamma(broadcastTo(a, batch)), logStandardGamma(broadcastTo(b, batch)));
    return tf.clipByValue(tf.sigmoid(odds), TINY, ONE_MINUS);
  }
  protected scoreFormula(x: tf.Tensor) {
    const { concentration1: a, concentration0: b } = this.params;
    return tf.sub(tf.add(xlogy(tf.sub(a, 1), x), xlog1py(tf.sub(b, 1), tf.neg(x))), logBeta(a, b));
  }

  protected override meanFormula() {
    const { concentration1: a, concentration0: b } = this.params;
    return tf.div(a, tf.add(a, b));
  }
  protected override varianceFormula() {
    const { concentration1: a, concentration0: b } = this.params;
    const total = tf.add(a, b);
    return tf.div(tf.mul(tf.div(a, total), tf.div(b, total)), tf.add(total, 1));
  }
  protected override entropyFormula() {
    const { concentration1: a, concentration0: b } = this.params;
    const total = tf.add(a, b);
    const terms = tf.add(tf.mul(tf.sub(a, 1), digamma(a)), tf.mul(tf.sub(b, 1), digamma(b)));
    return tf.add(tf.sub(logBeta(a, b), terms), tf.mul(tf.sub(total, 2), digamma(total)));
  }
  protected override cdfFormula(x: tf.Tensor) {
    const { concentration1: a, concentration0: b } = this.params;
    return betainc(a, b, x);
  }
}

export const Beta = family("Beta", BetaDistribution);
export type Beta = BetaDistribution;
