import * as tf from "@tensorflow/tfjs-core";
import { logBeta, type Numeric } from "../tensor/index.ts";
import { Beta } from "./beta.ts";
import { Binomial } from "./binomial.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { logWays } from "./discrete.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Beta-binomial: successes in `totalCount` trials whose chance of success follows a Beta.
 * P(k) = C(n, k) B(k + concentration1, n - k + concentration0) / B(concentration1, concentration0).
 *
 * - `concentration1`, `concentration0`: of the Beta, positive.
 * - `totalCount` (`n`): number of trials, an integer >= 0; 1 when absent.
 */
class BetaBinomialDistribution extends Parametric<"concentration1" | "concentration0" | "totalCount"> {
  static override readonly parameters = {
    concentration1: { constraint: constraints.positive, aliases: ["alpha"] },
    concentration0: { constraint: constraints.positive, aliases: ["beta"] },
    totalCount: { constraint: constraints.nonNegativeInteger, aliases: ["n"], default: 1 },
  };
  declare readonly concentration1: tf.Tensor;
  declare readonly concentration0: tf.Tensor;
  declare readonly totalCount: tf.Tensor;

  constructor(
    ...args: Args<
      [concentration1: Numeric, concentration0: Numeric, totalCount?: Numeric],
      { concentration1: Numeric; concentration0: Numeric; totalCount?: Numeric }
    >
  ) {
    super(args);
  }

  get support() {
    return constraints.integerInterval(0, this.params.totalCount);
  }
  override get hasEnumerateSupport() {
    return true;
  }
  protected override supportValues() {
    const counts = Binomial({ totalCount: this.params.totalCount, probs: 0.5 }).enumerateSupport(false);
    return tf.reshape(counts, [counts.size]);
  }
  protected draw(batch: number[]) {
    const { concentration1, concentration0, totalCount } = this.params;
    const chance = Beta({ concentration1, concentration0, validateArgs: false }).expand(batch).sample();
    return Binomial({ totalCount, probs: chance, validateArgs: false }).sample();
  }
  protected scoreFormula(x: tf.Tensor) {
    const { concentration1: a, concentration0: b, totalCount: n } = this.params;
    const ratio = tf.sub(logBeta(tf.add(x, a), tf.add(tf.sub(n, x), b)), logBeta(a, b));
    return tf.add(logWays(n, x), ratio);
  }

  protected override meanFormula() {
    const { concentration1: a, concentration0: b, totalCount: n } = this.params;
    return tf.mul(n, tf.div(a, tf.add(a, b)));
  }
  protected override varianceFormula() {
    const { concentration1: a, concentration0: b, totalCount: n } = this.params;
    const total = tf.add(a, b);
    const binomial = tf.mul(n, tf.mul(tf.div(a, total), tf.div(b, total)));
    return tf.mul(binomial, tf.div(tf.add(total, n), tf.add(total, 1)));
  }
}

export const BetaBinomial = family("BetaBinomial", BetaBinomialDistribution);
export type BetaBinomial = BetaBinomialDistribution;
