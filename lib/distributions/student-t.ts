import * as tf from "@tensorflow/tfjs-core";
import {
  broadcastTo,
  digamma,
  lgamma,
  logBeta,
  logStandardGamma,
  type Numeric,
  normal,
} from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { detached, expWithin } from "./helpers.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Student's t: with z = (x - loc) / scale, p(x) = Γ((df + 1) / 2) / (Γ(df / 2) √(π df) scale) · (1 + z² / df)^(-(df + 1) / 2).
 *
 * - `df`: degrees of freedom, positive.
 * - `loc`: real; 0 when absent.
 * - `scale`: positive; 1 when absent.
 *
 * The mean is NaN for df <= 1; the variance infinite for 1 < df <= 2 and NaN for df <= 1.
 */
class StudentTDistribution extends Parametric<"df" | "loc" | "scale"> {
  static override readonly parameters = {
    df: { constraint: constraints.positive },
    loc: { constraint: constraints.real, default: 0 },
    scale: { constraint: constraints.positive, default: 1 },
  };
  declare readonly df: tf.Tensor;
  declare readonly loc: tf.Tensor;
  declare readonly scale: tf.Tensor;

  constructor(
    ...args: Args<
      [df: Numeric, loc?: Numeric, scale?: Numeric],
      { df: Numeric; loc?: Numeric; scale?: Numeric }
    >
  ) {
    super(args);
  }

  get support() {
    return constraints.real;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const { df, loc, scale } = this.params;
    const half = tf.mul(df, 0.5);
    // By its logarithm: few degrees of freedom divide by what float32 cannot hold.
    const logChi = tf.sub(logStandardGamma(broadcastTo(half, batch)), tf.log(half));
    return tf.add(loc, tf.mul(scale, tf.mul(normal(batch), expWithin(tf.mul(logChi, -0.5), 75))));
  }
  protected scoreFormula(x: tf.Tensor) {
    const { df, loc, scale } = this.params;
    const z = tf.div(tf.sub(x, loc), scale);
    const half = tf.mul(df, 0.5);
    const tail = tf.mul(tf.add(half, 0.5), logOnePlusSquare(tf.div(z, tf.sqrt(df))));
    const gammas = tf.sub(lgamma(tf.add(half, 0.5)), lgamma(half));
    return tf.sub(tf.sub(gammas, tail), tf.add(tf.log(scale), tf.mul(tf.log(tf.mul(df, Math.PI)), 0.5)));
  }

  protected override meanFormula() {
    const { df, loc } = this.params;
    const none = detached(() => tf.lessEqual(df, 1));
    return tf.where(none, Number.NaN, loc);
  }
  protected override varianceFormula() {
    const { df, scale } = this.params;
    const finite = detached(() => tf.greater(df, 2));
    const none = detached(() => tf.lessEqual(df, 1));
    const d = tf.where(finite, df, 3);
    const variance = tf.mul(tf.square(scale), tf.div(d, tf.sub(d, 2)));
    return tf.where(none, Number.NaN, tf.where(finite, variance, Number.POSITIVE_INFINITY));
  }
  protected override entropyFormula() {
    const { df, scale } = this.params;
    const half = tf.mul(df, 0.5);
    const more = tf.add(half, 0.5);
    const slope = tf.mul(more, tf.sub(digamma(more), digamma(half)));
    const norm = tf.add(tf.mul(tf.log(df), 0.5), logBeta(half, 0.5));
    return tf.add(tf.add(tf.log(scale), slope), norm);
  }
}

/** log(1 + w²) where w² may overflow: beyond 1e9 the 1 is lost anyway. */
function logOnePlusSquare(w: tf.Tensor): tf.Tensor {
  const size = tf.abs(w);
  const far = tf.log(tf.div(tf.maximum(size, 1e9), 1e9));
  return tf.add(tf.log1p(tf.square(tf.minimum(size, 1e9))), tf.mul(far, 2));
}

export const StudentT = family("StudentT", StudentTDistribution);
export type StudentT = StudentTDistribution;
