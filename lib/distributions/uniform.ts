import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Uniform: p(x) = 1 / (high - low) for low <= x <= high.
 *
 * - `low` (0.1: `a`): real.
 * - `high` (0.1: `b`): greater than `low`.
 */
class UniformDistribution extends Parametric<"low" | "high"> {
  static override readonly parameters = {
    low: { constraint: constraints.real, aliases: ["a"] },
    high: {
      constraint: ({ low }: Readonly<Record<string, tf.Tensor>>) => constraints.greaterThan(low ?? 0),
      aliases: ["b"],
    },
  };
  declare readonly low: tf.Tensor;
  declare readonly high: tf.Tensor;

  constructor(...args: Args<[low: Numeric, high: Numeric], OneOf<"low" | "a"> & OneOf<"high" | "b">>) {
    super(args);
  }

  get support() {
    return constraints.interval(this.params.low, this.params.high);
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    return this.icdfFormula(uniform(batch));
  }
  protected scoreFormula(x: tf.Tensor) {
    return tf.sub(tf.zerosLike(x), tf.log(this.width()));
  }

  private width(): tf.Tensor {
    return tf.sub(this.params.high, this.params.low);
  }
  protected override meanFormula() {
    return tf.mul(tf.add(this.params.low, this.params.high), 0.5);
  }
  protected override varianceFormula() {
    return tf.div(tf.square(this.width()), 12);
  }
  protected override entropyFormula() {
    return tf.log(this.width());
  }
  protected override cdfFormula(x: tf.Tensor) {
    return tf.clipByValue(tf.div(tf.sub(x, this.params.low), this.width()), 0, 1);
  }
  protected override icdfFormula(q: tf.Tensor) {
    return tf.add(this.params.low, tf.mul(this.width(), q));
  }
}

export const Uniform = family("Uniform", UniformDistribution);
export type Uniform = UniformDistribution;
