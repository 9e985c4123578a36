/**
 * Derivatives of the matrix kernels, written in tensors so that they can be differentiated again. That of the Cholesky
 * factor is symmetrised: Ā = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, where Φ keeps the lower triangle and half of the diagonal.
 * Source: Murray, "Differentiation of the Cholesky decomposition" (2016).
 */
import * as tf from "@tensorflow/tfjs-core";
import { cholesky, triangularSolve } from "./ops.ts";

/** The saved output is off the tape: it serves only where no second derivative is being taken. */
const differentiatingAgain = () => tf.engine().state.gradientDepth > 0;

function turned(x: tf.Tensor): tf.Tensor {
  const axes = [...x.shape.keys()];
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

/** 1 below the diagonal, `onDiagonal` on it, 0 above. */
function lower(n: number, onDiagonal: number): tf.Tensor {
  const row = tf.reshape(tf.range(0, n), [n, 1]);
  const column = tf.reshape(tf.range(0, n), [1, n]);
  return tf.add(tf.cast(tf.greater(row, column), "float32"), tf.mul(tf.eye(n), onDiagonal));
}

export function registerLinalgGradients(): void {
  tf.registerGradient({
    kernelName: "TspyroCholesky",
    inputsToSave: ["a"],
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({
      a: () => {
        const [a, output] = saved as [tf.Tensor, tf.Tensor];
        const l = differentiatingAgain() ? cholesky(a) : output;
        const upstream = tf.matMul(l, dy as tf.Tensor, true, false);
        const half = tf.mul(upstream, lower(l.shape.at(-1) as number, 0.5));
        const left = triangularSolve(l, half, true);
        const both = triangularSolve(l, turned(left), true);
        return tf.mul(tf.add(both, turned(both)), 0.5);
      },
    }),
  });
  tf.registerGradient({
    kernelName: "TspyroTriangularSolve",
    inputsToSave: ["l", "b"],
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [l, b, output] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const { transpose } = attrs as unknown as { transpose: boolean };
      const right = () => triangularSolve(l, dy as tf.Tensor, !transpose);
      return {
        b: right,
        l: () => {
          const x = differentiatingAgain() ? triangularSolve(l, b, transpose) : output;
          const outer = transpose ? tf.matMul(x, right(), false, true) : tf.matMul(right(), x, false, true);
          return tf.neg(tf.mul(outer, lower(l.shape.at(-1) as number, 1)));
        },
      };
    },
  });
}
