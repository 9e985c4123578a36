/**
 * Functions of many numbers: of all elements, `sum(x)`; along one dimension, counted from 1, `sum(x, 2)`; or of the
 * numbers that are given, `sum(a, b, c)`.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Site } from "./source.ts";
import { asTensor, type Quantity, rankOf, show } from "./values.ts";

/** Reduces the given axes. */
export type Reduction = (x: tf.Tensor, axes: number[]) => tf.Tensor;

/** Unbiased, as in mathjs: divided by n - 1. */
const variance: Reduction = (x, axes) => {
  const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
  const centred = tf.sub(x, tf.mean(x, axes, true));
  return tf.div(tf.sum(tf.square(centred), axes), count - 1);
};

export const reductions = {
  sum: (x, axes) => tf.sum(x, axes),
  mean: (x, axes) => tf.mean(x, axes),
  prod: (x, axes) => tf.prod(x, axes),
  variance,
  std: (x, axes) => tf.sqrt(variance(x, axes)),
  logsumexp: (x, axes) => tf.logSumExp(x, axes),
} as const satisfies Record<string, Reduction>;

/** Along the last dimension, or the given one. */
export const alongDimension = {
  softmax: (x, axis) => onLast(x, axis, (y) => tf.softmax(y)),
  logSoftmax: (x, axis) => onLast(x, axis, (y) => tf.logSoftmax(y)),
  cumsum: (x, axis) => tf.cumsum(x, axis),
} as const satisfies Record<string, (x: tf.Tensor, axis: number) => tf.Tensor>;

function onLast(x: tf.Tensor, axis: number, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  if (axis === x.rank - 1) return f(x);
  const order = [...x.shape.keys()];
  [order[axis], order[x.rank - 1]] = [x.rank - 1, axis];
  return tf.transpose(f(tf.transpose(x, order)), order);
}

export function reduce(reduction: Reduction, args: readonly Quantity[], site: Site): tf.Tensor {
  const [first = 0, second] = args;
  if (args.length === 1) {
    const x = asTensor(first);
    return x.rank === 0 ? reduction(tf.reshape(x, [1]), [0]) : reduction(x, [...x.shape.keys()]);
  }
  if (args.length === 2 && second !== undefined && rankOf(first) > 0) {
    return reduction(asTensor(first), [axisOf(asTensor(first), second, site)]);
  }
  return reduction(stackScalars(args, site), [0]);
}

export function along(
  f: (x: tf.Tensor, axis: number) => tf.Tensor,
  [first = 0, dimension]: readonly Quantity[],
  site: Site,
): tf.Tensor {
  const x = asTensor(first);
  if (x.rank === 0) return tf.reshape(f(tf.reshape(x, [1]), 0), []);
  return f(x, dimension === undefined ? x.rank - 1 : axisOf(x, dimension, site));
}

/** From 1 to 0. */
function axisOf(x: tf.Tensor, dimension: Quantity, site: Site): number {
  if (typeof dimension === "number" && Number.isInteger(dimension) && dimension >= 1 && dimension <= x.rank) {
    return dimension - 1;
  }
  throw site.error({
    what: `The second argument of \`${site.text}\` is not a dimension`,
    expected: x.rank === 1 ? "1" : `a whole number from 1 to ${x.rank}`,
    got: show(dimension),
  });
}

function stackScalars(args: readonly Quantity[], site: Site): tf.Tensor {
  if (args.some((arg) => rankOf(arg) > 0)) {
    throw site.error({
      what: `\`${site.text}\` takes several numbers, or one tensor`,
      expected: "numbers, or a tensor and a dimension",
      got: args.map(show).join(", "),
    });
  }
  return tf.stack(args.map(asTensor));
}
