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

/**
 * Sum over all axes but some, which are counted from the right (-1 is the last one) and stay where they are:
 * axes between them have length 1 then, those left of them are gone.
 */
export function keepDims(x: tf.Tensor, dims: ReadonlySet<number>): tf.Tensor {
  const kept = [...dims].filter((dim) => x.rank + dim >= 0);
  if (kept.length === 0) return total(x);
  const axes = x.shape.map((_, i) => i).filter((i) => !dims.has(i - x.rank));
  if (axes.length === 0) return x;
  const summed = tf.sum(x, axes, true);
  const rank = -Math.min(...kept);
  return rank === summed.rank ? summed : tf.reshape(summed, summed.shape.slice(-rank));
}
