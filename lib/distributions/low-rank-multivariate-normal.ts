import * as tf from "@tensorflow/tfjs-core";
import { broadcastTo, cholesky, type Numeric, normal } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { LOG_2PI } from "./helpers.ts";
import { diagonalMatrix, logDiagonal, matMul, matVec, solveVec, transposed } from "./matrices.ts";
import { checkSizes } from "./multivariate-normal.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Multivariate normal whose covariance is W Wᵀ + diag(d), with W of few columns: never is an n × n matrix formed to
 * draw or to score, and the only factor is that of an m × m matrix (the lemmas of Woodbury and of the determinant).
 *
 * - `loc` (`mu`): the mean, n numbers along the last axis.
 * - `covFactor`: W, shape `[..., n, m]`.
 * - `covDiag`: d, n positive numbers along the last axis.
 */
class LowRankMultivariateNormalDistribution extends Parametric<"loc" | "covFactor" | "covDiag"> {
  static override readonly parameters = {
    loc: { constraint: constraints.realVector, aliases: ["mu"] },
    covFactor: { constraint: constraints.independent(constraints.real, 2) },
    covDiag: { constraint: constraints.independent(constraints.positive, 1) },
  };
  declare readonly loc: tf.Tensor;
  declare readonly covFactor: tf.Tensor;
  declare readonly covDiag: tf.Tensor;

  constructor(
    ...args: Args<
      [loc: Numeric, covFactor: Numeric, covDiag: Numeric],
      OneOf<"loc" | "mu"> & { covFactor: Numeric; covDiag: Numeric }
    >
  ) {
    super(args);
    checkSizes(this.name, this.params);
  }

  override get eventShape(): number[] {
    return [this.params.loc.shape.at(-1) ?? 0];
  }
  /** W Wᵀ + diag(d): shape `batchShape + [n, n]`. */
  get covarianceMatrix(): tf.Tensor {
    return tf.tidy(() => {
      const { covFactor, covDiag } = this.params;
      const n = this.eventShape[0] as number;
      const full = tf.add(matMul(covFactor, covFactor, true), diagonalMatrix(covDiag));
      return broadcastTo(full, [...this.batchShape, n, n]);
    });
  }
  /** The lower triangular L with L Lᵀ equal to the covariance. */
  get scaleTril(): tf.Tensor {
    return tf.tidy(() => cholesky(this.covarianceMatrix));
  }
  /** W / d, and the factor of the m × m matrix I + Wᵀ diag(d)⁻¹ W. */
  private capacitance(): { weighted: tf.Tensor; factor: tf.Tensor } {
    const { covFactor, covDiag } = this.params;
    const weighted = tf.div(covFactor, tf.expandDims(covDiag, -1));
    const inner = matMul(transposed(weighted), covFactor);
    return { weighted, factor: cholesky(tf.add(inner, tf.eye(inner.shape.at(-1) ?? 1))) };
  }

  get support() {
    return constraints.realVector;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const { loc, covFactor, covDiag } = this.params;
    const low = matVec(covFactor, normal([...batch, covFactor.shape.at(-1) ?? 1]));
    const own = tf.mul(tf.sqrt(covDiag), normal([...batch, ...this.eventShape]));
    return tf.add(tf.add(loc, low), own);
  }
  private logDeterminant(factor: tf.Tensor): tf.Tensor {
    return tf.add(tf.mul(logDiagonal(factor), 2), tf.sum(tf.log(this.params.covDiag), -1));
  }
  protected scoreFormula(x: tf.Tensor) {
    const { loc, covFactor, covDiag } = this.params;
    const { weighted, factor } = this.capacitance();
    const away = tf.sub(x, loc);
    // What W explains best, and what is left: a sum of squares, where Woodbury's difference would lose digits.
    const part = solveVec(factor, solveVec(factor, matVec(weighted, away, true)), true);
    const left = tf.sub(away, matVec(covFactor, part));
    const square = tf.add(tf.sum(tf.div(tf.square(left), covDiag), -1), tf.sum(tf.square(part), -1));
    const norm = tf.add(this.logDeterminant(factor), (this.eventShape[0] as number) * LOG_2PI);
    return tf.mul(tf.add(square, norm), -0.5);
  }

  protected override meanFormula() {
    return this.params.loc;
  }
  protected override varianceFormula() {
    return tf.add(tf.sum(tf.square(this.params.covFactor), -1), this.params.covDiag);
  }
  protected override entropyFormula() {
    const n = this.eventShape[0] as number;
    return tf.mul(tf.add(this.logDeterminant(this.capacitance().factor), n * (LOG_2PI + 1)), 0.5);
  }
}

export const LowRankMultivariateNormal = family(
  "LowRankMultivariateNormal",
  LowRankMultivariateNormalDistribution,
);
export type LowRankMultivariateNormal = LowRankMultivariateNormalDistribution;
