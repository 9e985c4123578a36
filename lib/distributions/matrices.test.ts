/** What the table has no column for: the other forms of matrix parameters, and the correlations of LKJ draws. */
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { setSeed } from "../tensor/index.ts";
import * as dist from "./index.ts";
import { expectAllClose, numbers, onBackends } from "./testing/harness.ts";

const COVARIANCE = [
  [1, 0.5, -0.3],
  [0.5, 4.25, 0.65],
  [-0.3, 0.65, 0.74],
];

await onBackends(["cpu", "tensorflow"], () => {
  it("MultivariateNormal is the same by its covariance, its precision and its factor", () => {
    const byCovariance = dist.MultivariateNormal([0, 1, 2], COVARIANCE);
    const precision = byCovariance.precisionMatrix;
    const byPrecision = dist.MultivariateNormal({ loc: [0, 1, 2], precisionMatrix: precision });
    const byFactor = dist.MultivariateNormal({ loc: [0, 1, 2], scaleTril: byCovariance.scaleTril });
    const x = [0.3, -1, 2];
    const want = numbers(byFactor.logProb(x));
    for (const d of [byCovariance, byPrecision]) {
      expectAllClose(numbers(d.logProb(x)), want, 1e-5, "score");
      expectAllClose(numbers(d.covarianceMatrix), COVARIANCE.flat(), 2e-5, "covariance");
      expectAllClose(numbers(d.scaleTril), numbers(byFactor.scaleTril), 2e-5, "factor");
      expectAllClose(numbers(d.precisionMatrix), numbers(precision), 2e-5, "precision");
      expectAllClose(numbers(d.entropy()), numbers(byFactor.entropy()), 1e-5, "entropy");
    }
  });

  it("LowRankMultivariateNormal scores as the full one does", () => {
    const low = dist.LowRankMultivariateNormal([0, 1], [[1], [-0.5]], [0.5, 0.2]);
    const full = dist.MultivariateNormal([0, 1], low.covarianceMatrix);
    const x = tf.tensor2d([
      [0, 0],
      [3, -1],
    ]);
    expectAllClose(numbers(low.logProb(x)), numbers(full.logProb(x)), 1e-5, "score");
    expectAllClose(numbers(low.scaleTril), numbers(full.scaleTril), 1e-5, "factor");
    expect(numbers(dist.kl(low, full))[0]).toBeCloseTo(0, 5);
  });
});

it("draws of MultivariateNormal have its covariance", () => {
  setSeed(3);
  const x = dist.MultivariateNormal([0, 0, 0], COVARIANCE).sample([20_000]);
  const got = numbers(tf.div(tf.matMul(x, x, true), 20_000));
  // The standard error of a covariance is at most sqrt(2 · 4.25² / 20 000) = 0.043.
  for (const [i, want] of COVARIANCE.flat().entries()) {
    expect(Math.abs((got[i] as number) - want)).toBeLessThan(5 * 0.043);
  }
});

it("correlations of LKJCholesky follow a Beta on (-1, 1)", () => {
  setSeed(4);
  const [dim, concentration, draws] = [4, 1.5, 20_000];
  const l = dist.LKJCholesky(dim, concentration).sample([draws]);
  const r = tf.matMul(l, l, false, true);
  // Both shapes of that Beta are concentration - 1 + dim / 2, so the variance of every correlation is the same.
  const want = 1 / (2 * concentration + dim - 1);
  const got = numbers(tf.div(tf.sum(tf.square(r), 0), draws));
  const means = numbers(tf.div(tf.sum(r, 0), draws));
  for (let at = 0; at < dim * dim; at++) {
    const [i, j] = [Math.floor(at / dim), at % dim];
    if (i === j) expect(got[at]).toBeCloseTo(1, 4);
    // Five standard errors: the square of a correlation has a spread below 1.5 times its mean.
    else {
      expect(Math.abs((got[at] as number) - want)).toBeLessThan((5 * 1.5 * want) / Math.sqrt(draws));
      expect(Math.abs(means[at] as number)).toBeLessThan(5 * Math.sqrt(want / draws));
    }
  }
});

it("refuses sizes that are none", () => {
  expect(() => dist.LKJCholesky(1)).toThrow(/dim/);
  expect(() => dist.MultivariateNormal({ loc: [0, 0] } as never)).toThrow(/exactly one/);
  expect(() => dist.Wishart(5, [1, 2])).toThrow(/at least 2 axes/);
});
