import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { clampProbs, logit, xlog1py } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Geometric: failures before the first success. P(k) = probs (1 - probs)^k for k = 0, 1, 2, ...
 *
 * Exactly one of
 * - `probs`: chance of success, greater than 0 and at most 1;
 * - `logits`: its log-odds, real.
 */
class GeometricDistribution extends Parametric<never, "probs" | "logits"> {
  static override readonly parameters = {
    probs: { constraint: constraints.halfOpenUnitInterval, oneOf: "chance" },
    logits: { constraint: constraints.real, oneOf: "chance" },
  };

  constructor(
    ...args: Args<[probs: Numeric] | [probs: null | undefined, logits: Numeric], OneOf<"probs" | "logits">>
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
    return constraints.nonNegativeInteger;
  }
  protected draw(batch: number[]) {
    const { probs, logits } = this.params;
    const failure = logits === undefined ? tf.log1p(tf.neg(probs as tf.Tensor)) : tf.neg(tf.softplus(logits));
    return tf.floor(tf.div(tf.log(uniform(batch)), failure));
  }
  protected scoreFormula(x: tf.Tensor) {
    const { probs, logits } = this.params;
    if (logits !== undefined) return tf.sub(logits, tf.mul(tf.add(x, 1), tf.softplus(logits)));
    const p = probs as tf.Tensor;
    return tf.add(xlog1py(x, tf.neg(p)), tf.log(p));
  }

  private chance(): tf.Tensor {
    return this.params.probs ?? tf.sigmoid(this.params.logits as tf.Tensor);
  }
  protected override meanFormula() {
    const p = this.chance();
    return tf.div(tf.sub(1, p), p);
  }
  protected override varianceFormula() {
    const p = this.chance();
    return tf.div(tf.sub(1, p), tf.square(p));
  }
  protected override entropyFormula() {
    const p = this.chance();
    const q = tf.sub(1, p);
    return tf.neg(tf.div(tf.add(xlog1py(q, tf.neg(p)), tf.mul(p, tf.log(p))), p));
  }
}

export const Geometric = family("Geometric", GeometricDistribution);
export type Geometric = GeometricDistribution;
