import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { clampProbs, detached, logit } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Continuous Bernoulli: p(x) = probs^x (1 - probs)^(1 - x) / Z on [0, 1], which is an exponential function of x with
 * the log-odds as its rate: p(x) = l exp(l x) / (exp(l) - 1).
 *
 * Exactly one of
 * - `probs`: in [0, 1]; where the density peaks, not the mean;
 * - `logits`: its log-odds l, real.
 *
 * Everything is a power series in l near 0 (probs near 1/2), where the closed forms are 0 / 0.
 * Source: Loaiza-Ganem and Cunningham, "The continuous Bernoulli" (2019).
 */
class ContinuousBernoulliDistribution extends Parametric<never, "probs" | "logits"> {
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

  get probs(): tf.Tensor {
    if (this.params.probs !== undefined) return this.parameter("probs");
    return tf.tidy(() => tf.sigmoid(this.parameter("logits")));
  }
  get logits(): tf.Tensor {
    return tf.tidy(() => tf.clone(tf.broadcastTo(this.rate(), this.batchShape)));
  }
  private rate(): tf.Tensor {
    return this.params.logits ?? logit(clampProbs(this.params.probs as tf.Tensor));
  }

  get support() {
    return constraints.unitInterval;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    return this.icdfFormula(uniform(batch));
  }
  protected scoreFormula(x: tf.Tensor) {
    const rate = this.rate();
    return tf.sub(tf.mul(rate, x), logNorm(rate));
  }

  protected override meanFormula() {
    return slopeOfNorm(this.rate());
  }
  protected override varianceFormula() {
    // 1/l² - 1/(4 sinh²(l/2)), with sinh written so that it does not overflow.
    return nearZero(
      this.rate(),
      1,
      (l) => polynomial(tf.square(l), [1 / 12, -1 / 240, 1 / 6048, -1 / 172800, 1 / 5322240]),
      (l) => {
        const a = tf.neg(tf.abs(l));
        return tf.sub(tf.div(1, tf.square(l)), tf.div(tf.exp(a), tf.square(tf.expm1(a))));
      },
    );
  }
  protected override entropyFormula() {
    const rate = this.rate();
    return tf.sub(logNorm(rate), tf.mul(rate, slopeOfNorm(rate)));
  }
  protected override cdfFormula(x: tf.Tensor) {
    const rate = this.rate();
    return nearZero(
      rate,
      0,
      () => x,
      (l) => {
        const a = tf.neg(tf.abs(l));
        const share = tf.div(tf.expm1(tf.mul(a, x)), tf.expm1(a));
        const rising = tf.exp(tf.mul(tf.relu(l), tf.sub(x, 1)));
        return tf.mul(share, rising);
      },
    );
  }
  protected override icdfFormula(q: tf.Tensor) {
    const rate = this.rate();
    const spread = tf.mul(q, tf.sub(1, q));
    return nearZero(
      rate,
      0.1,
      // Cumulants of a Bernoulli of chance q.
      (l) => {
        const skew = tf.mul(spread, tf.sub(1, tf.mul(2, q)));
        const fourth = tf.mul(spread, tf.sub(1, tf.mul(6, spread)));
        const terms = tf.add(tf.div(skew, 6), tf.mul(tf.div(fourth, 24), l));
        return tf.add(q, tf.mul(l, tf.add(tf.div(spread, 2), tf.mul(l, terms))));
      },
      (l) => {
        const rising = detached(() => tf.greater(l, 0));
        const a = tf.neg(tf.abs(l));
        const share = tf.where(rising, tf.sub(1, q), q);
        const y = tf.div(tf.log1p(tf.mul(share, tf.expm1(a))), a);
        return tf.clipByValue(tf.where(rising, tf.sub(1, y), y), 0, 1);
      },
    );
  }
}

/** `series` where |l| <= reach, `closed` elsewhere; each sees only values it is good for. */
function nearZero(
  l: tf.Tensor,
  reach: number,
  series: (l: tf.Tensor) => tf.Tensor,
  closed: (l: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const near = detached(() => tf.lessEqual(tf.abs(l), reach));
  return tf.where(near, series(tf.where(near, l, 0)), closed(tf.where(near, 1, l)));
}

function polynomial(x: tf.Tensor, coefficients: readonly number[]): tf.Tensor {
  return coefficients.reduceRight<tf.Tensor>((sum, c) => tf.add(tf.mul(sum, x), c), tf.zerosLike(x));
}

/** log((exp(l) - 1) / l), the logarithm of what normalises exp(l x). */
export function logNorm(rate: tf.Tensor): tf.Tensor {
  const even = nearZero(
    rate,
    1,
    (l) => {
      const square = tf.square(l);
      return tf.mul(square, polynomial(square, [1 / 24, -1 / 2880, 1 / 181440, -1 / 9676800]));
    },
    (l) => {
      const a = tf.abs(l);
      return tf.add(tf.div(a, 2), tf.log(tf.div(tf.neg(tf.expm1(tf.neg(a))), a)));
    },
  );
  return tf.add(tf.div(rate, 2), even);
}

/** The derivative of `logNorm`: the mean. */
export function slopeOfNorm(rate: tf.Tensor): tf.Tensor {
  return nearZero(
    rate,
    1,
    (l) => tf.add(tf.mul(l, polynomial(tf.square(l), [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600])), 0.5),
    (l) => tf.sub(tf.neg(tf.div(1, tf.expm1(tf.neg(l)))), tf.div(1, l)),
  );
}

export const ContinuousBernoulli = family("ContinuousBernoulli", ContinuousBernoulliDistribution);
export type ContinuousBernoulli = ContinuousBernoulliDistribution;
