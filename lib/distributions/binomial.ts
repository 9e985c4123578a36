import * as tf from "@tensorflow/tfjs-core";
import { betainc, broadcastTo, type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { discreteQuantile, logWays } from "./discrete.ts";
import { clampProbs, detached, logit, xlog1py, xlogy } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Binomial: successes in `totalCount` trials. P(k) = C(n, k) probs^k (1 - probs)^(n - k) for k = 0, ..., n.
 *
 * - `totalCount` (`n`): number of trials, an integer >= 0; 1 when absent.
 * - exactly one of `probs` (`ps`) in [0, 1] and `logits`, its log-odds.
 */
class BinomialDistribution extends Parametric<"totalCount", "probs" | "logits"> {
  static override readonly parameters = {
    totalCount: { constraint: constraints.nonNegativeInteger, aliases: ["n"], default: 1 },
    probs: { constraint: constraints.unitInterval, aliases: ["ps"], oneOf: "chance" },
    logits: { constraint: constraints.real, oneOf: "chance" },
  };
  declare readonly totalCount: tf.Tensor;

  constructor(
    ...args: Args<
      [totalCount: Numeric, probs: Numeric] | [totalCount: Numeric, probs: null | undefined, logits: Numeric],
      { totalCount?: Numeric; n?: Numeric } & OneOf<"probs" | "ps" | "logits">
    >
  ) {
    super(args);
  }

  get probs(): tf.Tensor {
    if (this.params.probs !== undefined) return this.parameter("probs");
    return tf.tidy(() => tf.sigmoid(this.parameter("logits")));
  }
  get logits(): tf.Tensor {
    if (this.params.logits !== undefined) return this.parameter("logits");
    return tf.tidy(() => logit(clampProbs(this.parameter("probs"))));
  }

  get support() {
    return constraints.integerInterval(0, this.params.totalCount);
  }
  protected draw(batch: number[]) {
    const n = this.params.totalCount;
    const moments = { mean: this.meanFormula(), variance: this.varianceFormula(), lowest: 0, highest: n };
    return broadcastTo(
      discreteQuantile(uniform(batch), (k) => this.cdfFormula(k), moments),
      batch,
    );
  }
  protected scoreFormula(x: tf.Tensor) {
    const { totalCount: n, probs, logits } = this.params;
    const rest = tf.sub(n, x);
    const ways = logWays(n, x);
    if (logits !== undefined) return tf.add(ways, tf.sub(tf.mul(x, logits), tf.mul(n, tf.softplus(logits))));
    const p = probs as tf.Tensor;
    return tf.add(ways, tf.add(xlogy(x, p), xlog1py(rest, tf.neg(p))));
  }

  /** 0, 1, ..., n: reads `totalCount`, which must be the same in the whole batch. */
  override get hasEnumerateSupport() {
    return true;
  }
  protected override supportValues() {
    const counts = new Set(this.params.totalCount.dataSync());
    if (counts.size !== 1)
      throw this.missing("enumerateSupport (with a totalCount that differs in the batch)");
    return tf.range(0, Number([...counts][0]) + 1);
  }

  private chance(): tf.Tensor {
    return this.params.probs ?? tf.sigmoid(this.params.logits as tf.Tensor);
  }
  protected override meanFormula() {
    return tf.mul(this.params.totalCount, this.chance());
  }
  protected override varianceFormula() {
    const p = this.chance();
    return tf.mul(tf.mul(this.params.totalCount, p), tf.sub(1, p));
  }
  protected override entropyFormula() {
    const scores = this.logProb(this.enumerateSupport(false));
    const impossible = detached(() => tf.equal(scores, Number.NEGATIVE_INFINITY));
    const safe = tf.where(impossible, 0, scores);
    return tf.neg(tf.sum(tf.where(impossible, 0, tf.mul(tf.exp(safe), safe)), 0));
  }
  protected override cdfFormula(x: tf.Tensor) {
    const n = this.params.totalCount;
    const last = detached(() => tf.greaterEqual(x, n));
    const b = tf.where(last, 1, tf.sub(n, x));
    return tf.where(last, 1, tf.sub(1, betainc(tf.add(x, 1), b, this.chance())));
  }
}

export const Binomial = family("Binomial", BinomialDistribution);
export type Binomial = BinomialDistribution;
