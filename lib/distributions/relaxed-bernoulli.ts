import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { clampProbs, logit, ONE_MINUS, TINY } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Relaxed Bernoulli (binary concrete): the sigmoid of (logits + logistic noise) / temperature, a number in (0, 1) that
 * has a pathwise derivative and tends to a Bernoulli as the temperature falls to 0.
 *
 * - `temperature`: positive.
 * - exactly one of `probs` (`ps`) in [0, 1] and `logits`, its log-odds.
 *
 * Source: Maddison, Mnih and Teh, "The concrete distribution" (2017).
 */
class RelaxedBernoulliDistribution extends Parametric<"temperature", "probs" | "logits"> {
  static override readonly parameters = {
    temperature: { constraint: constraints.positive },
    probs: { constraint: constraints.unitInterval, aliases: ["ps"], oneOf: "chance" },
    logits: { constraint: constraints.real, oneOf: "chance" },
  };
  declare readonly temperature: tf.Tensor;

  constructor(
    ...args: Args<
      | [temperature: Numeric, probs: Numeric]
      | [temperature: Numeric, probs: null | undefined, logits: Numeric],
      { temperature: Numeric } & OneOf<"probs" | "ps" | "logits">
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
  private centre(): tf.Tensor {
    return this.params.logits ?? logit(clampProbs(this.params.probs as tf.Tensor));
  }

  get support() {
    return constraints.unitInterval;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const noisy = tf.add(this.centre(), logit(uniform(batch)));
    return inside(tf.sigmoid(tf.div(noisy, this.params.temperature)));
  }
  protected scoreFormula(value: tf.Tensor) {
    const { temperature } = this.params;
    const x = inside(value);
    const [log, logRest] = [tf.log(x), tf.log1p(tf.neg(x))];
    const away = tf.sub(this.centre(), tf.mul(temperature, tf.sub(log, logRest)));
    const noise = tf.sub(away, tf.mul(2, tf.softplus(away)));
    return tf.sub(tf.add(tf.log(temperature), noise), tf.add(log, logRest));
  }
}

/** Off the ends, where the density is infinite. */
const inside = (x: tf.Tensor) => tf.clipByValue(x, TINY, ONE_MINUS);

export const RelaxedBernoulli = family("RelaxedBernoulli", RelaxedBernoulliDistribution);
export type RelaxedBernoulli = RelaxedBernoulliDistribution;
