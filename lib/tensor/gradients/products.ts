/** Gradients that tfjs lacks for cumulative products and Einstein sums. */
import * as tf from "@tensorflow/tfjs-core";
import type { CumulativeAttrs } from "./broadcast.ts";

/** Up to this many elements the gradient of a cumulative product is the quadratic one, which is right at zeros. */
const QUADRATIC = 4_000_000;

/**
 * dx_i = Π_{k<i} x_k · Σ_{j>=i} dy_j Π_{i<k<=j} x_k, along the last axis; with the inner product up to k < j
 * and j > i where the cumulative product is exclusive.
 */
function cumprodGradient(x: tf.Tensor, dy: tf.Tensor, exclusive: boolean): tf.Tensor {
  // Some backends take no negative axis here.
  const last = x.rank - 1;
  const n = x.shape[last] as number;
  const before = tf.cumprod(x, last, true, false);
  if (x.size * n > QUADRATIC) {
    const products = tf.cumprod(x, last, exclusive, false);
    return tf.div(tf.cumsum(tf.mul(dy, products), last, exclusive, true), x);
  }
  const row = tf.reshape(tf.range(0, n), [n, 1]);
  const column = tf.reshape(tf.range(0, n), [1, n]);
  const wide = [...x.shape.slice(0, -1), n, n];
  const copies = tf.broadcastTo(tf.expandDims(x, -2), wide);
  // Row i holds 1 up to place i and x beyond it, so that its running product starts after i.
  const after = tf.where(tf.broadcastTo(tf.greater(column, row), wide), copies, tf.onesLike(copies));
  const between = tf.cumprod(after, last + 1, exclusive, false);
  const mask = tf.cast(exclusive ? tf.greater(column, row) : tf.greaterEqual(column, row), "float32");
  const sums = tf.sum(tf.mul(tf.mul(between, mask), tf.expandDims(dy, -2)), -1);
  return tf.mul(before, sums);
}

/** `f` along `axis` as if it were the last one, backwards if `reverse`. */
function alongLast(
  tensors: tf.Tensor[],
  axis: number,
  reverse: boolean,
  f: (...moved: tf.Tensor[]) => tf.Tensor,
): tf.Tensor {
  const rank = (tensors[0] as tf.Tensor).rank;
  const at = axis < 0 ? axis + rank : axis;
  const order = Array.from({ length: rank }, (_, i) => i);
  order[at] = rank - 1;
  order[rank - 1] = at;
  const turn = (t: tf.Tensor) => (reverse ? tf.reverse(t, [rank - 1]) : t);
  const swap = (t: tf.Tensor) => (at === rank - 1 ? t : tf.transpose(t, order));
  return swap(turn(f(...tensors.map((t) => turn(swap(t))))));
}

/** The equation that gives the gradient of operand `i`, and which of its letters no other operand has. */
function einsumGradient(equation: string, operands: tf.Tensor[], i: number, dy: tf.Tensor): tf.Tensor {
  const [left = "", output = ""] = equation.replace(/\s/g, "").split("->");
  const terms = left.split(",");
  const own = terms[i] as string;
  const others = terms.filter((_, j) => j !== i);
  const available = new Set([output, ...others].join(""));
  const reachable = [...own].filter((letter) => available.has(letter)).join("");
  const factors = [dy, ...operands.filter((_, j) => j !== i)];
  let result = tf.einsum(`${[output, ...others].join(",")}->${reachable}`, ...factors);
  // A letter that is summed out within the operand alone: every element along it has the same gradient.
  if (reachable.length < own.length) {
    const { shape } = operands[i] as tf.Tensor;
    result = tf.reshape(
      result,
      shape.map((size, d) => (available.has(own[d] as string) ? size : 1)),
    );
    result = tf.broadcastTo(result, shape);
  }
  return result;
}

export function registerProductGradients(): void {
  tf.registerGradient({
    kernelName: "Cumprod",
    inputsToSave: ["x"],
    gradFunc: (dy, saved, attrs) => {
      const { axis, exclusive, reverse } = attrs as unknown as CumulativeAttrs;
      const tensors = [saved[0] as tf.Tensor, dy as tf.Tensor];
      const along = (x: tf.Tensor, upstream: tf.Tensor) => cumprodGradient(x, upstream, exclusive);
      return { x: () => alongLast(tensors, axis, reverse, along as (...t: tf.Tensor[]) => tf.Tensor) };
    },
  });
  tf.registerGradient({
    kernelName: "Einsum",
    saveAllInputs: true,
    gradFunc: (dy, saved, attrs) => {
      const { equation } = attrs as unknown as { equation: string };
      const grads: Record<string, () => tf.Tensor> = {};
      for (let i = 0; i < saved.length; i++) {
        grads[i] = () => einsumGradient(equation, saved, i, dy as tf.Tensor);
      }
      return grads;
    },
  });
}
