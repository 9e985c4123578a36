/** Shapes: broadcasting forward, and summing back what broadcasting copied. */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";

/**
 * The shape that all `shapes` broadcast to, aligned from the right as in NumPy.
 * @throws PyroError naming the shapes that do not fit together.
 */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const rank = shapes.reduce((most, shape) => Math.max(most, shape.length), 0);
  const result: number[] = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const offset = rank - shape.length;
    for (let i = 0; i < shape.length; i++) {
      const size = shape[i] as number;
      const have = result[offset + i] as number;
      if (size === have || size === 1) continue;
      if (have !== 1) {
        throw pyroError({
          what: "Shapes do not broadcast together",
          expected: "sizes that are equal, or 1, in each dimension counted from the right",
          got: shapes.map(showShape).join(" and "),
        });
      }
      result[offset + i] = size;
    }
  }
  return result;
}

export function showShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** `x` with the given shape, copied along dimensions of size 1 and along new ones on the left; `x` itself if it has it. */
export function broadcastTo(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  if (sameShape(x.shape, shape)) return x;
  // A broadcast of a scalar or a size-1 tensor by tf.broadcastTo is a Tile kernel whose gradient is correct.
  return tf.broadcastTo(x, [...shape]);
}

/** Sum over the last `n` dimensions (Pyro's `sum_rightmost`); a negative `n` keeps the first `-n` and sums the rest. */
export function sumRightmost(x: tf.Tensor, n: number): tf.Tensor {
  const count = n < 0 ? x.rank + n : n;
  if (count === 0) return x;
  if (count < 0 || count > x.rank) {
    throw pyroError({
      what: `Cannot sum the last ${count} dimensions`,
      expected: `a tensor of at least ${count} dimensions`,
      got: `shape ${showShape(x.shape)}`,
    });
  }
  const axes: number[] = [];
  for (let i = x.rank - count; i < x.rank; i++) axes.push(i);
  return tf.sum(x, axes);
}

/** The adjoint of broadcasting: sums `x` down to `shape`, which must broadcast to the shape of `x`. */
export function sumToShape(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  if (sameShape(x.shape, shape)) return x;
  const offset = x.rank - shape.length;
  const axes: number[] = [];
  for (let i = 0; i < x.rank; i++) {
    if (i < offset || (shape[i - offset] === 1 && x.shape[i] !== 1)) axes.push(i);
  }
  const summed = axes.length === 0 ? x : tf.sum(x, axes);
  return sameShape(summed.shape, shape) ? summed : tf.reshape(summed, [...shape]);
}
