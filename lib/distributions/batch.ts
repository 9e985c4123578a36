/** Small questions about batches that every distribution asks: shapes that fit, values that were checked, masks. */
import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, toTensor } from "../tensor/index.ts";
import type { Constraint } from "./constraint.ts";
import { detached } from "./helpers.ts";

export type Shape = readonly number[];

/** Tensors that are known to satisfy a constraint: observed data is checked once, not at every step. */
const checked = new WeakMap<tf.Tensor, WeakSet<Constraint>>();

/** The first value of `x` that breaks the constraint, in words; remembers tensors that passed. */
export function violationOf(constraint: Constraint, x: tf.Tensor): string | undefined {
  if (checked.get(x)?.has(constraint)) return undefined;
  const found = constraint.violation(x);
  // A variable may change under the same identity, so it is never remembered.
  if (found === undefined && !(x instanceof tf.Variable)) {
    const known = checked.get(x) ?? new WeakSet();
    checked.set(x, known.add(constraint));
  }
  return found;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

export function shapeOf(value: Numeric): number[] {
  return tf.tidy(() => toTensor(value).shape);
}

export function broadcastable(a: Shape, b: Shape): boolean {
  for (let i = 1; i <= Math.min(a.length, b.length); i++) {
    const [m, n] = [a.at(-i), b.at(-i)];
    if (m !== n && m !== 1 && n !== 1) return false;
  }
  return true;
}

/** Appends `n` axes of length 1. */
export function expandRight(x: tf.Tensor, n: number): tf.Tensor {
  return tf.reshape(x, [...x.shape, ...new Array<number>(n).fill(1)]);
}

/** `score` times a mask of weights; an infinite score with weight 0 counts 0. */
export function masked(score: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  const off = detached(() => tf.equal(mask, 0));
  return tf.mul(tf.where(off, 0, score), mask);
}
