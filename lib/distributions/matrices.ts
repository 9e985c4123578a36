/** Small differentiable formulas on batches of matrices and vectors; batch axes broadcast. */
import * as tf from "@tensorflow/tfjs-core";
import { broadcastShapes, broadcastTo, triangularSolve } from "../tensor/index.ts";

/** The diagonal: `[..., n, n]` to `[..., n]`. */
export function diagonalPart(x: tf.Tensor): tf.Tensor {
  const eye = tf.cast(tf.eye(x.shape.at(-1) ?? 1), "bool");
  // By where, not by a product: an infinite element elsewhere must not matter.
  return tf.sum(tf.where(tf.broadcastTo(eye, x.shape), x, 0), -1);
}

/** Zeros above the diagonal, and on it too with `strict`. */
export function lowerPart(x: tf.Tensor, strict = false): tf.Tensor {
  return tf.where(tf.broadcastTo(lowerMask(x.shape.at(-1) ?? 1, strict), x.shape), x, 0);
}

export function lowerMask(n: number, strict = false): tf.Tensor {
  const row = tf.reshape(tf.range(0, n), [n, 1]);
  const column = tf.reshape(tf.range(0, n), [1, n]);
  return strict ? tf.greater(row, column) : tf.greaterEqual(row, column);
}

/** A vector as the diagonal of a matrix. */
export function diagonalMatrix(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.expandDims(x, -1), tf.eye(x.shape.at(-1) ?? 1));
}

export function transposed(x: tf.Tensor): tf.Tensor {
  const axes = [...x.shape.keys()];
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

function aligned(a: tf.Tensor, b: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [broadcastTo(a, [...batch, ...a.shape.slice(-2)]), broadcastTo(b, [...batch, ...b.shape.slice(-2)])];
}

/** `a · b`, or `a · bᵀ`. */
export function matMul(a: tf.Tensor, b: tf.Tensor, transposeB = false): tf.Tensor {
  const [x, y] = aligned(a, b);
  return tf.matMul(x, y, false, transposeB);
}

/** The matrix `m` (or its transpose) times the vectors along the last axis of `v`. */
export function matVec(m: tf.Tensor, v: tf.Tensor, transpose = false): tf.Tensor {
  const matrix = transpose ? transposed(m) : m;
  if (m.rank === 2) {
    const n = v.shape.at(-1) ?? 1;
    const rows = tf.matMul(tf.reshape(v, [-1, n]), matrix, false, true);
    return tf.reshape(rows, [...v.shape.slice(0, -1), matrix.shape[0] as number]);
  }
  return tf.sum(tf.mul(matrix, tf.expandDims(v, -2)), -1);
}

/** Solves `l · x = v` (or with `lᵀ`) for the vectors along the last axis of `v`; `l` is lower triangular. */
export function solveVec(l: tf.Tensor, v: tf.Tensor, transpose = false): tf.Tensor {
  if (l.rank === 2) {
    const rows = tf.reshape(v, [-1, v.shape.at(-1) ?? 1]);
    return tf.reshape(tf.transpose(triangularSolve(l, tf.transpose(rows), transpose)), v.shape);
  }
  const solved = triangularSolve(l, tf.expandDims(v, -1), transpose);
  return tf.squeeze(solved, [-1]);
}

/** Σ log of the diagonal: half the log-determinant of `l · lᵀ`. */
export function logDiagonal(l: tf.Tensor): tf.Tensor {
  return tf.sum(tf.log(diagonalPart(l)), -1);
}
