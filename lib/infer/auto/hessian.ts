/**
 * The matrix of second derivatives. tfjs can differentiate twice, but not every one of its gradients is right when it
 * is differentiated again, and a wrong one is silent. So the second derivatives are tried along a random direction
 * against differences of gradients; where the two do not agree, or tfjs has no second derivative, the whole matrix
 * is made of differences.
 */
import * as tf from "@tensorflow/tfjs-core";
import { isControlFlow, pollInterrupt } from "../../interrupt.ts";
import { normal } from "../../tensor/index.ts";
import { releaseTape, scoped } from "../gradients.ts";

export type HessianMethod = "second derivatives" | "differences of gradients";

export interface Hessian {
  /** Symmetric: `n` rows of `n` numbers. */
  readonly rows: readonly Vector[];
  readonly method: HessianMethod;
}

type Scalar = (x: tf.Tensor) => tf.Scalar;
type Vector = Float64Array;

/** Relative difference from which the second derivatives are not believed. Differences themselves are right to 1e-3. */
const AGREEMENT = 0.02;
/** Step of a difference, in standard deviations of the Gaussian that has the curvature. */
const STEP = 0.1;

/** The Hessian of `f` at a vector; `force` leaves the choice to no one. */
export function hessian(f: Scalar, at: tf.Tensor, force?: HessianMethod): Hessian {
  const exact = force === "differences of gradients" ? undefined : attempt(() => secondDerivatives(f, at));
  const believed = exact !== undefined && (force !== undefined || agrees(f, at, exact));
  const rows = believed ? exact : differences(f, at);
  return {
    rows: rows.map((row, i) => row.map((x, j) => (x + ((rows[j] as Vector)[i] as number)) / 2)),
    method: believed ? "second derivatives" : "differences of gradients",
  };
}

function secondDerivatives(f: Scalar, at: tf.Tensor): Vector[] {
  const gradient = tf.grad(f as (x: tf.Tensor) => tf.Tensor);
  return Array.from({ length: at.size }, (_, i) => {
    pollInterrupt();
    const pick = (x: tf.Tensor) => tf.sum(tf.slice(gradient(x), [i], [1]));
    return scoped(() => Float64Array.from(tf.grad(pick)(at).dataSync()));
  });
}

/** Undefined where tfjs lacks a gradient. */
function attempt<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (isControlFlow(error)) throw error;
    releaseTape();
    return undefined;
  }
}

function agrees(f: Scalar, at: tf.Tensor, rows: readonly Vector[]): boolean {
  const noise = scoped(() => normal([at.size]).dataSync());
  // In units in which every coordinate has the same curvature, so that none is drowned.
  const direction = Float64Array.from(noise, (z, i) => z / Math.sqrt(Math.abs(rows[i]?.[i] ?? 1) || 1));
  const want = rows.map((row) => dot(row, direction));
  const curvature = Math.abs(dot(Float64Array.from(want), direction)) || 1;
  const got = difference(f, at, direction, STEP / Math.sqrt(curvature));
  const scaled = (x: number, i: number) => x / Math.sqrt(Math.abs(rows[i]?.[i] ?? 1) || 1);
  const error = Math.hypot(...want.map((x, i) => scaled(x - (got[i] as number), i)));
  return error <= AGREEMENT * Math.hypot(...want.map(scaled));
}

/** Twice: the first pass finds how far apart the points of the second may lie. */
function differences(f: Scalar, at: tf.Tensor): Vector[] {
  const n = at.size;
  const x = at.dataSync();
  const along = (i: number, step: number) => {
    pollInterrupt();
    const unit = new Float64Array(n);
    unit[i] = 1;
    return difference(f, at, unit, step);
  };
  return Array.from({ length: n }, (_, i) => {
    const rough = along(i, 1e-2 * (1 + Math.abs(x[i] as number)));
    const curvature = Math.abs(rough[i] as number);
    return curvature > 0 ? along(i, STEP / Math.sqrt(curvature)) : rough;
  });
}

/** The slope of the gradient along a direction, by a central difference. */
function difference(f: Scalar, at: tf.Tensor, direction: Vector, step: number): Vector {
  const slope = (h: number) =>
    scoped(() => {
      const point = tf.add(at, tf.tensor1d(Float32Array.from(direction, (d) => h * d)));
      return tf
        .grad(f as (x: tf.Tensor) => tf.Tensor)(point)
        .dataSync();
    });
  const [above, below] = [slope(step), slope(-step)];
  return Float64Array.from(above, (g, i) => (g - (below[i] as number)) / (2 * step));
}

function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
}
