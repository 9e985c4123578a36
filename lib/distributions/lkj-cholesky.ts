import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { broadcastTo, lgamma, type Numeric, normal } from "../tensor/index.ts";
import { Beta } from "./beta.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { TINY } from "./helpers.ts";
import { diagonalMatrix, diagonalPart, lowerPart } from "./matrices.ts";
import { type Args, Parametric } from "./parametric.ts";

/**
 * Cholesky factors L of correlation matrices L Lᵀ whose density is proportional to |L Lᵀ|^(concentration - 1); as a
 * density of L itself, to Π L_kk^(2 (concentration - 1) + dim - k), k from 2 to dim.
 *
 * - `dim`: size of the matrices, an integer >= 2.
 * - `concentration`: positive; 1 (when absent) makes all correlation matrices equally likely, more favours the identity.
 *
 * Draws are by the onion method: each row is a direction and a length, whose square follows a Beta. Pathwise.
 * Source: Lewandowski, Kurowicka and Joe, "Generating random correlation matrices" (2009).
 */
class LKJCholeskyDistribution extends Parametric<"concentration"> {
  static override readonly parameters = {
    dim: { setting: true },
    concentration: { constraint: constraints.positive, default: 1 },
  } as const;
  declare readonly concentration: tf.Tensor;

  constructor(
    ...args: Args<[dim: number, concentration?: Numeric], { dim: number; concentration?: Numeric }>
  ) {
    super(args);
    const { dim } = this.settings;
    if (typeof dim !== "number" || !Number.isInteger(dim) || dim < 2) {
      throw pyroError({
        what: "Parameter dim of LKJCholesky is no size of a matrix",
        expected: "an integer >= 2",
        got: String(dim),
      });
    }
  }

  get dim(): number {
    return this.settings.dim as number;
  }
  override get eventShape(): number[] {
    return [this.dim, this.dim];
  }
  get support() {
    return constraints.corrCholesky;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const { dim } = this;
    // Row k (from 0) has a squared length below the diagonal of Beta(k / 2, concentration + (dim - 1 - k) / 2).
    const row = tf.range(1, dim);
    const rest = tf.sub((dim - 1) / 2, tf.div(row, 2));
    const lengths = Beta({
      concentration1: tf.div(row, 2),
      concentration0: tf.add(tf.expandDims(this.params.concentration, -1), rest),
      validateArgs: false,
    })
      .expand([...batch, dim - 1])
      .rsample();
    const direction = lowerPart(normal([...batch, dim, dim]), true);
    const lead = batch.map((): [number, number] => [0, 0]);
    const square = tf.pad(lengths, [...lead, [1, 0]]);
    // Row 0 has no direction: a length of 1 there instead of 0 / 0.
    const norm = tf.add(tf.sum(tf.square(direction), -1), tf.cast(tf.equal(tf.range(0, dim), 0), "float32"));
    const scale = tf.sqrt(tf.div(tf.maximum(square, TINY), norm));
    const diagonal = tf.sqrt(tf.clipByValue(tf.sub(1, square), TINY, 1));
    return tf.add(tf.mul(direction, tf.expandDims(scale, -1)), diagonalMatrix(diagonal));
  }
  protected scoreFormula(x: tf.Tensor) {
    const { dim } = this;
    const a = this.params.concentration;
    const exponent = tf.add(tf.mul(2, tf.expandDims(tf.sub(a, 1), -1)), tf.range(dim - 2, -1, -1));
    const diagonal = diagonalPart(x);
    const tail = tf.slice(
      diagonal,
      [...diagonal.shape.slice(0, -1).map(() => 0), 1],
      [...diagonal.shape.slice(0, -1), dim - 1],
    );
    return tf.sub(tf.sum(tf.mul(exponent, tf.log(tail)), -1), this.logNorm());
  }
  /** Each row is normalised by the surface of a sphere and a Beta function. */
  private logNorm(): tf.Tensor {
    const n = this.dim - 1;
    const a = tf.expandDims(this.params.concentration, -1);
    const top = tf.add(a, n / 2);
    const terms = tf.sub(lgamma(tf.sub(top, tf.div(tf.range(1, n + 1), 2))), lgamma(top));
    return tf.add(
      tf.sum(broadcastTo(terms, [...terms.shape.slice(0, -1), n]), -1),
      (n * (n + 1) * LOG_PI) / 4,
    );
  }
}

const LOG_PI = Math.log(Math.PI);

export const LKJCholesky = family("LKJCholesky", LKJCholeskyDistribution);
export type LKJCholesky = LKJCholeskyDistribution;
