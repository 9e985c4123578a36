import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { broadcastShapes } from "../tensor/index.ts";
import { expandRight } from "./batch.ts";
import { callable } from "./callable.ts";
import { type Constraint, dependent, independent } from "./constraints.ts";
import { Distribution, type Shape } from "./distribution.ts";
import { logSumExp } from "./helpers.ts";

/** What chooses among the components: a Categorical, or whatever else has normalised probabilities. */
export interface Mixing extends Distribution {
  /** Shape `batchShape + [K]`. */
  readonly probs: tf.Tensor;
  readonly logits: tf.Tensor;
}

/**
 * Mixture of K distributions of one family: p(x) = Σ_k mixing[k] · p_k(x).
 *
 * - `mixingDistribution`: a Categorical of K outcomes.
 * - `componentDistribution`: its last batch axis has length K, one component each.
 *
 * The component is summed out, so that nothing discrete is left for inference; draws carry no gradient.
 */
class MixtureSameFamilyDistribution extends Distribution {
  readonly mixingDistribution: Mixing;
  readonly componentDistribution: Distribution;

  constructor(mixingDistribution: Mixing, componentDistribution: Distribution) {
    const size = mixingDistribution.probs.shape.at(-1);
    const { batchShape } = componentDistribution;
    if (batchShape.at(-1) !== size) {
      throw pyroError({
        what: "MixtureSameFamily needs one component for each outcome of the mixing distribution",
        expected: `a last batch axis of length ${size}`,
        got: `components of batch shape [${batchShape}]`,
        try: "give the parameters of the components a last axis for the component",
      });
    }
    super(broadcastShapes(mixingDistribution.batchShape, batchShape.slice(0, -1)));
    this.mixingDistribution = mixingDistribution;
    this.componentDistribution = componentDistribution;
  }

  /** Number of components. */
  get size(): number {
    return this.componentDistribution.batchShape.at(-1) ?? 0;
  }
  override get eventShape(): number[] {
    return this.componentDistribution.eventShape;
  }
  /** That of the components; where it differs between them, what each says of a value counts. */
  get support(): Constraint {
    const { support } = this.componentDistribution;
    const differs = [support.lower, support.upper].some((b) => b instanceof tf.Tensor && b.rank > 0);
    return differs ? independent(dependent, support.eventDim) : support;
  }

  protected draw(batch: number[]): tf.Tensor {
    const sampleShape = batch.slice(0, batch.length - this.batchShape.length);
    const { mixingDistribution, componentDistribution, eventDim } = this;
    const chosen = mixingDistribution.expand(this.batchShape).sample(sampleShape);
    const values = componentDistribution.expand([...this.batchShape, this.size]).sample(sampleShape);
    const hit = tf.equal(tf.expandDims(chosen, -1), tf.range(0, this.size));
    return tf.sum(tf.where(this.across(hit), values, 0), -1 - eventDim);
  }
  protected scoreFormula(x: tf.Tensor): tf.Tensor {
    const { mixingDistribution, componentDistribution, eventDim } = this;
    const copies = tf.expandDims(x, -1 - eventDim);
    return logSumExp(tf.add(mixingDistribution.logits, componentDistribution.logProb(copies)));
  }

  /** One number for each component, in line with their values. */
  private across(x: tf.Tensor): tf.Tensor {
    return expandRight(x, this.eventDim);
  }
  private average(x: tf.Tensor): tf.Tensor {
    return tf.sum(tf.mul(this.across(this.mixingDistribution.probs), x), -1 - this.eventDim);
  }
  protected override meanFormula() {
    return this.average(this.componentDistribution.mean);
  }
  protected override varianceFormula() {
    const { mean, variance } = this.componentDistribution;
    const centred = tf.sub(mean, tf.expandDims(this.average(mean), -1 - this.eventDim));
    return this.average(tf.add(variance, tf.square(centred)));
  }
  protected override cdfFormula(x: tf.Tensor) {
    if (this.eventDim > 0) throw this.missing("cdf");
    return this.average(this.componentDistribution.cdf(tf.expandDims(x, -1)));
  }
  override expand(batchShape: Shape): Distribution {
    const wanted = this.expandedShape(batchShape);
    return new MixtureSameFamilyDistribution(
      this.mixingDistribution.expand(wanted) as Mixing,
      this.componentDistribution.expand([...wanted, this.size]),
    );
  }
  protected override describe(): string {
    return `${this.mixingDistribution}, ${this.componentDistribution}`;
  }
}

export const MixtureSameFamily = callable("MixtureSameFamily", MixtureSameFamilyDistribution);
export type MixtureSameFamily = MixtureSameFamilyDistribution;
