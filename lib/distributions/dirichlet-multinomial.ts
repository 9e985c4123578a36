import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import type { Numeric } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { Dirichlet } from "./dirichlet.ts";
import { logRising } from "./discrete.ts";
import { Multinomial } from "./multinomial.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Dirichlet-multinomial: counts of `totalCount` throws whose chances follow a Dirichlet.
 * P(x) = n! Γ(A) / Γ(n + A) · Π Γ(x_k + a_k) / (x_k! Γ(a_k)), with A = Σ a_k.
 *
 * - `concentration` (`alpha`): a_k, positive, K along the last axis; an event of shape `[K]`.
 * - `totalCount` (`n`): one integer >= 0 for the whole batch; 1 when absent.
 */
class DirichletMultinomialDistribution extends Parametric<"concentration"> {
  static override readonly parameters = {
    concentration: { constraint: constraints.independent(constraints.positive, 1), aliases: ["alpha"] },
    totalCount: { setting: true, aliases: ["n"], default: 1 as number },
  } as const;
  declare readonly concentration: tf.Tensor;

  constructor(
    ...args: Args<
      [concentration: Numeric, totalCount?: number],
      OneOf<"concentration" | "alpha"> & { totalCount?: number; n?: number }
    >
  ) {
    super(args);
    const n = this.settings.totalCount;
    if (typeof n !== "number" || !Number.isInteger(n) || n < 0) {
      throw pyroError({
        what: "Parameter totalCount of DirichletMultinomial does not satisfy nonNegativeInteger",
        expected: "one integer >= 0 for the whole batch",
        got: String(n),
      });
    }
  }

  get totalCount(): number {
    return this.settings.totalCount as number;
  }
  override get eventShape(): number[] {
    return [this.params.concentration.shape.at(-1) ?? 0];
  }
  get support() {
    return constraints.multinomial(this.totalCount);
  }
  protected draw(batch: number[]) {
    const { concentration } = this.params;
    const probs = Dirichlet({ concentration, validateArgs: false }).expand(batch).sample();
    return Multinomial({ totalCount: this.totalCount, probs, validateArgs: false }).sample();
  }
  protected scoreFormula(x: tf.Tensor) {
    const { concentration: a } = this.params;
    const all = logRising(tf.sum(a, -1), tf.scalar(this.totalCount));
    return tf.sub(all, tf.sum(logRising(a, x), -1));
  }

  protected override meanFormula() {
    const { concentration: a } = this.params;
    return tf.mul(tf.div(a, tf.sum(a, -1, true)), this.totalCount);
  }
  protected override varianceFormula() {
    const { concentration: a } = this.params;
    const total = tf.sum(a, -1, true);
    const share = tf.div(a, total);
    const multinomial = tf.mul(tf.mul(share, tf.sub(1, share)), this.totalCount);
    return tf.mul(multinomial, tf.div(tf.add(total, this.totalCount), tf.add(total, 1)));
  }
}

export const DirichletMultinomial = family("DirichletMultinomial", DirichletMultinomialDistribution);
export type DirichletMultinomial = DirichletMultinomialDistribution;
