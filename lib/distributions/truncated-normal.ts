import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, ndtri, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { detached, LOG_2PI, logNdtr, TINY } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/** A bound that is absent, in standard deviations: no mass lies beyond it in float32. */
const FAR = 1e4;

/** The interval in standard deviations, turned over where its middle lies right of 0: tails keep their digits left. */
interface Standard {
  readonly turned: tf.Tensor;
  readonly low: tf.Tensor;
  readonly high: tf.Tensor;
  /** log Φ(low) - log Φ(high), negative. */
  readonly logRatio: tf.Tensor;
  /** log(Φ(high) - Φ(low)). */
  readonly logMass: tf.Tensor;
}

/**
 * Normal cut off outside an interval: p(x) = N(x; loc, scale) / (Φ((high - loc) / scale) - Φ((low - loc) / scale)).
 *
 * - `loc` (`mu`): real; `scale` (`sigma`): positive. Of the normal before it is cut.
 * - `low`, `high`: the ends; each may be absent. `high` must be greater than `low`.
 *
 * The log-density is accurate however far out the interval lies; draws are while one end is within 12 scales of `loc`.
 */
class TruncatedNormalDistribution extends Parametric<"loc" | "scale", "low" | "high"> {
  static override readonly parameters = {
    loc: { constraint: constraints.real, aliases: ["mu"] },
    scale: { constraint: constraints.positive, aliases: ["sigma"] },
    low: { constraint: constraints.real, optional: true },
    high: {
      constraint: ({ low }: Readonly<Record<string, tf.Tensor>>) =>
        low === undefined ? constraints.real : constraints.greaterThan(low),
      optional: true,
    },
  };
  declare readonly loc: tf.Tensor;
  declare readonly scale: tf.Tensor;
  get low(): tf.Tensor | undefined {
    return this.params.low === undefined ? undefined : this.parameter("low");
  }
  get high(): tf.Tensor | undefined {
    return this.params.high === undefined ? undefined : this.parameter("high");
  }

  constructor(
    ...args: Args<
      [loc: Numeric, scale: Numeric, low?: Numeric | null, high?: Numeric | null],
      OneOf<"loc" | "mu"> & OneOf<"scale" | "sigma"> & { low?: Numeric; high?: Numeric }
    >
  ) {
    super(args);
  }

  get support() {
    const { low, high } = this.params;
    if (low === undefined) return high === undefined ? constraints.real : constraints.lessThanEq(high);
    return high === undefined ? constraints.greaterThanEq(low) : constraints.interval(low, high);
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    return this.icdfFormula(uniform(batch));
  }

  private standard(x: tf.Tensor): tf.Tensor {
    return tf.div(tf.sub(x, this.params.loc), this.params.scale);
  }
  private ends(): { low: tf.Tensor; high: tf.Tensor } {
    const { low, high } = this.params;
    return {
      low: low === undefined ? tf.scalar(-FAR) : this.standard(low),
      high: high === undefined ? tf.scalar(FAR) : this.standard(high),
    };
  }
  private mass(): Standard {
    const { low: a, high: b } = this.ends();
    const turned = detached(() => tf.greater(tf.add(a, b), 0));
    const low = tf.where(turned, tf.neg(b), a);
    const high = tf.where(turned, tf.neg(a), b);
    const top = logNdtr(high);
    const logRatio = tf.sub(logNdtr(low), top);
    return { turned, low, high, logRatio, logMass: tf.add(top, tf.log(tf.neg(tf.expm1(logRatio)))) };
  }

  protected scoreFormula(x: tf.Tensor) {
    const square = tf.add(tf.square(this.standard(x)), LOG_2PI);
    return tf.neg(tf.add(tf.mul(square, 0.5), tf.add(tf.log(this.params.scale), this.mass().logMass)));
  }

  /** Densities of the cut standard normal at both ends, and those times the ends. */
  private edges() {
    const { low, high } = this.ends();
    const { logMass } = this.mass();
    const density = (z: tf.Tensor) => tf.exp(tf.sub(tf.mul(tf.add(tf.square(z), LOG_2PI), -0.5), logMass));
    const [atLow, atHigh] = [density(low), density(high)];
    return { fall: tf.sub(atLow, atHigh), moment: tf.sub(tf.mul(low, atLow), tf.mul(high, atHigh)), logMass };
  }
  protected override meanFormula() {
    return tf.add(this.params.loc, tf.mul(this.params.scale, this.edges().fall));
  }
  protected override varianceFormula() {
    const { fall, moment } = this.edges();
    return tf.mul(tf.square(this.params.scale), tf.sub(tf.add(1, moment), tf.square(fall)));
  }
  protected override entropyFormula() {
    const { moment, logMass } = this.edges();
    const whole = tf.add(tf.log(this.params.scale), (LOG_2PI + 1) / 2);
    return tf.add(tf.add(whole, logMass), tf.mul(moment, 0.5));
  }
  protected override cdfFormula(x: tf.Tensor) {
    const { turned, low, logMass } = this.mass();
    const z = this.standard(x);
    const share = (at: tf.Tensor) => tf.exp(tf.sub(logNdtr(at), logMass));
    const below = tf.sub(share(tf.where(turned, tf.neg(z), z)), share(low));
    return tf.where(turned, tf.sub(1, below), below);
  }
  protected override icdfFormula(q: tf.Tensor) {
    const { low, high, loc, scale } = this.params;
    const { turned, low: from, logMass } = this.mass();
    const share = tf.where(turned, tf.sub(1, q), q);
    const level = tf.add(tf.exp(logNdtr(from)), tf.mul(share, tf.exp(logMass)));
    const z = ndtri(tf.clipByValue(level, TINY, 1));
    let x = tf.add(loc, tf.mul(scale, tf.where(turned, tf.neg(z), z)));
    if (low !== undefined) x = tf.maximum(x, low);
    return high === undefined ? x : tf.minimum(x, high);
  }
}

export const TruncatedNormal = family("TruncatedNormal", TruncatedNormalDistribution);
export type TruncatedNormal = TruncatedNormalDistribution;
