/** Gradients of log-densities against finite differences, and quantile functions against distribution functions. */
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { type Numeric, toTensor } from "../tensor/index.ts";
import { CASES, type Params } from "./testing/cases.ts";
import { differentiable, expandCases, gradients, numbers, onBackends } from "./testing/harness.ts";

const ROWS = expandCases(CASES);

/**
 * Central difference of order 4. In float32 a step of 1 % leaves a truncation error near 1e-7 and a rounding error of
 * about 1e-7 of the terms of f over the step: the comparison allows 2e-3 relative and 1e-6 (1 + |f|) / step (its terms are larger than f).
 */
function slope(f: (h: number) => number, step: number): number {
  return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step);
}

function compare(got: number, f: (h: number) => number, scale: number, where: string): void {
  const step = 0.01 * scale;
  const want = slope(f, step);
  const rounding = (1e-6 * (1 + Math.abs(f(0)))) / step;
  expect(Math.abs(got - want), `${where}: got ${got}, finite difference ${want}`).toBeLessThanOrEqual(
    2e-3 * Math.abs(want) + rounding + 1e-4,
  );
}

/** `x` with one element moved. */
function moved(x: Numeric, index: number, by: number): tf.Tensor {
  const base = toTensor(x);
  const data = Float32Array.from(base.dataSync());
  data[index] = (data[index] as number) + by;
  return tf.tensor(data, base.shape);
}

await onBackends(["cpu", "tensorflow"], () => {
  it.each(ROWS)("%s: gradients in the parameters", (_t, row, params) => {
    const names = differentiable(row, params);
    if (names.length === 0) return;
    for (const value of row.values) {
      if (!Number.isFinite(numbers(row.make(params).logProb(value))[0])) continue;
      const grads = gradients(params, names, (p) => row.make(p).logProb(value));
      for (const name of names) {
        const at = toTensor(params[name] as Numeric);
        for (const [i, got] of numbers(grads[name] as tf.Tensor).entries()) {
          const size = Math.abs(numbers(at)[i] as number);
          // A probability of 0 stands at the edge of its domain: there is nothing on the other side to compare with.
          if (row.paramEventDim === 1 && size === 0) continue;
          const score = (h: number) => {
            const p: Params = { ...params, [name]: moved(at, i, h) };
            return numbers(row.make(p).logProb(value))[0] as number;
          };
          const room = name === "probs" ? Math.min(size, Math.abs(1 - size) || size) : size;
          compare(got, score, Math.min(4, room || 1), `d ${name}[${i}] at ${value}`);
        }
      }
    }
  });

  it.each(ROWS.filter(([, row]) => row.discrete !== true && row.noSlope === undefined))(
    "%s: gradient in the value",
    (_t, row, params) => {
      const d = row.make(params);
      for (const value of row.values) {
        // The edge of the support, and the kink of a density, have no two-sided slope.
        if (value === 0) continue;
        const x = toTensor(value);
        const grads = numbers(tf.grad((v) => tf.sum(d.logProb(v)))(x));
        for (const [i, got] of grads.entries()) {
          const size = Math.abs(numbers(x)[i] as number);
          const room = d.support.upper === 1 ? Math.min(size, 1 - size) : size;
          const score = (h: number) => numbers(tf.sum(d.logProb(moved(x, i, h))))[0] as number;
          compare(got, score, Math.min(1, room || 1), `d value[${i}] at ${value}`);
        }
      }
    },
  );

  it.each(ROWS.filter(([, row]) => row.hasIcdf === true))("%s: icdf undoes cdf", (_t, row, params) => {
    const d = row.make(params);
    const levels = [0.001, 0.1, 0.5, 0.9, 0.999];
    for (const q of levels) {
      const x = d.icdf(q);
      expect(x.shape).toEqual([]);
      const back = numbers(d.cdf(x))[0] as number;
      // A level near 1 is only known to the rounding of a quantile: half a unit in the last place of x, times the density.
      const density = Math.exp(numbers(d.logProb(x))[0] as number);
      const rounding = 1.2e-7 * Math.abs(numbers(x)[0] as number) * density;
      expect(Math.abs(back - q), `cdf(icdf(${q})) = ${back}`).toBeLessThanOrEqual(
        2e-5 * Math.min(q, 1 - q) + 4 * rounding + 3e-7,
      );
    }
  });

  it.each(ROWS.filter(([, row]) => row.hasCdf === true))(
    "%s: the cdf is the integral of the density",
    (_t, row, params) => {
      const d = row.make(params);
      for (const value of row.values as number[]) {
        if (value === 0) continue;
        const x = toTensor(value);
        const density = Math.exp(numbers(d.logProb(x))[0] as number);
        const rate = numbers(tf.grad((v) => d.cdf(v))(x))[0] as number;
        expect(
          Math.abs(rate - density),
          `slope of the cdf at ${value}: ${rate}, density ${density}`,
        ).toBeLessThanOrEqual(2e-4 * density + 1e-7);
      }
    },
  );
});
