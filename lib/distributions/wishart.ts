import * as tf from "@tensorflow/tfjs-core";
import {
  broadcastTo,
  cholesky,
  digamma,
  lgamma,
  type Numeric,
  normal,
  standardGamma,
  triangularSolve,
} from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { diagonalMatrix, diagonalPart, logDiagonal, lowerPart, matMul } from "./matrices.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/** The degrees of freedom must exceed the size of the matrices less one. */
function freedom(params: Readonly<Record<string, tf.Tensor>>) {
  const matrix = params.covarianceMatrix ?? params.precisionMatrix ?? params.scaleTril;
  return constraints.greaterThan((matrix?.shape.at(-1) ?? 1) - 1);
}

/**
 * Wishart: the law of the sum of `df` outer products of normal vectors of covariance V.
 * p(X) = |X|^((df - n - 1) / 2) exp(-tr(V⁻¹ X) / 2) / (2^(df n / 2) |V|^(df / 2) Γ_n(df / 2)) on positive definite
 * matrices of size n; its mean is df · V.
 *
 * - `df`: degrees of freedom, greater than n - 1.
 * - exactly one of `covarianceMatrix` V, `precisionMatrix` V⁻¹ and `scaleTril`, the lower triangular L with L Lᵀ = V.
 *
 * Draws are L A Aᵀ Lᵀ with Bartlett's triangular A, pathwise.
 */
class WishartDistribution extends Parametric<"df", "covarianceMatrix" | "precisionMatrix" | "scaleTril"> {
  static override readonly parameters = {
    df: { constraint: freedom, eventDim: 0 },
    covarianceMatrix: { constraint: constraints.positiveDefinite, oneOf: "spread" },
    precisionMatrix: { constraint: constraints.positiveDefinite, oneOf: "spread" },
    scaleTril: { constraint: constraints.lowerCholesky, oneOf: "spread" },
  };
  declare readonly df: tf.Tensor;

  constructor(
    ...args: Args<
      | [df: Numeric, covarianceMatrix: Numeric]
      | [df: Numeric, covarianceMatrix: null | undefined, precisionMatrix: Numeric]
      | [
          df: Numeric,
          covarianceMatrix: null | undefined,
          precisionMatrix: null | undefined,
          scaleTril: Numeric,
        ],
      { df: Numeric } & OneOf<"covarianceMatrix" | "precisionMatrix" | "scaleTril">
    >
  ) {
    super(args);
  }

  private get size(): number {
    const { covarianceMatrix, precisionMatrix, scaleTril } = this.params;
    return (covarianceMatrix ?? precisionMatrix ?? scaleTril)?.shape.at(-1) ?? 1;
  }
  override get eventShape(): number[] {
    return [this.size, this.size];
  }
  /** The lower triangular L with L Lᵀ = V: shape `batchShape + [n, n]`. */
  get scaleTril(): tf.Tensor {
    return tf.tidy(() => tf.clone(broadcastTo(this.factor(), [...this.batchShape, ...this.eventShape])));
  }
  private factor(): tf.Tensor {
    const { covarianceMatrix, precisionMatrix, scaleTril } = this.params;
    if (scaleTril !== undefined) return lowerPart(scaleTril);
    if (covarianceMatrix !== undefined) return cholesky(covarianceMatrix);
    const root = triangularSolve(cholesky(precisionMatrix as tf.Tensor), tf.eye(this.size), true);
    return cholesky(matMul(root, root, true));
  }
  /** `x`, one number for each batch element, in line with numbers for 0, 1, ..., n - 1. */
  private perRow(x: tf.Tensor, step: number): tf.Tensor {
    return tf.add(tf.expandDims(x, -1), tf.mul(tf.range(0, this.size), step));
  }

  get support() {
    return constraints.positiveDefinite;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const { size } = this;
    const shapes = broadcastTo(this.perRow(tf.div(this.params.df, 2), -0.5), [...batch, size]);
    const diagonal = tf.sqrt(tf.mul(2, standardGamma(shapes)));
    const below = lowerPart(normal([...batch, size, size]), true);
    const root = matMul(this.factor(), tf.add(below, diagonalMatrix(diagonal)));
    return matMul(root, root, true);
  }
  /** log Γ_n(df / 2). */
  private logMultigamma(): tf.Tensor {
    const n = this.size;
    const sum = tf.sum(lgamma(this.perRow(tf.div(this.params.df, 2), -0.5)), -1);
    return tf.add(sum, (n * (n - 1) * Math.log(Math.PI)) / 4);
  }
  protected scoreFormula(x: tf.Tensor) {
    const { df } = this.params;
    const n = this.size;
    const factor = this.factor();
    const root = cholesky(x);
    const trace = tf.sum(tf.square(triangularSolve(factor, root)), [-2, -1]);
    const powers = tf.mul(tf.sub(df, n + 1), logDiagonal(root));
    const scale = tf.mul(df, tf.add(logDiagonal(factor), (n * Math.LN2) / 2));
    return tf.sub(tf.sub(powers, tf.mul(trace, 0.5)), tf.add(scale, this.logMultigamma()));
  }

  private covariance(): tf.Tensor {
    const factor = this.factor();
    return matMul(factor, factor, true);
  }
  private perMatrix(): tf.Tensor {
    return tf.reshape(this.params.df, [...this.params.df.shape, 1, 1]);
  }
  protected override meanFormula() {
    return tf.mul(this.perMatrix(), this.covariance());
  }
  protected override varianceFormula() {
    const covariance = this.covariance();
    const diagonal = diagonalPart(covariance);
    const outer = tf.mul(tf.expandDims(diagonal, -1), tf.expandDims(diagonal, -2));
    return tf.mul(this.perMatrix(), tf.add(tf.square(covariance), outer));
  }
  protected override entropyFormula() {
    const { df } = this.params;
    const n = this.size;
    const digammas = tf.sum(digamma(this.perRow(tf.div(df, 2), -0.5)), -1);
    const spread = tf.mul(tf.mul(tf.sub(df, n + 1), digammas), -0.5);
    const scale = tf.mul(tf.add(logDiagonal(this.factor()), (n * Math.LN2) / 2), n + 1);
    return tf.add(tf.add(scale, this.logMultigamma()), tf.add(spread, tf.mul(df, n / 2)));
  }
}

export const Wishart = family("Wishart", WishartDistribution);
export type Wishart = WishartDistribution;
