/** The law of `transform(x)` when `x` follows a base distribution. */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { sumRightmost } from "../tensor/index.ts";
import { callable } from "./callable.ts";
import type { Constraint } from "./constraints.ts";
import { independent } from "./constraints.ts";
import { Distribution, type Shape } from "./distribution.ts";
import { asTransform, type BijectorLike, type Transform } from "./transform.ts";
import { compose } from "./transforms.ts";

/**
 * log p(y) = log p_base(x) - log |det dy/dx| at x = inverse(y).
 *
 * @param base - where draws come from.
 * @param transforms - one transform (or 0.1 bijector), or several, applied in order.
 */
class TransformedDistributionClass extends Distribution {
  readonly base: Distribution;
  readonly transform: Transform;

  constructor(base: Distribution, transforms: BijectorLike | readonly BijectorLike[]) {
    const parts = (Array.isArray(transforms) ? transforms : [transforms]).map(asTransform);
    const transform = parts.length === 1 ? (parts[0] as Transform) : compose(parts);
    if (!transform.bijective) {
      throw pyroError({
        what: `${transform} cannot transform a distribution`,
        expected: "a bijection",
        got: String(transform),
        try: "stickBreaking instead of softmax",
      });
    }
    // A transform of vectors takes as many batch axes of the base into the event as it needs.
    const missing = Math.max(0, transform.domain.eventDim - base.eventDim);
    const widened = base.toEvent(missing);
    super(widened.batchShape);
    this.base = widened;
    this.transform = transform;
  }

  override get eventShape(): number[] {
    return this.transform.forwardShape(this.base.shape()).slice(this.batchShape.length);
  }
  get support(): Constraint {
    const { codomain } = this.transform;
    return independent(codomain, Math.max(0, this.eventDim - codomain.eventDim));
  }
  override get hasRsample() {
    return this.base.hasRsample;
  }
  protected draw(batch: number[]): tf.Tensor {
    const sampleShape = batch.slice(0, batch.length - this.batchShape.length);
    const x = this.base.hasRsample ? this.base.rsample(sampleShape) : this.base.sample(sampleShape);
    return this.transform.call(x);
  }
  protected scoreFormula(y: tf.Tensor): tf.Tensor {
    const { base, transform } = this;
    const x = transform.inverse(y);
    const volume = sumRightmost(transform.logAbsDetJacobian(x, y), base.eventDim - transform.eventDim);
    return tf.sub(base.logProb(x), volume);
  }
  protected override cdfFormula(y: tf.Tensor): tf.Tensor {
    const rising = this.monotone();
    const below = this.base.cdf(this.transform.inverse(y));
    return rising ? below : tf.sub(1, below);
  }
  protected override icdfFormula(q: tf.Tensor): tf.Tensor {
    return this.transform.call(this.base.icdf(this.monotone() ? q : tf.sub(1, q)));
  }
  private monotone(): boolean {
    const { sign } = this.transform;
    if (sign === undefined || this.eventDim > 0) throw this.missing("cdf");
    return sign > 0;
  }
  override expand(batchShape: Shape): Distribution {
    return new TransformedDistributionClass(this.base.expand(this.expandedShape(batchShape)), this.transform);
  }
  protected override describe(): string {
    return `${this.base}, ${this.transform}`;
  }
}

export const TransformedDistribution = callable("TransformedDistribution", TransformedDistributionClass);
export type TransformedDistribution = TransformedDistributionClass;
