import * as tf from "@tensorflow/tfjs-core";
import { broadcastTo, type Numeric } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { detached } from "./helpers.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Delta: all mass at one value. log p(v) = logDensity, and -Infinity elsewhere.
 *
 * - `v`: the value, any tensor.
 * - `logDensity`: score at the value; 0 when absent. Learned points of a transformed space carry their Jacobian here.
 * - `eventDim`: how many of the last axes of `v` make one value; 0 when absent.
 */
class DeltaDistribution extends Parametric<"v" | "logDensity"> {
  static override readonly parameters = {
    v: {
      constraint: constraints.real,
      eventDim: ({ eventDim }: Readonly<Record<string, unknown>>) => Number(eventDim),
    },
    logDensity: { constraint: constraints.real, default: 0 },
    eventDim: { setting: true, default: 0 },
  } as const;
  declare readonly v: tf.Tensor;
  declare readonly logDensity: tf.Tensor;

  constructor(
    ...args: Args<
      [v: Numeric, logDensity?: Numeric, eventDim?: number],
      { v: Numeric; logDensity?: Numeric; eventDim?: number }
    >
  ) {
    super(args);
  }

  override get eventDim(): number {
    return Number(this.settings.eventDim);
  }
  override get eventShape(): number[] {
    const { v } = this.params;
    return v.shape.slice(v.rank - this.eventDim);
  }
  get support() {
    return constraints.independent(constraints.real, this.eventDim);
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    return tf.broadcastTo(this.params.v, [...batch, ...this.eventShape]);
  }
  protected override scoreFormula(x: tf.Tensor) {
    const { v, logDensity } = this.params;
    const hit = detached(() => {
      let same: tf.Tensor = tf.equal(x, v);
      for (let i = 0; i < this.eventDim; i++) same = tf.all(same, -1);
      return same;
    });
    return tf.add(tf.where(hit, 0, Number.NEGATIVE_INFINITY), logDensity);
  }

  override get hasEnumerateSupport() {
    return true;
  }
  override enumerateSupport(_expand = true): tf.Tensor {
    return tf.tidy(() => tf.expandDims(broadcastTo(this.params.v, this.shape()), 0));
  }
  protected override meanFormula() {
    return this.params.v;
  }
  protected override varianceFormula() {
    return tf.zerosLike(this.params.v);
  }
}

export const Delta = family("Delta", DeltaDistribution);
export type Delta = DeltaDistribution;
