/** Maps from real vectors and matrices to ascending vectors, Cholesky factors and covariance matrices. */
import * as tf from "@tensorflow/tfjs-core";
import { cholesky } from "../tensor/index.ts";
import {
  type Constraint,
  corrCholesky as corrFactors,
  independent,
  real,
  realVector,
} from "./constraints.ts";
import { diagonalMatrix, diagonalPart, lowerPart, matMul } from "./matrices.ts";
import { ordered as ascending, positiveDefinite as covariances } from "./matrix-constraints.ts";
import { Transform } from "./transform.ts";

/** Square matrices to lower triangular ones with a positive diagonal: drops what is above, exponentiates it. */
class LowerCholeskyTransform extends Transform {
  readonly name = "lowerCholesky";
  readonly domain = independent(real, 2);
  readonly codomain: Constraint;

  constructor(codomain: Constraint) {
    super();
    this.codomain = codomain;
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    return tf.add(lowerPart(x, true), diagonalMatrix(tf.exp(diagonalPart(x))));
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    return tf.add(lowerPart(y, true), diagonalMatrix(tf.log(diagonalPart(y))));
  }
  protected logDet(x: tf.Tensor): tf.Tensor {
    return tf.sum(diagonalPart(x), -1);
  }
}
export function lowerCholesky(codomain: Constraint): Transform {
  return new LowerCholeskyTransform(codomain);
}

/** Square matrices to covariance matrices L Lᵀ, by way of the factor L. The part above the diagonal is ignored. */
class PositiveDefiniteTransform extends Transform {
  readonly name = "positiveDefinite";
  readonly domain = independent(real, 2);
  readonly codomain = covariances;
  private readonly factor = lowerCholesky(real);

  protected forward(x: tf.Tensor): tf.Tensor {
    const l = this.factor.call(x);
    return matMul(l, l, true);
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    return this.factor.inverse(cholesky(y));
  }
  /** |d(L Lᵀ)/dL| = 2ⁿ Π L_ii^(n - i), with i from 0, times that of the factor, whose logarithms stand in x. */
  protected logDet(x: tf.Tensor): tf.Tensor {
    const n = x.shape.at(-1) ?? 1;
    const powers = tf.range(n + 1, 1, -1);
    return tf.add(tf.sum(tf.mul(diagonalPart(x), powers), -1), n * Math.LN2);
  }
}
export const positiveDefinite: Transform = new PositiveDefiniteTransform();

/** Real vectors to ascending ones: the first number stays, the steps after it are exponentials. */
class OrderedTransform extends Transform {
  readonly name = "ordered";
  readonly domain = realVector;
  readonly codomain = ascending;

  private parts(x: tf.Tensor): [first: tf.Tensor, rest: tf.Tensor] {
    const lead = x.shape.slice(0, -1);
    const n = x.shape.at(-1) ?? 1;
    const start = x.shape.map(() => 0);
    return [tf.slice(x, start, [...lead, 1]), tf.slice(x, [...start.slice(0, -1), 1], [...lead, n - 1])];
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    const [first, rest] = this.parts(x);
    return tf.cumsum(tf.concat([first, tf.exp(rest)], -1), x.rank - 1);
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    const [first, rest] = this.parts(y);
    const before = tf.slice(
      y,
      y.shape.map(() => 0),
      rest.shape,
    );
    return tf.concat([first, tf.log(tf.sub(rest, before))], -1);
  }
  protected logDet(x: tf.Tensor): tf.Tensor {
    return tf.sum(this.parts(x)[1], -1);
  }
}
export const ordered: Transform = new OrderedTransform();

/**
 * n(n - 1)/2 real numbers to the Cholesky factor of a correlation matrix of size n. The tangents of the numbers are
 * partial correlations; each row breaks a stick of squared length 1.
 * Source: Lewandowski, Kurowicka and Joe (2009).
 */
class CorrCholeskyTransform extends Transform {
  readonly name = "corrCholesky";
  readonly domain = realVector;
  readonly codomain = corrFactors;

  /** log(1 - tanh²) of each number. */
  private shrink(x: tf.Tensor): tf.Tensor {
    return tf.mul(2, tf.sub(Math.LN2, tf.add(x, tf.softplus(tf.mul(-2, x)))));
  }
  /** The sum of `shrink` over the elements before each one in its row. */
  private before(x: tf.Tensor): tf.Tensor {
    const rows = toLower(this.shrink(x));
    return tf.cumsum(rows, rows.rank - 1, true);
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    const rest = tf.exp(tf.mul(this.before(x), 0.5));
    const unit = tf.eye(rest.shape.at(-1) ?? 1);
    return lowerPart(tf.mul(tf.add(toLower(tf.tanh(x)), unit), rest));
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    // What is left of a row's length is the sum of what comes after: 1 minus what came before loses digits.
    const left = tf.cumsum(tf.square(y), y.rank - 1, false, true);
    const tangent = tf.div(fromLower(y), tf.sqrt(fromLower(left)));
    return tf.atanh(tangent);
  }
  protected logDet(x: tf.Tensor): tf.Tensor {
    const before = tf.mul(lowerPart(this.before(x), true), 0.5);
    return tf.add(tf.sum(this.shrink(x), -1), tf.sum(before, [-2, -1]));
  }
  override forwardShape(shape: readonly number[]): number[] {
    const n = sizeOf(shape.at(-1) ?? 0);
    return [...shape.slice(0, -1), n, n];
  }
  override inverseShape(shape: readonly number[]): number[] {
    const n = shape.at(-1) ?? 1;
    return [...shape.slice(0, -2), (n * (n - 1)) / 2];
  }
}
export const corrCholesky: Transform = new CorrCholeskyTransform();

/** The n of the matrix that has `m` elements below its diagonal. */
const sizeOf = (m: number) => Math.round((1 + Math.sqrt(1 + 8 * m)) / 2);

/** The elements of a vector, row by row, below the diagonal of a matrix of zeros. */
function toLower(x: tf.Tensor): tf.Tensor {
  const m = x.shape.at(-1) ?? 0;
  const n = sizeOf(m);
  const places = Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return j < i ? (i * (i - 1)) / 2 + j : m;
  });
  const padded = tf.pad(x, [...new Array<[number, number]>(x.rank - 1).fill([0, 0]), [0, 1]]);
  const flat = tf.gather(padded, tf.tensor1d(places, "int32"), x.rank - 1);
  return tf.reshape(flat, [...x.shape.slice(0, -1), n, n]);
}

/** The elements below the diagonal, row by row. */
function fromLower(y: tf.Tensor): tf.Tensor {
  const n = y.shape.at(-1) ?? 1;
  const places = Array.from({ length: n * n }, (_, at) => at).filter((at) => at % n < Math.floor(at / n));
  const flat = tf.reshape(y, [...y.shape.slice(0, -2), n * n]);
  return tf.gather(flat, tf.tensor1d(places, "int32"), flat.rank - 1);
}
