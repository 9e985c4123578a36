/**
 * Inverse and determinant of a matrix by Gauss-Jordan elimination with partial pivoting, in tensors alone: nothing is
 * read on the host, so that it can be differentiated and compiled. A row costs about ten operations of the whole matrix.
 */
import * as tf from "@tensorflow/tfjs-core";

/** @param a of shape `[n, n]`; of a singular matrix elements are infinite or NaN. */
export function inverse(a: tf.Tensor): tf.Tensor {
  const n = a.shape[0] as number;
  const { reduced } = eliminate(tf.concat([a, tf.eye(n)], 1), n);
  return tf.slice(reduced, [0, n], [n, n]);
}

export function determinant(a: tf.Tensor): tf.Tensor {
  return eliminate(a, a.shape[0] as number).determinant;
}

function eliminate(matrix: tf.Tensor, n: number): { reduced: tf.Tensor; determinant: tf.Tensor } {
  const identity = tf.eye(n);
  let [reduced, determinant] = [matrix, tf.scalar(1) as tf.Tensor];
  for (let k = 0; k < n; k++) {
    const here = tf.slice(identity, [0, k], [n, 1]);
    const below = tf.cast(tf.greaterEqual(tf.range(0, n), k), "float32");
    const sizes = tf.add(
      tf.mul(tf.abs(tf.reshape(tf.slice(reduced, [0, k], [n, 1]), [n])), below),
      tf.sub(below, 1),
    );
    const pivot = tf.reshape(tf.oneHot(tf.cast(tf.argMax(sizes), "int32"), n), [n, 1]);
    // I - d dᵀ exchanges two rows, and is I where they are one.
    const exchange = tf.sub(here, tf.cast(pivot, "float32"));
    const turned = tf.sub(reduced, tf.matMul(exchange, tf.matMul(exchange, reduced, true, false)));
    const sign = tf.sub(1, tf.sum(tf.square(exchange)));
    const value = tf.slice(turned, [k, k], [1, 1]);
    const row = tf.div(tf.slice(turned, [k, 0], [1, -1]), value);
    const column = tf.slice(turned, [0, k], [n, 1]);
    reduced = tf.sub(turned, tf.matMul(tf.sub(column, here), row));
    determinant = tf.mul(determinant, tf.mul(sign, tf.reshape(value, [])));
  }
  return { reduced, determinant };
}
