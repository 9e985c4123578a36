import * as tf from "@tensorflow/tfjs-core";
import { lgamma, type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { clampProbs, detached, logSumExp, ONE_MINUS, TINY } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Relaxed one-hot Categorical (concrete, Gumbel-softmax): softmax((logits + Gumbel noise) / temperature), a point of
 * the simplex that has a pathwise derivative and tends to a one-hot vector as the temperature falls to 0.
 *
 * - `temperature`: positive.
 * - exactly one of `probs` (`ps`: non-negative, normalised here) and `logits`, K along the last axis.
 *
 * Source: Maddison, Mnih and Teh, "The concrete distribution" (2017).
 */
class RelaxedOneHotCategoricalDistribution extends Parametric<"temperature", "probs" | "logits"> {
  static override readonly parameters = {
    temperature: { constraint: constraints.positive },
    probs: { constraint: constraints.weights, aliases: ["ps"], oneOf: "chances" },
    logits: { constraint: constraints.realVector, oneOf: "chances" },
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

  private get size(): number {
    const { probs, logits } = this.params;
    return (probs ?? logits)?.shape.at(-1) ?? 0;
  }
  /** Normalised probabilities: shape `batchShape + [K]`. */
  get probs(): tf.Tensor {
    return tf.tidy(() => tf.exp(this.logits));
  }
  /** Normalised log-probabilities: shape `batchShape + [K]`. */
  get logits(): tf.Tensor {
    return tf.tidy(() => {
      const logits = this.scores();
      return tf.broadcastTo(tf.sub(logits, logSumExp(logits, true)), [...this.batchShape, this.size]);
    });
  }
  private scores(): tf.Tensor {
    const { probs, logits } = this.params;
    return probs === undefined
      ? (logits as tf.Tensor)
      : tf.log(clampProbs(tf.div(probs, tf.sum(probs, -1, true))));
  }

  override get eventShape(): number[] {
    return [this.size];
  }
  get support() {
    return constraints.simplex;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const gumbel = tf.neg(tf.log(tf.neg(tf.log(uniform([...batch, this.size])))));
    const warm = tf.div(tf.add(this.scores(), gumbel), tf.expandDims(this.params.temperature, -1));
    const top = detached(() => tf.max(warm, -1, true));
    const parts = tf.exp(tf.sub(warm, top));
    return tf.clipByValue(tf.div(parts, tf.sum(parts, -1, true)), TINY, ONE_MINUS);
  }
  protected scoreFormula(value: tf.Tensor) {
    const { temperature } = this.params;
    const log = tf.log(tf.clipByValue(value, TINY, 1));
    const scores = tf.sub(this.scores(), tf.mul(log, tf.expandDims(temperature, -1)));
    const shares = tf.sub(scores, logSumExp(scores, true));
    const norm = tf.add(lgamma(this.size), tf.mul(this.size - 1, tf.log(temperature)));
    return tf.add(tf.sum(tf.sub(shares, log), -1), norm);
  }
}

export const RelaxedOneHotCategorical = family(
  "RelaxedOneHotCategorical",
  RelaxedOneHotCategoricalDistribution,
);
export type RelaxedOneHotCategorical = RelaxedOneHotCategoricalDistribution;
