import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, toTensor, uniform } from "../tensor/index.ts";
import { isKeywords } from "./arguments.ts";
import { family } from "./callable.ts";
import { CategoricalValues, isValues, type Nested } from "./categorical-values.ts";
import * as constraints from "./constraints.ts";
import { clampProbs, detached, logSumExp, xlogy } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Categorical: P(k) = probs[k], for k = 0, 1, ... K - 1 along the last axis of the parameter.
 *
 * Exactly one of
 * - `probs` (0.1: `ps`): non-negative; need not sum to 1, they are normalised;
 * - `logits`: log-probabilities up to a constant.
 *
 * A draw is the index k, as in modern Pyro. The manual's options choose another form of the same draw:
 * - `vs`: the values of the K outcomes (a vector, or one for each batch element): a draw is `vs[k]`;
 * - `oneHot: true`: a draw is a vector with a 1 at k, an event of shape `[K]`.
 */
export class CategoricalDistribution extends Parametric<never, "probs" | "logits"> {
  static override readonly parameters = {
    probs: { constraint: constraints.weights, aliases: ["ps"], oneOf: "chances" },
    logits: { constraint: constraints.realVector, oneOf: "chances" },
    vs: { setting: true },
    oneHot: { setting: true, default: false as boolean },
  } as const;

  constructor(
    ...args: Args<
      [probs: Numeric] | [probs: null | undefined, logits: Numeric],
      OneOf<"probs" | "ps" | "logits"> & { vs?: Numeric; oneHot?: boolean }
    >
  ) {
    super(args);
  }

  /** Number of outcomes. */
  get size(): number {
    const { probs, logits } = this.params;
    return (probs ?? logits)?.shape.at(-1) ?? 0;
  }
  /** Normalised probabilities: shape `batchShape + [K]`. */
  get probs(): tf.Tensor {
    return tf.tidy(() => tf.broadcastTo(this.normalised(), [...this.batchShape, this.size]));
  }
  /** Normalised log-probabilities: shape `batchShape + [K]`; finite even where a probability is 0. */
  get logits(): tf.Tensor {
    return tf.tidy(() => {
      const { logits } = this.params;
      const log =
        logits === undefined
          ? tf.log(clampProbs(this.normalised()))
          : tf.sub(logits, logSumExp(logits, true));
      return tf.broadcastTo(log, [...this.batchShape, this.size]);
    });
  }

  override get eventShape(): number[] {
    return this.settings.oneHot === true ? [this.size] : [];
  }
  /** In the manual the outcomes are an axis of the parameter, not of an index. */
  override get manualEventDim(): number {
    return this.eventDim;
  }
  get support() {
    if (this.settings.oneHot === true) return constraints.oneHot;
    return this.settings.vs === undefined
      ? constraints.integerInterval(0, this.size - 1)
      : constraints.oneOf(this.values());
  }
  override get hasEnumerateSupport() {
    return true;
  }
  protected override supportValues() {
    const { oneHot } = this.settings;
    return oneHot === true ? tf.eye(this.size) : tf.range(0, this.size);
  }
  override enumerateSupport(expand = true): tf.Tensor {
    if (this.settings.vs === undefined) return super.enumerateSupport(expand);
    return tf.tidy(() => {
      const vs = this.values();
      const batch = expand ? this.batchShape : this.batchShape.map(() => 1);
      const front = [vs.rank - 1, ...vs.shape.slice(1).map((_, i) => i)];
      const values = vs.rank > 1 && !expand ? tf.broadcastTo(vs, [...this.batchShape, this.size]) : vs;
      const shape = vs.rank > 1 && !expand ? this.batchShape : batch;
      if (values.rank === 1) {
        const thin = tf.reshape(values, [this.size, ...batch.map(() => 1)]);
        return tf.broadcastTo(thin, [this.size, ...batch]);
      }
      return tf.broadcastTo(tf.transpose(values, front), [this.size, ...shape]);
    });
  }

  protected draw(batch: number[]) {
    const { probs, logits } = this.params;
    const weights = probs ?? tf.exp(tf.sub(logits as tf.Tensor, tf.max(logits as tf.Tensor, -1, true)));
    const { size } = this;
    // One uniform number a draw: the index is how many partial sums lie at or below its share of the total.
    const sums = tf.cumsum(weights, weights.rank - 1);
    const start = sums.shape.map(() => 0);
    const total = tf.slice(sums, [...start.slice(0, -1), size - 1], [...sums.shape.slice(0, -1), 1]);
    const partial = tf.slice(sums, start, [...sums.shape.slice(0, -1), size - 1]);
    const share = tf.mul(tf.expandDims(uniform(batch), -1), total);
    const index = tf.sum(tf.cast(tf.greaterEqual(share, partial), "float32"), -1);
    if (this.settings.oneHot === true) return tf.cast(this.hits(index, tf.range(0, size)), "float32");
    if (this.settings.vs === undefined) return index;
    return tf.sum(tf.where(this.hits(index, tf.range(0, size)), this.values(), 0), -1);
  }

  protected scoreFormula(x: tf.Tensor) {
    const { probs, logits } = this.params;
    const { vs, oneHot } = this.settings;
    const hit = detached(() => {
      if (oneHot === true) return tf.greater(x, 0.5);
      return this.hits(x, vs === undefined ? tf.range(0, this.size) : this.values());
    });
    // Only the chosen entry is read: log(0) of another one would put NaN into its gradient.
    if (logits !== undefined && vs === undefined) {
      return tf.sub(tf.sum(tf.where(hit, logits, 0), -1), logSumExp(logits));
    }
    const weights = probs ?? tf.softmax(logits as tf.Tensor);
    return tf.sub(tf.log(tf.sum(tf.where(hit, weights, 0), -1)), tf.log(tf.sum(weights, -1)));
  }

  /** Which outcomes `x` names: a bool tensor with a new last axis of length K. */
  private hits(x: tf.Tensor, outcomes: tf.Tensor): tf.Tensor {
    return tf.equal(tf.expandDims(x, -1), outcomes);
  }
  private values(): tf.Tensor {
    return toTensor(this.settings.vs as Numeric);
  }
  private normalised(): tf.Tensor {
    const { probs, logits } = this.params;
    return probs === undefined ? tf.softmax(logits as tf.Tensor) : tf.div(probs, tf.sum(probs, -1, true));
  }

  /** Of the one-hot vector or of the values; NaN for indices, which have no mean. */
  protected override meanFormula() {
    const { vs, oneHot } = this.settings;
    if (oneHot === true) return this.normalised();
    return vs === undefined ? tf.scalar(Number.NaN) : tf.sum(tf.mul(this.normalised(), this.values()), -1);
  }
  protected override varianceFormula() {
    const { vs, oneHot } = this.settings;
    const p = this.normalised();
    if (oneHot === true) return tf.mul(p, tf.sub(1, p));
    if (vs === undefined) return tf.scalar(Number.NaN);
    const centred = tf.sub(this.values(), tf.expandDims(this.meanFormula(), -1));
    return tf.sum(tf.mul(p, tf.square(centred)), -1);
  }
  protected override entropyFormula() {
    const { logits } = this.params;
    const p = this.normalised();
    if (logits === undefined) return tf.neg(tf.sum(xlogy(p, p), -1));
    return tf.sub(logSumExp(logits), tf.sum(tf.mul(p, logits), -1));
  }
}

const Tensors = family("Categorical", CategoricalDistribution);

/** With `vs` of strings or other objects, draws are those values and no tensors. */
interface OfValues {
  <V>(keywords: ValueKeywords<V>): CategoricalValues<V>;
  new <V>(keywords: ValueKeywords<V>): CategoricalValues<V>;
}
type ValueKeywords<V> = OneOf<"probs" | "ps" | "logits"> & {
  vs: readonly Nested<V extends number ? never : V>[];
};

function valuesOf(
  args: readonly unknown[],
  keywords: Record<string, unknown>,
  vs: readonly unknown[],
): object {
  const { vs: _, ...rest } = keywords;
  const index = Reflect.construct(Tensors, [...args.slice(0, -1), rest]) as CategoricalDistribution;
  return new CategoricalValues(index, vs);
}

const make = (args: readonly unknown[]): object => {
  const keywords = args.at(-1);
  return isKeywords(keywords) && isValues(keywords.vs)
    ? valuesOf(args, keywords, keywords.vs)
    : Reflect.construct(Tensors, args);
};

export const Categorical = new Proxy(Tensors, {
  apply: (_target, _self, args) => make(args),
  construct: (target, args, newTarget) =>
    newTarget === Categorical ? make(args) : Reflect.construct(target, args, newTarget),
}) as typeof Tensors & OfValues;
export type Categorical = CategoricalDistribution;
