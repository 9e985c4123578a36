import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { detached } from "./helpers.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Ordered logistic: which of K ordered classes a logistic variable centred at `predictor` falls into, when K - 1
 * cutpoints separate them. P(k) = σ(cutpoints[k] - predictor) - σ(cutpoints[k - 1] - predictor).
 *
 * - `predictor`: real.
 * - `cutpoints`: K - 1 ascending numbers along the last axis.
 *
 * Draws are the class 0, 1, ..., K - 1.
 */
class OrderedLogisticDistribution extends Parametric<"predictor" | "cutpoints"> {
  static override readonly parameters = {
    predictor: { constraint: constraints.real },
    cutpoints: { constraint: constraints.ordered },
  };
  declare readonly predictor: tf.Tensor;
  declare readonly cutpoints: tf.Tensor;

  constructor(
    ...args: Args<[predictor: Numeric, cutpoints: Numeric], { predictor: Numeric; cutpoints: Numeric }>
  ) {
    super(args);
  }

  /** Number of classes. */
  get size(): number {
    return (this.params.cutpoints.shape.at(-1) ?? 0) + 1;
  }
  /** Log-probabilities of the classes: shape `batchShape + [K]`. */
  get logits(): tf.Tensor {
    return tf.tidy(() => tf.clone(tf.broadcastTo(this.scores(), [...this.batchShape, this.size])));
  }
  get probs(): tf.Tensor {
    return tf.tidy(() => tf.exp(this.logits));
  }

  get support() {
    return constraints.integerInterval(0, this.size - 1);
  }
  override get hasEnumerateSupport() {
    return true;
  }
  protected override supportValues() {
    return tf.range(0, this.size);
  }
  /** The cutpoints as the predictor sees them. */
  private distances(): tf.Tensor {
    return tf.sub(this.params.cutpoints, tf.expandDims(this.params.predictor, -1));
  }
  protected draw(batch: number[]) {
    const passed = tf.greaterEqual(tf.expandDims(uniform(batch), -1), tf.sigmoid(this.distances()));
    return tf.sum(tf.cast(passed, "float32"), -1);
  }
  /** log(σ(b) - σ(a)) = log σ(b) + log σ(-a) + log(1 - exp(a - b)), which keeps its digits in both tails. */
  private scores(): tf.Tensor {
    const at = this.distances();
    const { cutpoints } = this.params;
    const k = this.size - 2;
    const padded = (x: tf.Tensor, before: number, after: number) =>
      tf.pad(x, [...new Array<[number, number]>(x.rank - 1).fill([0, 0]), [before, after]]);
    const below = padded(tf.neg(tf.softplus(tf.neg(at))), 0, 1);
    const above = padded(tf.neg(tf.softplus(at)), 1, 0);
    if (k < 1) return tf.add(below, above);
    const start = cutpoints.shape.map(() => 0);
    const size = [...cutpoints.shape.slice(0, -1), k];
    const next = tf.slice(cutpoints, [...start.slice(0, -1), 1], size);
    const gaps = tf.sub(tf.slice(cutpoints, start, size), next);
    return tf.add(tf.add(below, above), padded(tf.log(tf.neg(tf.expm1(gaps))), 1, 1));
  }
  protected scoreFormula(x: tf.Tensor) {
    const hit = detached(() => tf.equal(tf.expandDims(x, -1), tf.range(0, this.size)));
    return tf.sum(tf.where(hit, this.scores(), 0), -1);
  }

  /** A class has no mean: NaN, as for an index of a Categorical. */
  protected override meanFormula() {
    return tf.scalar(Number.NaN);
  }
  protected override varianceFormula() {
    return tf.scalar(Number.NaN);
  }
  protected override entropyFormula() {
    const scores = this.scores();
    return tf.neg(tf.sum(tf.mul(tf.exp(scores), scores), -1));
  }
}

export const OrderedLogistic = family("OrderedLogistic", OrderedLogisticDistribution);
export type OrderedLogistic = OrderedLogisticDistribution;
