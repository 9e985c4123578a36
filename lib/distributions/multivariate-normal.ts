import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { broadcastTo, cholesky, type Numeric, normal, triangularSolve } from "../tensor/index.ts";
import { family } from "./callable.ts";
import * as constraints from "./constraints.ts";
import { LOG_2PI } from "./helpers.ts";
import { logDiagonal, lowerPart, matMul, matVec, solveVec } from "./matrices.ts";
import { type Args, type OneOf, Parametric } from "./parametric.ts";

/**
 * Multivariate normal: p(x) = exp(-(x - loc)ᵀ Σ⁻¹ (x - loc) / 2) / sqrt((2π)ⁿ |Σ|) on vectors of n numbers.
 *
 * - `loc` (`mu`): the mean, n numbers along the last axis.
 * - exactly one of `covarianceMatrix` Σ, `precisionMatrix` Σ⁻¹ (both symmetric positive definite), and `scaleTril`, the
 *   lower triangular L with L Lᵀ = Σ, which is the cheapest. Shape `[..., n, n]`.
 *
 * Draws are loc + L ε, pathwise.
 */
class MultivariateNormalDistribution extends Parametric<
  "loc",
  "covarianceMatrix" | "precisionMatrix" | "scaleTril"
> {
  static override readonly parameters = {
    loc: { constraint: constraints.realVector, aliases: ["mu"] },
    covarianceMatrix: { constraint: constraints.positiveDefinite, oneOf: "spread" },
    precisionMatrix: { constraint: constraints.positiveDefinite, oneOf: "spread" },
    scaleTril: { constraint: constraints.lowerCholesky, oneOf: "spread" },
  };
  declare readonly loc: tf.Tensor;

  constructor(
    ...args: Args<
      | [loc: Numeric, covarianceMatrix: Numeric]
      | [loc: Numeric, covarianceMatrix: null | undefined, precisionMatrix: Numeric]
      | [
          loc: Numeric,
          covarianceMatrix: null | undefined,
          precisionMatrix: null | undefined,
          scaleTril: Numeric,
        ],
      OneOf<"loc" | "mu"> & OneOf<"covarianceMatrix" | "precisionMatrix" | "scaleTril">
    >
  ) {
    super(args);
    checkSizes(this.name, this.params);
  }

  override get eventShape(): number[] {
    return [this.params.loc.shape.at(-1) ?? 0];
  }
  /** The lower triangular L with L Lᵀ = Σ: shape `batchShape + [n, n]`. */
  get scaleTril(): tf.Tensor {
    return tf.tidy(() => {
      const { precisionMatrix } = this.params;
      return this.square(precisionMatrix === undefined ? this.factor().matrix : cholesky(this.covariance()));
    });
  }
  get covarianceMatrix(): tf.Tensor {
    return tf.tidy(() => this.square(this.params.covarianceMatrix ?? this.covariance()));
  }
  get precisionMatrix(): tf.Tensor {
    return tf.tidy(() => {
      const { precisionMatrix } = this.params;
      if (precisionMatrix !== undefined) return this.square(precisionMatrix);
      const { matrix } = this.factor();
      const inverse = triangularSolve(matrix, tf.eye(matrix.shape.at(-1) ?? 1));
      return this.square(tf.matMul(inverse, inverse, true, false));
    });
  }
  private square(x: tf.Tensor): tf.Tensor {
    const n = this.eventShape[0] as number;
    return tf.clone(broadcastTo(x, [...this.batchShape, n, n]));
  }
  /** A lower triangular factor: of the covariance, or of the precision. */
  private factor(): { matrix: tf.Tensor; ofPrecision: boolean } {
    const { scaleTril, covarianceMatrix, precisionMatrix } = this.params;
    if (precisionMatrix !== undefined) return { matrix: cholesky(precisionMatrix), ofPrecision: true };
    const matrix = scaleTril === undefined ? cholesky(covarianceMatrix as tf.Tensor) : lowerPart(scaleTril);
    return { matrix, ofPrecision: false };
  }
  /** A matrix R with R Rᵀ = Σ. */
  private root(): tf.Tensor {
    const { matrix, ofPrecision } = this.factor();
    return ofPrecision ? triangularSolve(matrix, tf.eye(matrix.shape.at(-1) ?? 1), true) : matrix;
  }
  private covariance(): tf.Tensor {
    const root = this.root();
    return matMul(root, root, true);
  }
  private halfLogDeterminant(): tf.Tensor {
    const { matrix, ofPrecision } = this.factor();
    return ofPrecision ? tf.neg(logDiagonal(matrix)) : logDiagonal(matrix);
  }

  get support() {
    return constraints.realVector;
  }
  protected override get pathwise() {
    return true;
  }
  protected draw(batch: number[]) {
    const { matrix, ofPrecision } = this.factor();
    const noise = normal([...batch, ...this.eventShape]);
    return tf.add(this.params.loc, ofPrecision ? solveVec(matrix, noise, true) : matVec(matrix, noise));
  }
  protected scoreFormula(x: tf.Tensor) {
    const { matrix, ofPrecision } = this.factor();
    const away = tf.sub(x, this.params.loc);
    const white = ofPrecision ? matVec(matrix, away, true) : solveVec(matrix, away);
    const square = tf.add(tf.sum(tf.square(white), -1), (this.eventShape[0] as number) * LOG_2PI);
    return tf.neg(tf.add(tf.mul(square, 0.5), this.halfLogDeterminant()));
  }

  protected override meanFormula() {
    return this.params.loc;
  }
  protected override varianceFormula() {
    return tf.sum(tf.square(this.root()), -1);
  }
  protected override entropyFormula() {
    return tf.add(this.halfLogDeterminant(), ((this.eventShape[0] as number) * (LOG_2PI + 1)) / 2);
  }
}

/** The matrices must have as many rows as `loc` has numbers. @throws naming the parameter. */
export function checkSizes(name: string, params: Readonly<Record<string, tf.Tensor | undefined>>): void {
  const size = params.loc?.shape.at(-1);
  for (const [key, tensor] of Object.entries(params)) {
    if (key === "loc" || key === "covDiag" || tensor === undefined || tensor.shape.at(-2) === size) continue;
    throw pyroError({
      what: `Parameter ${key} of ${name} does not fit loc`,
      expected: `${size} rows, one for each element of loc`,
      got: `shape [${tensor.shape}]`,
    });
  }
}

export const MultivariateNormal = family("MultivariateNormal", MultivariateNormalDistribution);
export type MultivariateNormal = MultivariateNormalDistribution;
