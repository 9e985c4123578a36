import * as tf from "@tensorflow/tfjs-core";

/** Element [i, j] of every matrix of a batch: shape [batch]. */
export function element(matrices: tf.Tensor, i: number, j: number): tf.Tensor {
  return tf.reshape(tf.slice(matrices, [0, i, j], [-1, 1, 1]), [-1]);
}

/** A batch of square matrices from its elements, each of shape [batch]. */
function assembled(rows: readonly (readonly tf.Tensor[])[]): tf.Tensor {
  return tf.stack(
    rows.map((row) => tf.stack([...row], -1)),
    -2,
  );
}

/**
 * Inverses of symmetric matrices of shape [batch, D, D]: closed forms up to D = 3, beyond that by a
 * square-root-free Cholesky decomposition. Tensor operations only, so it may be differentiated again and again.
 */
export function inverse(matrices: tf.Tensor): tf.Tensor {
  const size = matrices.shape.at(-1) ?? 0;
  const at = (i: number, j: number) => element(matrices, i, j);
  if (size === 1) return tf.reciprocal(matrices);
  if (size === 2) {
    const [a, b, c] = [at(0, 0), at(0, 1), at(1, 1)];
    const det = tf.sub(tf.mul(a, c), tf.square(b));
    const off = tf.neg(tf.div(b, det));
    return assembled([
      [tf.div(c, det), off],
      [off, tf.div(a, det)],
    ]);
  }
  if (size === 3) return inverse3(at);
  const identity = tf.eye(size, size, [matrices.shape[0] ?? 1] as [number]);
  return solve(matrices, identity);
}

/** The adjugate divided by the determinant. */
function inverse3(at: (i: number, j: number) => tf.Tensor): tf.Tensor {
  const cofactor = (i: number, j: number) => {
    const [p, q, r, s] = [(i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3];
    return tf.sub(tf.mul(at(p, r), at(q, s)), tf.mul(at(p, s), at(q, r)));
  };
  const [c00, c01, c02] = [cofactor(0, 0), cofactor(0, 1), cofactor(0, 2)];
  const [c11, c12, c22] = [cofactor(1, 1), cofactor(1, 2), cofactor(2, 2)];
  const det = tf.addN([tf.mul(at(0, 0), c00), tf.mul(at(0, 1), c01), tf.mul(at(0, 2), c02)]);
  const over = (c: tf.Tensor) => tf.div(c, det);
  const [i01, i02, i12] = [over(c01), over(c02), over(c12)];
  return assembled([
    [over(c00), i01, i02],
    [i01, over(c11), i12],
    [i02, i12, over(c22)],
  ]);
}

/**
 * Solves A·X = B for A of shape [batch, D, D] and B of shape [batch, D, K]: one row is eliminated, and what is
 * left (the Schur complement) is a system of the same kind.
 */
function solve(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const size = a.shape.at(-1) ?? 0;
  const pivot = tf.slice(a, [0, 0, 0], [-1, 1, 1]);
  const first = tf.slice(b, [0, 0, 0], [-1, 1, -1]);
  if (size === 1) return tf.div(first, pivot);
  const column = tf.slice(a, [0, 1, 0], [-1, size - 1, 1]);
  const factor = tf.div(column, pivot);
  const row = tf.transpose(column, [0, 2, 1]);
  const schur = tf.sub(tf.slice(a, [0, 1, 1], [-1, size - 1, size - 1]), tf.mul(factor, row));
  const rest = tf.sub(tf.slice(b, [0, 1, 0], [-1, size - 1, -1]), tf.mul(factor, first));
  const below = solve(schur, rest);
  const top = tf.div(tf.sub(first, tf.sum(tf.mul(column, below), 1, true)), pivot);
  return tf.concat([top, below], 1);
}
