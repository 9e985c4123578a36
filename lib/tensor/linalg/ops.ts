/** Linear algebra on batches of matrices: the last two axes are the matrix, the others a batch. Differentiable. */
import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { runKernel } from "../kernels.ts";
import { broadcastShapes, broadcastTo, showShape } from "../shapes.ts";

/**
 * The lower triangular L with a positive diagonal and L Lᵀ = a, for symmetric positive definite `a` of shape
 * `[..., n, n]`. Only its lower triangle is read; a matrix that is not positive definite gives NaN.
 * @throws PyroError unless the matrices are square.
 */
export function cholesky(a: tf.Tensor): tf.Tensor {
  square("cholesky", a);
  return runKernel("TspyroCholesky", { a });
}

/**
 * The x with `l x = b`, or `lᵀ x = b`. `l` has shape `[..., n, n]`, `b` `[..., n, k]`; batch axes broadcast, and only
 * the lower triangle of `l` is read.
 * @throws PyroError where the shapes do not fit.
 */
export function triangularSolve(l: tf.Tensor, b: tf.Tensor, transpose = false): tf.Tensor {
  square("triangularSolve", l);
  if (b.rank < 2 || b.shape.at(-2) !== l.shape.at(-1)) {
    throw pyroError({
      what: "triangularSolve cannot solve for this right-hand side",
      expected: `shape [..., ${l.shape.at(-1)}, k]`,
      got: showShape(b.shape),
    });
  }
  const batch = broadcastShapes(l.shape.slice(0, -2), b.shape.slice(0, -2));
  const inputs = {
    l: broadcastTo(l, [...batch, ...l.shape.slice(-2)]),
    b: broadcastTo(b, [...batch, ...b.shape.slice(-2)]),
  };
  return runKernel("TspyroTriangularSolve", inputs, { transpose });
}

function square(what: string, a: tf.Tensor): void {
  if (a.rank >= 2 && a.shape.at(-1) === a.shape.at(-2)) return;
  throw pyroError({
    what: `${what} takes square matrices`,
    expected: "shape [..., n, n]",
    got: showShape(a.shape),
  });
}
