/** Where guides start. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../../distributions/index.ts";
import { clearParamStore, sample } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { AutoDelta } from "./auto-delta.ts";
import {
  type InitStrategy,
  initToFeasible,
  initToMean,
  initToMedian,
  initToSample,
  initToUniform,
  initToValue,
} from "./init.ts";

beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(4);
});

function model(): void {
  const loc = sample("loc", dist.Normal(3, 1));
  sample("scale", dist.LogNormal(loc, 0.5));
  sample("simplex", dist.Dirichlet([2, 3, 5]));
  sample("heavy", dist.Cauchy(1, 2));
  sample("interval", dist.Uniform(-1, 3));
  sample("half", dist.HalfNormal(1));
}

function start(initStrategy: InitStrategy): Record<string, number[]> {
  clearParamStore();
  const guide = new AutoDelta(model, { initStrategy });
  guide();
  return Object.fromEntries(
    Object.entries(guide.median()).map(([site, value]) => [site, Array.from(value.dataSync())]),
  );
}

describe("a guide starts", () => {
  it.each([
    ["by name", "feasible"],
    ["by function", initToFeasible],
    ["by function with options", initToFeasible()],
  ] as [string, InitStrategy][])("at a plain point, %s", (_name, strategy) => {
    const { loc, scale, simplex, heavy, interval } = start(strategy);
    expect([loc, scale, heavy, interval]).toEqual([[0], [1], [0], [1]]);
    for (const p of simplex ?? []) expect(p).toBeCloseTo(1 / 3, 5);
  });

  it.each([["mean"], [initToMean], [initToMean()]] as [InitStrategy][])("at the mean (%#)", (strategy) => {
    const { loc, scale, simplex, heavy, interval } = start(strategy);
    expect(loc?.[0]).toBeCloseTo(3, 5);
    // What comes later is given the mean of what came before.
    expect(scale?.[0]).toBeCloseTo(Math.exp(3 + 0.125), 2);
    for (const [i, p] of [0.2, 0.3, 0.5].entries()) expect(simplex?.[i]).toBeCloseTo(p, 4);
    expect(interval?.[0]).toBeCloseTo(1, 5);
    // There is no mean of a Cauchy: the median of draws takes its place.
    expect(Math.abs((heavy?.[0] ?? 99) - 1)).toBeLessThan(3);
  });

  it("at a median of as many draws as one likes", () => {
    const { loc, scale, heavy } = start(initToMedian({ numSamples: 2000 }));
    // Standard error of the median: 1.25 sd / sqrt(2000), sd 1; for a Cauchy pi scale / 2 / sqrt(2000).
    expect(Math.abs((loc?.[0] ?? 0) - 3)).toBeLessThan(0.12);
    expect(Math.abs(Math.log(scale?.[0] ?? 0) - (loc?.[0] ?? 0))).toBeLessThan(0.06);
    expect(Math.abs((heavy?.[0] ?? 0) - 1)).toBeLessThan(0.3);
    expect(start("median")).not.toEqual(start(initToMedian({ numSamples: 16 })));
  });

  it("at a draw, and at a random point", () => {
    for (const strategy of ["sample", initToSample, "uniform", initToUniform] as InitStrategy[]) {
      const [one, other] = [start(strategy), start(strategy)];
      expect(one.loc).not.toEqual(other.loc);
    }
    const { loc, interval } = start(initToUniform({ radius: 1e-3 }));
    expect(Math.abs(loc?.[0] ?? 9)).toBeLessThan(1e-3);
    expect(interval?.[0]).toBeCloseTo(1, 2);
  });

  it("at values of one's own, and elsewhere as told", () => {
    const values = { loc: 7, simplex: [0.1, 0.1, 0.8] };
    const { loc, simplex, interval } = start(initToValue({ values, fallback: initToFeasible }));
    expect(loc).toEqual([7]);
    expect(simplex?.[2]).toBeCloseTo(0.8, 5);
    expect(interval).toEqual([1]);
    expect(start(initToValue({ values: new Map([["loc", 2]]) })).loc).toEqual([2]);
    expect(start((site) => (site.name === "loc" ? 5 : initToFeasible(site))).loc).toEqual([5]);
  });

  it.each([
    ["a name that is none", "middle" as InitStrategy, /initStrategy[\s\S]*feasible, mean/],
    ["a value outside the support", initToValue({ values: { scale: -1 } }), /site "scale"[\s\S]*-1/],
    ["a value on the border", initToValue({ values: { half: 0 } }), /site "half"[\s\S]*border/],
    ["a value of another shape", initToValue({ values: { loc: [1, 2] } }), /site "loc"[\s\S]*\[2\]/],
  ])("not at %s", (_name, strategy, message) => {
    expect(() => start(strategy)).toThrow(message);
  });
});
