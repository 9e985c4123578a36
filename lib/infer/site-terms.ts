import * as tf from "@tensorflow/tfjs-core";

/** Sum of all elements; the tensor itself where it is one number already. */
export function total(x: tf.Tensor): tf.Tensor {
  return x.rank === 0 ? x : tf.sum(x);
}

/**
 * Sum of scalars in a balanced tree, so that the rounding error of a long sum grows with the logarithm of
 * its length, not with its length.
 */
export function sumTerms(terms: readonly tf.Tensor[]): tf.Tensor {
  let level = terms;
  while (level.length > 1) {
    const next: tf.Tensor[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const a = level[i] as tf.Tensor;
      const b = level[i + 1];
      next.push(b === undefined ? a : tf.add(a, b));
    }
    level = next;
  }
  return level[0] ?? tf.scalar(0);
}
