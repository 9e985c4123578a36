import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import { lgamma, type Numeric, uniform } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { logSumExp, xlogy } from "./helpers.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = ["expandedSample"] as const;

export interface MultinomialDistribution
  extends PyroSpelling<MultinomialDistribution, (typeof MANUAL)[number]> {}

/**
 * Multinomial: how often each of K outcomes occurs in `totalCount` draws.
 * P(x) = n! / (x_1! ... x_K!) Π probs[k]^x_k for counts that sum to n; an event of shape `[K]`.
 *
 * - `totalCount` (0.1: `n`): number of draws, an integer >= 0 that is the same in the whole batch; 1 when absent.
 * - exactly one of `probs` (0.1: `ps`), non-negative and normalised here, and `logits`.
 */
export class MultinomialDistribution extends Parametric<never, "probs" | "logits"> {
  static {
    spellAsPyro(MultinomialDistribution.prototype, MANUAL);
  }

  static override readonly parameters = {
    totalCount: { setting: true, aliases: ["n"], default: 1 },
    probs: { constraint: constraints.weights, aliases: ["ps"], oneOf: "chances" },
    logits: { constraint: constraints.realVector, oneOf: "chances" },
  } as const;

  constructor(
    ...args: Args<
      [totalCount: number, probs: Numeric] | [totalCount: number, probs: null | undefined, logits: Numeric],
      { totalCount?: number; n?: number } & OneOf<"probs" | "ps" | "logits">
    >
  ) {
    super(args);
    const n = this.settings.totalCount;
    if (typeof n !== "number" || !Number.isInteger(n) || n < 0) {
      throw pyroError({
        what: "Parameter totalCount of Multinomial does not satisfy nonNegativeInteger",
        expected: "one integer >= 0 for the whole batch",
        got: String(n),
      });
    }
  }

  get totalCount(): number {
    return this.settings.totalCount as number;
  }
  override get eventShape(): number[] {
    const { probs, logits } = this.params;
    return [(probs ?? logits)?.shape.at(-1) ?? 0];
  }
  get support() {
    return constraints.multinomial(this.totalCount);
  }

  /** The draws one by one, before they are counted: indices of shape `sampleShape + batchShape + [n]`. */
  expandedSample(sampleShape: readonly number[] = []): tf.Tensor {
    return tf.tidy(() => {
      const { share, partial } = this.throws([...sampleShape, ...this.batchShape]);
      return tf.sum(tf.cast(tf.greaterEqual(share, partial), "float32"), -1);
    });
  }
  /** Uniform shares of the total, and the partial sums of the weights they are compared with. */
  private throws(batch: number[]) {
    const weights = this.normalised();
    const sums = tf.cumsum(weights, weights.rank - 1);
    const k = this.eventShape[0] as number;
    const start = sums.shape.map(() => 0);
    const total = tf.slice(sums, [...start.slice(0, -1), k - 1], [...sums.shape.slice(0, -1), 1]);
    const partial = tf.slice(sums, start, [...sums.shape.slice(0, -1), k - 1]);
    const share = tf.mul(uniform([...batch, this.totalCount]), total);
    return { share: tf.expandDims(share, -1), partial: tf.expandDims(partial, -2) };
  }
  protected draw(batch: number[]) {
    const { share, partial } = this.throws(batch);
    // How many throws fall below each partial sum; the counts are the differences.
    const below = tf.sum(tf.cast(tf.less(share, partial), "float32"), -2);
    const lead = batch.map((): [number, number] => [0, 0]);
    const upTo = tf.pad(below, [...lead, [0, 1]], this.totalCount);
    return tf.sub(upTo, tf.pad(below, [...lead, [1, 0]]));
  }
  protected scoreFormula(x: tf.Tensor) {
    const { probs, logits } = this.params;
    const ways = tf.sub(Math.fround(logFactorial(this.totalCount)), tf.sum(lgamma(tf.add(x, 1)), -1));
    if (logits !== undefined) {
      return tf.add(ways, tf.sum(tf.mul(x, tf.sub(logits, logSumExp(logits, true))), -1));
    }
    const p = probs as tf.Tensor;
    const norm = tf.mul(tf.log(tf.sum(p, -1)), this.totalCount);
    return tf.sub(tf.add(ways, tf.sum(xlogy(x, p), -1)), norm);
  }

  private normalised(): tf.Tensor {
    const { probs, logits } = this.params;
    return probs === undefined ? tf.softmax(logits as tf.Tensor) : tf.div(probs, tf.sum(probs, -1, true));
  }
  protected override meanFormula() {
    return tf.mul(this.normalised(), this.totalCount);
  }
  protected override varianceFormula() {
    const p = this.normalised();
    return tf.mul(tf.mul(p, tf.sub(1, p)), this.totalCount);
  }
  /** From the entropy of one draw and the law of each count, which is binomial. */
  protected override entropyFormula() {
    const n = this.totalCount;
    const p = tf.expandDims(this.normalised(), -1);
    const counts = tf.range(0, n + 1);
    const rest = tf.sub(n, counts);
    const ways = tf.sub(logFactorial(n), tf.add(lgamma(tf.add(counts, 1)), lgamma(tf.add(rest, 1))));
    const chance = tf.exp(tf.add(ways, tf.add(xlogy(counts, p), xlogy(rest, tf.sub(1, p)))));
    const repeats = tf.sum(tf.mul(chance, lgamma(tf.add(counts, 1))), [-2, -1]);
    const single = tf.sum(xlogy(p, p), [-2, -1]);
    return tf.sub(tf.sub(repeats, tf.mul(single, n)), logFactorial(n));
  }
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let k = 2; k <= n; k++) sum += Math.log(k);
  return sum;
}

export const Multinomial = family("Multinomial", MultinomialDistribution);
export type Multinomial = MultinomialDistribution;
