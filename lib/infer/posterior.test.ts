import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { clearParamStore, plate, sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import { Importance } from "./importance.ts";
import { Marginal } from "./marginal.ts";
import { Search } from "./search.ts";

beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(11);
});

const number = (x: tf.Tensor | undefined) => x?.dataSync()[0] ?? Number.NaN;
const valueAt = (trace: { get(name: string): { value?: tf.Tensor | undefined } | undefined }, name: string) =>
  number(trace.get(name)?.value);

// Three hidden states, each seen with an error of one in five.
const seen = [1, 0, 1];
const START = 0.6;
const next = (z: number) => (z === 1 ? 0.7 : 0.2);
const show = (z: number) => (z === 1 ? 0.8 : 0.2);
const hmm = () => {
  let p: tf.Tensor = tf.scalar(START);
  let z: tf.Tensor = p;
  for (const [t, x] of seen.entries()) {
    z = sample(`z${t}`, new dist.Bernoulli(p));
    sample(`x${t}`, new dist.Bernoulli(tf.add(0.2, tf.mul(z, 0.6))), { obs: x });
    p = tf.add(0.2, tf.mul(z, 0.5));
  }
  return z;
};
const paths = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => {
  const zs = [n & 4 ? 1 : 0, n & 2 ? 1 : 0, n & 1];
  const coin = (p: number, x: number) => (x === 1 ? p : 1 - p);
  let weight = 1;
  for (const [t, z] of zs.entries()) {
    weight *= coin(t === 0 ? START : next(zs[t - 1] as number), z) * coin(show(z), seen[t] as number);
  }
  return { zs, weight };
});
const evidence = paths.reduce((sum, { weight }) => sum + weight, 0);

describe("Search", () => {
  it("finds all eight paths of three hidden states, breadth first, with their weights", () => {
    const search = new Search(hmm).run();
    const found = search.execTraces.map((trace) => [0, 1, 2].map((t) => valueAt(trace, `z${t}`)));
    expect(found).toEqual(paths.map(({ zs }) => zs));
    for (const [i, { weight }] of paths.entries()) {
      expect(Math.exp(search.logWeights[i] as number)).toBeCloseTo(weight, 6);
    }
    expect(search.getLogNormalizer()).toBeCloseTo(Math.log(evidence), 5);
  });

  it("gives the right marginals, of the return value and of sites", () => {
    const exact = paths.filter(({ zs }) => zs[2] === 1).reduce((sum, p) => sum + p.weight / evidence, 0);
    const marginal = new Marginal(new Search(hmm));
    expect(Math.exp(number(marginal.logPdf(tf.scalar(1))))).toBeCloseTo(exact, 5);
    expect(Math.exp(number(marginal.logPdf(1)))).toBeCloseTo(exact, 5);
    expect(number(marginal.logPdf(2))).toBe(Number.NEGATIVE_INFINITY);
    expect((marginal.enumerateSupport() as tf.Tensor[]).map(number)).toEqual([0, 1]);

    const first = new Marginal(new Search(hmm), { sites: "z0" });
    const exactFirst = paths.filter(({ zs }) => zs[0] === 1).reduce((sum, p) => sum + p.weight / evidence, 0);
    expect(Math.exp(number(first.logPdf(1)))).toBeCloseTo(exactFirst, 5);

    const both = new Marginal(new Search(hmm), { sites: ["z0", "z2"] });
    const pair = paths.filter(({ zs }) => zs[0] === 1 && zs[2] === 0);
    const exactPair = pair.reduce((sum, p) => sum + p.weight / evidence, 0);
    const value = { z2: tf.scalar(0), z0: tf.scalar(1) };
    expect(Math.exp(number(both.logPdf(value)))).toBeCloseTo(exactPair, 5);
    expect(both.enumerateSupport()).toHaveLength(4);
    expect(() => new Marginal(new Search(hmm), { sites: "y" }).sample()).toThrow(/no site "y"[\s\S]*z0/);
  });

  it("follows branches that only some executions have, and drops nothing where a weight is zero", () => {
    const model = () => {
      const p = sample("p", new dist.Bernoulli(0.25));
      if (number(p) === 1) sample("q", new dist.Categorical([0.5, 0.5, 0]));
      sample("sure", new dist.Bernoulli(1));
    };
    const search = new Search(model).run();
    expect(search.execTraces).toHaveLength(2 + 6);
    expect(search.getLogNormalizer()).toBeCloseTo(0, 6);
    expect(search.getNormalizedWeights().some(Number.isNaN)).toBe(false);
  });

  it("refuses what it cannot enumerate", () => {
    const continuous = () => sample("w", new dist.Normal(0, 1));
    expect(() => new Search(continuous).run()).toThrow(/cannot enumerate site "w"[\s\S]*Importance/);
    const batch = () => plate("data", 3, () => sample("z", new dist.Bernoulli(0.5)));
    expect(() => new Search(batch).run()).toThrow(/"z"[\s\S]*sequential plate/);
    expect(() => new Search(hmm, { maxTries: 2 }).run()).toThrow(/2 tries/);
  });
});

// Prior N(0, 1), data 1.2 and .4 with sd 1: posterior N(1.6/3, 1/3).
const data = [1.2, 0.4];
const conjugate = () => {
  const z = sample("z", new dist.Normal(0, 1));
  plate("data", 2, () => sample("x", new dist.Normal(z, 1), { obs: data }));
  return z;
};
const logEvidence = (() => {
  // x ~ N(0, I + 11ᵀ): determinant 3, inverse I - 11ᵀ/3.
  const square = 1.2 ** 2 + 0.4 ** 2 - 1.6 ** 2 / 3;
  return -0.5 * (2 * Math.log(2 * Math.PI) + Math.log(3) + square);
})();

describe("Importance", () => {
  it("weighs draws of a guide by the posterior", () => {
    const guide = () => sample("z", new dist.Normal(0.5, 0.7));
    const posterior = new Importance(conjugate, { guide, numSamples: 10_000 }).run();
    const weights = posterior.getNormalizedWeights();
    const mean = posterior.execTraces.reduce(
      (sum, t, i) => sum + valueAt(t, "z") * (weights[i] as number),
      0,
    );
    // Weights vary little (the guide is a little too wide), so the standard error is about .58/√9500 = .006.
    expect(Math.abs(mean - 1.6 / 3)).toBeLessThan(0.01);
    expect(Math.abs(posterior.getLogNormalizer() - logEvidence)).toBeLessThan(0.02);
    expect(posterior.getESS()).toBeGreaterThan(8_000);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
  }, 60_000);

  it("draws from the model itself where it has no guide", () => {
    const posterior = new Importance(conjugate, { numSamples: 2000 }).run();
    // Weights from the prior have a coefficient of variation of about 1: standard error .025; four of them.
    expect(Math.abs(posterior.getLogNormalizer() - logEvidence)).toBeLessThan(0.1);
    expect(posterior.getESS()).toBeLessThan(2000);
    expect(new Importance(conjugate).run().execTraces).toHaveLength(10);
  });

  it("draws traces by their weight", () => {
    const posterior = new Importance(conjugate, { numSamples: 30 });
    const draws = Array.from({ length: 100 }, () => valueAt(posterior.sample(), "z"));
    const mean = draws.reduce((a, b) => a + b / 100, 0);
    // Five standard errors of .58/√100, and the bias of 30 draws from the prior, below .02.
    expect(Math.abs(mean - 1.6 / 3)).toBeLessThan(5 * 0.058 + 0.02);
    expect(posterior.execTraces).toHaveLength(0);
  });

  it("keeps the tensors of its traces and no others", () => {
    new Importance(conjugate).run();
    const before = tf.memory().numTensors;
    const posterior = new Importance(conjugate, { numSamples: 20 }).run();
    const perTrace = (tf.memory().numTensors - before) / 20;
    expect(perTrace).toBeLessThan(25);
    const [first] = posterior.execTraces;
    expect(number(first?.logPdf())).toBeLessThan(0);
    const site = first?.nodes.get("z");
    expect(site?.type === "sample" && number(site.fn.mean)).toBe(0);
  });

  it("refuses a number of samples that is none, and questions before it ran", () => {
    expect(() => new Importance(conjugate, { numSamples: 0 })).toThrow(/numSamples/);
    expect(() => new Importance(conjugate).getESS()).toThrow(/run\(/);
  });
});

describe("Marginal", () => {
  it("is of a posterior, not of a model", () => {
    const coin = () => sample("z", new dist.Bernoulli(0.5));
    expect(() => new Marginal(coin as never)).toThrow(/needs a posterior[\s\S]*the function coin/);
  });

  it("is made once for the same arguments, compared deeply", () => {
    let runs = 0;
    const model = (p: tf.Tensor, _options: { deep: number[] }) => {
      runs++;
      return sample("z", new dist.Bernoulli(p));
    };
    const marginal = new Marginal(new Search(model));
    const ask = (p: number, deep: number[]) => Math.exp(number(marginal.logPdf(1, tf.scalar(p), { deep })));
    expect(ask(0.3, [1])).toBeCloseTo(0.3, 6);
    const once = runs;
    expect(ask(0.3, [1])).toBeCloseTo(0.3, 6);
    expect(runs).toBe(once);
    expect(ask(0.6, [1])).toBeCloseTo(0.6, 6);
    expect(ask(0.6, [2])).toBeCloseTo(0.6, 6);
    expect(runs).toBe(3 * once);
  });

  it("draws values with their probabilities, whatever they are", () => {
    const model = () =>
      number(sample("z", new dist.Bernoulli(0.2))) === 1 ? { word: "yes" } : { word: "no" };
    const marginal = new Marginal<[], { word: string }>(new Search(model));
    const draws = Array.from({ length: 2000 }, () => marginal.sample().word);
    const share = draws.filter((word) => word === "yes").length / 2000;
    // Five standard errors of √(.2 × .8 / 2000).
    expect(Math.abs(share - 0.2)).toBeLessThan(0.045);
    expect(number(marginal.batchLogPdf({ word: "yes" }))).toBeCloseTo(Math.log(0.2), 5);
  });

  it("stands in a sample statement of another model, which does not see the sites inside", () => {
    const inner = (p: number) => sample("z", new dist.Bernoulli(p));
    const outer = () => {
      const z = sample("guess", new Marginal(new Search(inner)).given(0.3));
      sample("x", new dist.Bernoulli(tf.add(0.1, tf.mul(z, 0.8))), { obs: 1 });
    };
    const search = new Search(outer).run();
    expect(search.execTraces.map((trace) => trace.stochasticNodes)).toEqual([["guess"], ["guess"]]);
    expect(search.getLogNormalizer()).toBeCloseTo(Math.log(0.7 * 0.1 + 0.3 * 0.9), 5);
  });
});
