/** Every family: log-density, draws and their gradients, compiled as eagerly, with the same random numbers. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { bothWays, distance } from "../jit/testing/agree.ts";
import { type Numeric, setSeed, toTensor } from "../tensor/index.ts";
import { CASES, type Case, type Params } from "./testing/cases.ts";
import { differentiable, expandCases, onBackends } from "./testing/harness.ts";

/**
 * Of each number, down to a thousandth of the largest. Densities subtract large terms (lgamma, x², log-sums): an
 * eager step loses up to three digits of float32 there, and a compiled one, which computes in float64 between loads
 * and stores, does not.
 */
const TOLERANCE = 2e-3;
/** Where terms of the order of 10 cancel to nothing. */
const NOTHING = 2e-6;

type F = (...xs: tf.Tensor[]) => tf.Tensor[];

/** The result as a function of the parameters, with its gradients where it has any. */
function inParameters(
  row: Case,
  params: Params,
  f: (params: Params) => tf.Tensor,
  gradients: boolean,
): { args: tf.Tensor[]; f: F } {
  const names = gradients ? differentiable(row, params) : Object.keys(params);
  const args = names.map((name) => toTensor(params[name] as Numeric));
  const at = (xs: readonly tf.Tensor[]) => ({
    ...params,
    ...Object.fromEntries(names.map((name, i) => [name, xs[i] as tf.Tensor])),
  });
  const value: F = (...xs) => [f(at(xs))];
  if (!gradients || names.length === 0) return { args, f: value };
  const total = (...xs: tf.Tensor[]) =>
    xs.reduce((sum: tf.Tensor, x) => tf.add(sum, tf.sum(tf.mul(x, 0))), tf.sum(f(at(xs))));
  return { args, f: (...xs) => [...value(...xs), ...tf.grads(total)(xs)] };
}

function expectSame(one: { args: tf.Tensor[]; f: F }): void {
  const { eager, compiled } = bothWays(one);
  eager.forEach((values, i) => {
    const found = compiled[i] ?? [];
    const nothing = Array.from(values).every((x, k) => Math.abs(x - (found[k] as number)) < NOTHING);
    if (!nothing && distance(values, found) > TOLERANCE)
      expect(compiled[i], i === 0 ? "value" : `gradient ${i}`).toEqual(values);
  });
}

const rows = expandCases(CASES);

await onBackends(["cpu"], () => {
  beforeEach(() => setSeed(11));

  describe("log-density", () => {
    it.each(rows)("%s", (_, row, params) => {
      for (const value of row.values) {
        expectSame(inParameters(row, params, (at) => row.make(at).logProb(toTensor(value)), true));
      }
    });
  });

  describe("slope of the log-density in the value", () => {
    const smooth = rows.filter(([, row]) => row.discrete !== true && row.noSlope === undefined);
    it.each(smooth)("%s", (_, row, params) => {
      const slope = (value: tf.Tensor) => tf.grad((x) => tf.sum(row.make(params).logProb(x)))(value);
      for (const value of row.values) {
        expectSame({ args: [toTensor(value)], f: (x) => [slope(x as tf.Tensor)] });
      }
    });
  });

  describe("draws", () => {
    it.each(rows)("%s", (_, row, params) => {
      expectSame(inParameters(row, params, (at) => row.make(at).sample([5]), row.pathwise));
    });
  });
});
