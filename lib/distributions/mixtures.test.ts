/** What the table has no column for: the distribution without a value, wrong mixtures, and both ends of a far tail. */
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import * as dist from "./index.ts";
import { expectClose, numbers } from "./testing/harness.ts";

it("Unit draws nothing and scores what it is told", () => {
  const d = dist.Unit([-0.5, 2]);
  expect(d.batchShape).toEqual([2]);
  expect(d.sample([3]).shape).toEqual([3, 2, 0]);
  expect(numbers(d.logProb(d.sample()))).toEqual([-0.5, 2]);
  expect(d.expand([4, 2]).logProb(tf.zeros([4, 2, 0])).shape).toEqual([4, 2]);
  expect(() => dist.Unit(Number.NaN)).toThrow(/logFactor/);
  const slope = tf.grad((x) => tf.sum(dist.Unit(x).logProb(tf.zeros([0]))))(tf.scalar(3));
  expect(numbers(slope)).toEqual([1]);
});

it("MixtureSameFamily wants as many components as outcomes", () => {
  expect(() => dist.MixtureSameFamily(dist.Categorical([1, 1, 1]), dist.Normal([0, 1], 1))).toThrow(
    /one component for each/,
  );
});

it("MixtureSameFamily of counts, and of components with supports of their own", () => {
  const counts = dist.MixtureSameFamily(dist.Categorical([1, 3]), dist.Poisson([1, 10]));
  const want = Math.log(0.25 * Math.exp(-1) + 0.75 * Math.exp(-10));
  expectClose(numbers(counts.logProb(0))[0] as number, want, 1e-5, "counts");
  expect(() => counts.logProb(0.5)).toThrow(/support/);
  const pieces = dist.MixtureSameFamily(dist.Categorical([1, 1]), dist.Uniform([0, 0], [1, 2]));
  expectClose(numbers(pieces.logProb(0.5))[0] as number, Math.log(0.75), 1e-5, "pieces");
});

it("TruncatedNormal keeps its log-density far out in a tail", () => {
  // The tail of a normal beyond 30 falls like an exponential of rate 30 + 1/30.
  const d = dist.TruncatedNormal(0, 1, 30);
  const score = numbers(d.logProb(30))[0] as number;
  expect(Math.abs(score - Math.log(30 + 1 / 30))).toBeLessThan(1e-3);
  const mirrored = numbers(dist.TruncatedNormal(0, 1, null, -30).logProb(-30))[0] as number;
  expect(mirrored).toBe(score);
});
