/** Sets of vectors and matrices whose elements depend on each other: ascending vectors, Cholesky factors, covariances. */
import * as tf from "@tensorflow/tfjs-core";
import { cholesky } from "../tensor/index.ts";
import { and, vector } from "./constraint.ts";
import { diagonalPart, lowerPart } from "./matrices.ts";

/** Rounding of a float32 row of squares, or of a matrix against its transpose. */
const TOLERANCE = 1e-5;

const allOf = (x: tf.Tensor) => tf.all(tf.all(x, -1), -1);
const identities = (x: tf.Tensor) => tf.tidy(() => tf.broadcastTo(tf.eye(x.shape.at(-1) ?? 1), x.shape));
const isLower = (x: tf.Tensor) => allOf(tf.equal(x, lowerPart(x)));
const positiveDiagonal = (x: tf.Tensor) => tf.all(tf.greater(diagonalPart(x), 0), -1);

export const ordered = vector({
  kind: "ordered",
  meaning: () => "ascending along the last axis",
  eventDim: 1,
  test: (x) =>
    tf.tidy(() => {
      const n = x.shape.at(-1) ?? 1;
      const start = x.shape.map(() => 0);
      const size = [...x.shape.slice(0, -1), n - 1];
      const next = tf.slice(x, [...start.slice(0, -1), 1], size);
      const first = tf.slice(x, start, [...x.shape.slice(0, -1), 1]);
      const finite = tf.all(tf.equal(first, first), -1);
      return n < 2 ? finite : and(finite, tf.all(tf.greater(next, tf.slice(x, start, size)), -1));
    }),
  feasible: (x) => tf.tidy(() => tf.broadcastTo(tf.range(0, x.shape.at(-1) ?? 1), x.shape)),
});

export const lowerCholesky = vector({
  kind: "lowerCholesky",
  meaning: () => "lower triangular matrices with a positive diagonal",
  eventDim: 2,
  test: (x) => tf.tidy(() => and(isLower(x), positiveDiagonal(x))),
  feasible: identities,
});

export const corrCholesky = vector({
  kind: "corrCholesky",
  meaning: () =>
    "Cholesky factors of correlation matrices: lower triangular, diagonal positive, rows of length 1",
  eventDim: 2,
  test: (x) =>
    tf.tidy(() => {
      const excess = tf.abs(tf.sub(tf.sum(tf.square(x), -1), 1));
      return and(isLower(x), positiveDiagonal(x), tf.all(tf.lessEqual(excess, TOLERANCE), -1));
    }),
  feasible: identities,
});

export const positiveDefinite = vector({
  kind: "positiveDefinite",
  meaning: () => "symmetric positive definite matrices",
  eventDim: 2,
  test: (x) =>
    tf.tidy(() => {
      const turned = tf.transpose(x, [...x.shape.keys()].slice(0, -2).concat([x.rank - 1, x.rank - 2]));
      const size = tf.max(tf.max(tf.abs(x), -1, true), -2, true);
      const symmetric = allOf(tf.lessEqual(tf.abs(tf.sub(x, turned)), tf.mul(TOLERANCE, size)));
      return and(symmetric, positiveDiagonal(cholesky(x)));
    }),
  feasible: identities,
});
