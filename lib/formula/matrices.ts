/** Functions of vectors and matrices. */
import * as tf from "@tensorflow/tfjs-core";
import { operands } from "./arithmetic.ts";
import { determinant, inverse } from "./elimination.ts";
import type { Site } from "./source.ts";
import { asTensor, type Quantity } from "./values.ts";

export function transpose(a: Quantity): tf.Tensor {
  const x = asTensor(a);
  if (x.rank < 2) return x;
  const axes = [...x.shape.keys()];
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

export function dot(a: Quantity, b: Quantity, site: Site): tf.Tensor {
  const [x, y] = [asTensor(a), asTensor(b)];
  if (x.rank === 1 && y.rank === 1 && x.size === y.size) return tf.sum(tf.mul(x, y));
  throw site.error({
    what: `The arguments of \`${site.text}\` have no inner product`,
    expected: "two vectors of the same length",
    got: operands(site, [a, b]),
  });
}

/** The Euclidean length of a vector. */
export function norm(a: Quantity, site: Site): tf.Tensor {
  const x = asTensor(a);
  if (x.rank === 0) return tf.abs(x);
  if (x.rank === 1) return tf.sqrt(tf.sum(tf.square(x)));
  throw site.error({
    what: `\`${site.text}\` is the length of a vector`,
    expected: "a vector",
    got: operands(site, [a]),
    try: "sqrt(sum(square(x)))",
  });
}

/** A vector on the diagonal of a matrix, or the diagonal of a matrix. */
export function diag(a: Quantity, site: Site): tf.Tensor {
  const x = asTensor(a);
  if (x.rank === 1) return tf.mul(tf.reshape(x, [-1, 1]), tf.eye(x.size));
  return tf.sum(tf.mul(squareMatrix(x, site), tf.eye(x.shape[0] as number)), 1);
}

export const ofSquare = {
  det: determinant,
  inv: inverse,
  trace: (x) => tf.sum(tf.mul(x, tf.eye(x.shape[0] as number))),
} as const satisfies Record<string, (x: tf.Tensor) => tf.Tensor>;

export function squareMatrix(a: Quantity, site: Site): tf.Tensor {
  const x = asTensor(a);
  if (x.rank === 2 && x.shape[0] === x.shape[1]) return x;
  throw site.error({
    what: `\`${site.text}\` takes a square matrix`,
    expected: "shape [n, n]",
    got: operands(site, [a]),
  });
}
