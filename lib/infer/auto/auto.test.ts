import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../../distributions/index.ts";
import { Adam, ClippedAdam } from "../../optim/index.ts";
import { clearParamStore, getParamStore, plate, sample } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { Predictive } from "../predictive.ts";
import { SVI } from "../svi.ts";
import { Trace_ELBO } from "../trace-elbo.ts";
import { AutoDelta } from "./auto-delta.ts";
import { AutoNormal } from "./auto-normal.ts";

beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(4);
});

const values = (x: tf.Tensor | undefined) => Array.from(x?.dataSync() ?? []);

/** loc ~ N(0,1) seen as 2 with sd 1 (posterior N(1, .7071)); a positive, an interval and a simplex site beside it. */
function model(): void {
  const loc = sample("loc", new dist.Normal(0, 1));
  sample("x", new dist.Normal(loc, 1), { obs: 2 });
  sample("positive", new dist.LogNormal(0.5, 0.3));
  plate("three", 3, () => sample("unit", new dist.Beta(2, 3)));
  sample("simplex", new dist.Dirichlet([2, 3, 5]));
}

describe("AutoNormal", () => {
  it("learns sites of every support", () => {
    const guide = new AutoNormal(model);
    const steps = 400;
    const svi = new SVI(model, guide, new ClippedAdam({ lr: 0.1, lrd: 0.01 ** (1 / steps) }));
    for (let i = 0; i < steps; i++) svi.step();
    const median = guide.median();
    // Noise of the last steps; the two normal sites are exact, the others only near.
    expect(Math.abs((values(median.loc)[0] ?? 0) - 1)).toBeLessThan(0.1);
    expect(Math.abs((values(median.positive)[0] ?? 0) - Math.exp(0.5))).toBeLessThan(0.15);
    for (const p of values(median.unit)) expect(Math.abs(p - 0.386)).toBeLessThan(0.08);
    expect(values(median.simplex).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    const { loc, simplex } = guide.quantiles([0.1587, 0.5, 0.8413]);
    const [low = 0, mid = 0, high = 0] = values(loc);
    expect(Math.abs(high - mid - Math.SQRT1_2)).toBeLessThan(0.15);
    expect(high - mid).toBeCloseTo(mid - low, 3);
    expect(simplex?.shape).toEqual([3, 3]);
    expect(guide.sample().unit?.shape).toEqual([3]);
    const draws = new Predictive(model, { guide, numSamples: 3 }).run();
    expect(draws.simplex?.shape).toEqual([3, 3]);
  });

  it("scores itself as the change of variables says", () => {
    // One LogNormal site, and a guide that equals it: every particle's loss is 0.
    const plain = () => sample("s", new dist.LogNormal(0.5, 0.3));
    const guide = new AutoNormal(plain, { initScale: 0.3, initStrategy: () => Math.exp(0.5) });
    for (let i = 0; i < 3; i++) expect(new Trace_ELBO().loss(plain, guide)).toBeCloseTo(0, 5);
  });

  it.each(["feasible", "sample", "mean", "median"] as const)("starts at %s", (initStrategy) => {
    const guide = new AutoNormal(model, { initStrategy });
    guide();
    for (const value of Object.values(guide.median()))
      expect(values(value).every(Number.isFinite)).toBe(true);
  });

  it("leaves no tensors behind", () => {
    const svi = new SVI(model, new AutoNormal(model), new Adam());
    svi.step();
    svi.step();
    const tensors = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) svi.step();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("names what it cannot do", () => {
    const discrete = () => sample("z", new dist.Bernoulli(0.5));
    expect(() => new AutoNormal(discrete)()).toThrow(/discrete site[\s\S]*"z"/);
    expect(() => new AutoNormal(model).median()).toThrow(/run it once/);
    expect(() => new AutoNormal(model, { initScale: 0 })).toThrow(/initScale/);
  });
});

describe("AutoDelta", () => {
  it("finds the maximum of the posterior density", () => {
    const guide = new AutoDelta(model);
    const svi = new SVI(model, guide, new Adam({ lr: 0.05 }));
    for (let i = 0; i < 400; i++) svi.step();
    const median = guide.median();
    expect(values(median.loc)[0]).toBeCloseTo(1, 2);
    // Modes: exp(μ - σ²), (α-1)/(α+β-2), (α-1)/(Σα-3).
    expect(values(median.positive)[0]).toBeCloseTo(Math.exp(0.5 - 0.09), 2);
    for (const p of values(median.unit)) expect(p).toBeCloseTo(1 / 3, 2);
    values(median.simplex).forEach((p, i) => {
      expect(p).toBeCloseTo([1 / 7, 2 / 7, 4 / 7][i] ?? 0, 2);
    });
    expect([...getParamStore().keys()].sort()).toEqual(
      ["loc", "positive", "simplex", "unit"].map((name) => `AutoDelta.${name}`),
    );
  });
});
