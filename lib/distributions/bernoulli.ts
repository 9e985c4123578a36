import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { clampProbs, detached, logit, xlogy } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Bernoulli: P(1) = probs, P(0) = 1 - probs.
 *
 * Exactly one of
 * - `probs` (0.1: `ps`): in [0, 1];
 * - `logits`: log(probs / (1 - probs)), real.
 */
class BernoulliDistribution extends Parametric<never, "probs" | "logits"> {
  static override readonly parameters = {
    probs: { constraint: constraints.unitInterval, aliases: ["ps"], oneOf: "chance" },
    logits: { constraint: constraints.real, oneOf: "chance" },
  };

  constructor(
    ...args: Args<
      [probs: Numeric] | [probs: null | undefined, logits: Numeric],
      OneOf<"probs" | "ps" | "logits">
    >
  ) {
    super(args);
  }

  /** P(1), in the shape of the batch. */
  get probs(): tf.Tensor {
    return this.params.probs === undefined ? this.mean : this.parameter("probs");
  }
  /** Log-odds of 1, in the shape of the batch; finite even where probs is 0 or 1. */
  get logits(): tf.Tensor {
    const { probs } = this.params;
    return probs === undefined
      ? this.parameter("logits")
      : tf.tidy(() => logit(clampProbs(this.parameter("probs"))));
  }

  get support() {
    return constraints.boolean;
  }
  override get hasEnumerateSupport() {
    return true;
  }
  protected override supportValues() {
    return tf.tensor1d([0, 1]);
  }
  protected draw(batch: number[]) {
    return tf.cast(tf.less(uniform(batch), this.chance()), "float32");
  }
  protected scoreFormula(x: tf.Tensor) {
    const { probs, logits } = this.params;
    if (logits !== undefined) return tf.sub(tf.mul(x, logits), tf.softplus(logits));
    // Each outcome reads its own probability only, so that a certain one (0 or 1) gives 0 or -Infinity, never NaN.
    const one = detached(() => tf.greater(x, 0.5));
    const p = probs as tf.Tensor;
    return tf.add(tf.log(tf.where(one, p, 1)), tf.log1p(tf.neg(tf.where(one, 0, p))));
  }

  private chance(): tf.Tensor {
    return this.params.probs ?? tf.sigmoid(this.params.logits as tf.Tensor);
  }
  protected override meanFormula() {
    return this.chance();
  }
  protected override varianceFormula() {
    const { probs, logits } = this.params;
    if (logits !== undefined) return tf.mul(tf.sigmoid(logits), tf.sigmoid(tf.neg(logits)));
    return tf.mul(probs as tf.Tensor, tf.sub(1, probs as tf.Tensor));
  }
  protected override entropyFormula() {
    const { probs, logits } = this.params;
    if (logits !== undefined) return tf.sub(tf.softplus(logits), tf.mul(logits, tf.sigmoid(logits)));
    const p = probs as tf.Tensor;
    const q = tf.sub(1, p);
    return tf.neg(tf.add(xlogy(p, p), xlogy(q, q)));
  }
}

export const Bernoulli = family("Bernoulli", BernoulliDistribution);
export type Bernoulli = BernoulliDistribution;
