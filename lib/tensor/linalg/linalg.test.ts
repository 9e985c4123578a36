import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { numbers, on, testBackends } from "../testing/backends.ts";
import { firstDerivative, noise, secondDerivative } from "../testing/gradcheck.ts";
import { cholesky, triangularSolve } from "./ops.ts";

/** A well-conditioned lower triangular matrix, and the covariance matrix it is the factor of. */
function factor(n: number, seed: number, batch: number[] = []): tf.Tensor {
  const shape = [...batch, n, n];
  const size = shape.reduce((a, b) => a * b, 1);
  const below = tf.linalg.bandPart(tf.tensor(noise(size, seed), shape), -1, 0);
  return tf.add(tf.mul(below, 1 / Math.sqrt(n)), tf.mul(tf.eye(n), 1.5));
}
const covariance = (l: tf.Tensor) => tf.matMul(l, l, false, true);
const largest = (x: tf.Tensor) => Math.max(...numbers(tf.abs(x)));

// 3 runs the loops on every backend, 20 is large enough for TensorFlow's own ops where they are.
describe.each(testBackends)("linear algebra on %s", (backend) => {
  test.each([1, 3, 20])("the Cholesky factor of a known product, n = %i", async (n) => {
    const error = await on(backend, () => {
      const l = factor(n, 3, [2]);
      return largest(tf.sub(cholesky(covariance(l)), l));
    });
    expect(error).toBeLessThan(2e-5);
  });

  test.each([3, 20])("solutions of triangular systems, n = %i", async (n) => {
    const errors = await on(backend, () => {
      const l = factor(n, 5, [2]);
      const b = tf.tensor(noise(n * 2, 7), [n, 2]);
      return [false, true].map((transpose) => {
        const x = triangularSolve(l, b, transpose);
        const wide = tf.broadcastTo(b, [2, n, 2]);
        return [x.shape.join(), largest(tf.sub(tf.matMul(l, x, transpose), wide))] as const;
      });
    });
    for (const [shape, error] of errors) {
      expect(shape).toBe(`2,${n},2`);
      expect(error).toBeLessThan(2e-5);
    }
  });

  test("ignores what stands above the diagonal", async () => {
    const [a, b] = await on(backend, () => {
      const l = factor(3, 5);
      const full = tf.add(l, tf.tensor2d([0, 7, 7, 0, 0, 7, 0, 0, 0], [3, 3]));
      const v = tf.ones([3, 1]);
      return [numbers(triangularSolve(l, v)), numbers(triangularSolve(full, v))];
    });
    expect(a).toEqual(b);
  });

  test.each([3, 20])("NaN for the matrices of a batch that are not positive definite, n = %i", async (n) => {
    const got = await on(backend, () => {
      const bad = tf.sub(tf.eye(n), tf.mul(2, tf.ones([n, n])));
      return numbers(tf.sum(cholesky(tf.stack([tf.eye(n), bad])), [-2, -1]));
    });
    expect(got).toEqual([n, Number.NaN]);
  });

  const symmetric = (a: tf.Tensor) => tf.add(a, tf.transpose(a));
  const cases: [string, (...xs: tf.Tensor[]) => tf.Tensor, () => tf.Tensor[]][] = [
    // Through a symmetric matrix: the derivative is symmetrised by convention.
    ["cholesky", (a) => cholesky(symmetric(a as tf.Tensor)), () => [covariance(factor(3, 3))]],
    [
      "triangularSolve",
      (l, b) => triangularSolve(l as tf.Tensor, b as tf.Tensor),
      () => [factor(3, 3), tf.tensor(noise(6, 9), [3, 2])],
    ],
    [
      "triangularSolve, transposed",
      (l, b) => triangularSolve(l as tf.Tensor, b as tf.Tensor, true),
      () => [factor(3, 3), tf.tensor(noise(6, 9), [3, 2])],
    ],
  ];
  test.each(cases)("%s: first and second derivatives", async (_name, f, inputs) => {
    const [first, second] = await on(backend, () => [
      firstDerivative(f, inputs(), 1e-2),
      secondDerivative(f, inputs(), 1e-2),
    ]);
    // A central difference of step 0.01 in float32: truncation 1e-4, rounding 1e-5.
    for (const { analytic, numeric } of [first, second]) {
      expect(Math.abs(analytic - numeric)).toBeLessThan(2e-3 * (1 + Math.abs(numeric)));
    }
  });

  test("refuses shapes that do not fit", () => {
    expect(() => cholesky(tf.ones([2, 3]))).toThrow(/square/);
    expect(() => triangularSolve(tf.eye(3), tf.ones([2, 1]))).toThrow(/right-hand side/);
  });
});
