import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import type { Baseline } from "../poutine/message.ts";
import { clearParamStore, getParamStore, irange, param, plate, sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import { ELBO } from "./elbo.ts";
import { moments, slope } from "./testing/moments.ts";
import { Trace_ELBO } from "./trace-elbo.ts";
import { TraceGraph_ELBO } from "./trace-graph-elbo.ts";

const elbo = new TraceGraph_ELBO();
// Many small tensors: the cpu backend is faster, and draws the same numbers.
beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(4);
});

/**
 * Independent runs side by side, as elements of one plate: a parameter with a value for each run has as its
 * gradient one draw of the estimator for each run. So one step gives 50 000 draws.
 */
const RUNS = 50_000;
const side = <R>(body: () => R): R => plate("runs", RUNS, { dim: -2 }, body);
const each = (name: string, value: number) => param(name, tf.fill([RUNS, 1], value));
const gradsOf = (model: () => unknown, guide: () => unknown, name: string): Float32Array => {
  const { grads } = elbo.lossAndGrads(model, guide);
  const values = (grads[name] as tf.Tensor).dataSync().slice() as Float32Array;
  tf.dispose(grads);
  return values;
};

// Two coins and a measurement of both: z1 ~ B(.3), z2 ~ B(.2 + .6 z1), 7 ~ N(z1 + z2, 1), which is far off.
// Guide: z1 ~ B(a), z2 ~ B(b + c z1) in log-odds.
const START = { a: 0.4, b: -0.3, c: 0.5 };
const coins = () =>
  side(() => {
    const z1 = sample("z1", new dist.Bernoulli(0.3));
    const z2 = sample("z2", new dist.Bernoulli(tf.add(0.2, tf.mul(z1, 0.6))));
    sample("x", new dist.Normal(tf.add(z1, z2), 1), { obs: 7 });
  });
const coinGuide = (baseline?: () => Baseline) => () => {
  const [a, b, c] = [each("a", START.a), each("b", START.b), each("c", START.c)];
  const options = () => (baseline === undefined ? {} : { baseline: baseline() });
  side(() => {
    const z1 = sample("z1", new dist.Bernoulli({ logits: a }), options());
    sample("z2", new dist.Bernoulli({ logits: tf.add(b, tf.mul(c, z1)) }), options());
  });
};

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const coin = (p: number, z: number) => Math.log(z === 1 ? p : 1 - p);
/** The loss in closed form, by summing over both coins. */
function coinLoss({ a, b, c }: typeof START): number {
  let loss = 0;
  for (const z1 of [0, 1]) {
    for (const z2 of [0, 1]) {
      const logQ = coin(sigmoid(a), z1) + coin(sigmoid(b + c * z1), z2);
      const logX = -((7 - z1 - z2) ** 2) / 2 - 0.5 * Math.log(2 * Math.PI);
      loss += Math.exp(logQ) * (logQ - coin(0.3, z1) - coin(0.2 + 0.6 * z1, z2) - logX);
    }
  }
  return loss;
}

const kinds: [string, (() => Baseline) | undefined][] = [
  ["without a baseline", undefined],
  ["decaying average", () => ({ useDecayingAvgBaseline: true })],
  ["decaying average with a beta", () => ({ useDecayingAvgBaseline: true, baselineBeta: 0.5 })],
  ["a value", () => ({ baselineValue: -20 })],
  ["a tensor", () => ({ baselineValue: tf.fill([RUNS, 1], -20) })],
  [
    "a network",
    () => ({ nnBaseline: (x) => tf.mul(param("w", -20), x), nnBaselineInput: tf.ones([RUNS, 1]) }),
  ],
  ["a value and a decaying average", () => ({ baselineValue: -10, useDecayingAvgBaseline: true })],
  [
    "a network and a decaying average",
    () => ({
      nnBaseline: (x) => tf.mul(param("w", -5), x),
      nnBaselineInput: tf.ones([RUNS, 1]),
      useDecayingAvgBaseline: true,
    }),
  ],
];

describe("gradients are unbiased", () => {
  it.each(kinds)("%s", (_, baseline) => {
    // The second step has an average of the first one to take off.
    tf.dispose(elbo.lossAndGrads(coins, coinGuide(baseline)).grads);
    const { grads } = elbo.lossAndGrads(coins, coinGuide(baseline));
    for (const name of ["a", "b", "c"] as const) {
      const { mean, error } = moments((grads[name] as tf.Tensor).dataSync());
      const exact = slope((v) => coinLoss({ ...START, [name]: v }), START[name]);
      // Five standard errors, measured from the same draws: a right estimator fails once in two million.
      expect(Math.abs(mean - exact)).toBeLessThan(5 * error);
      expect(error).toBeLessThan(0.06);
    }
  });

  it("with a subsampled plate inside, and a latent site outside it", () => {
    // w ~ N(0,1) by the score function; for each of 4 data: z ~ B(.3), x ~ N(w + z, 1). All subsets of 2, each once.
    const data = [0.2, 1.4, -0.5, 2];
    const at = { m: 0.3, a: 0.4 };
    const run = (subsample: number[]) => {
      const model = () =>
        side(() => {
          const w = sample("w", new dist.Normal(0, 1));
          plate("data", 4, { subsample, dim: -1 }, (i) => {
            const z = sample("z", new dist.Bernoulli(0.3));
            sample("x", new dist.Normal(tf.add(w, z), 1), { obs: tf.gather(tf.tensor1d(data), i) });
          });
        });
      const guide = () => {
        const [m, a] = [each("m", at.m), each("a", at.a)];
        side(() => {
          sample("w", new dist.Normal(m, 1, { reparameterized: false }));
          plate("data", 4, { subsample, dim: -1 }, () => sample("z", new dist.Bernoulli({ logits: a })));
        });
      };
      return { model, guide };
    };
    // E (x - w - z)² = (x - m - q)² + 1 + q(1 - q).
    const loss = ({ m, a }: typeof at) => {
      const q = sigmoid(a);
      const kl = q * Math.log(q / 0.3) + (1 - q) * Math.log((1 - q) / 0.7);
      return (m * m) / 2 + data.reduce((sum, x) => sum + kl + ((x - m - q) ** 2 + q * (1 - q)) / 2, 0);
    };
    const subsets = [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].filter((j) => j > i).map((j) => [i, j]));
    for (const name of ["m", "a"] as const) {
      const all = subsets.map((subset) => {
        const { model, guide } = run(subset);
        return moments(gradsOf(model, guide, name));
      });
      const mean = all.reduce((sum, x) => sum + x.mean / all.length, 0);
      const error = Math.sqrt(all.reduce((sum, x) => sum + (x.error / all.length) ** 2, 0));
      const exact = slope((v) => loss({ ...at, [name]: v }), at[name]);
      expect(Math.abs(mean - exact)).toBeLessThan(5 * error);
      expect(error).toBeLessThan(0.05);
    }
  });

  it("where elements of a plate mix in a site outside it", () => {
    // z[i] ~ B(.5) for three i, y ~ N(sum z, 1), then u[i] ~ N(y, 1) observed: z[0] has an influence on u[2].
    const seen = tf.tensor1d([3, 2.5, 4]);
    const model = () =>
      side(() => {
        const three = plate("three", 3, { dim: -1 });
        const z = three.run(() => sample("z", new dist.Bernoulli(0.5)));
        const y = sample("y", new dist.Normal(tf.sum(z, -1, true), 1));
        three.run(() => sample("u", new dist.Normal(y, 1), { obs: seen }));
      });
    const guide = () => {
      const a = each("a", 0.2);
      side(() => {
        const z = plate("three", 3, { dim: -1 }, () => sample("z", new dist.Bernoulli({ logits: a })));
        sample("y", new dist.Normal(tf.add(tf.sum(z, -1, true), 0.5), 1));
      });
    };
    // s ~ Binomial(3, q); y = s + .5 + noise: E (u - y)² = (u - s - .5)² + 1, and E (y - s)² does not depend on q.
    const loss = (a: number) => {
      const q = sigmoid(a);
      const kl = 3 * (q * Math.log(q / 0.5) + (1 - q) * Math.log((1 - q) / 0.5));
      return [3, 2.5, 4].reduce((sum, u) => sum + ((u - 3 * q - 0.5) ** 2 + 3 * q * (1 - q)) / 2, kl);
    };
    const { mean, error } = moments(gradsOf(model, guide, "a"));
    expect(Math.abs(mean - slope(loss, 0.2))).toBeLessThan(5 * error);
    expect(error).toBeLessThan(0.06);
  });
});

describe("variance", () => {
  it.each(kinds.slice(1))("is at most half of that without: %s", (_, baseline) => {
    const plain = moments(gradsOf(coins, coinGuide(), "a")).variance;
    clearParamStore();
    for (let i = 0; i < 8; i++) tf.dispose(elbo.lossAndGrads(coins, coinGuide(baseline)).grads);
    expect(moments(gradsOf(coins, coinGuide(baseline), "a")).variance).toBeLessThan(plain / 2);
  });

  it("is less than Trace_ELBO's where sites are independent, in sequential plates and in vectorised ones", () => {
    const N = 6;
    const seq = (f: (i: number) => void) => () => {
      for (const i of irange("six", N)) f(i);
    };
    const model = seq((i) => {
      const z = sample(`z${i}`, new dist.Bernoulli(0.3));
      sample(`x${i}`, new dist.Normal(z, 1), { obs: 2 });
    });
    const guide = seq((i) => sample(`z${i}`, new dist.Bernoulli({ logits: param(`a${i}`, 0.4) })));
    const flatModel = () =>
      plate("six", N, () => {
        const z = sample("z", new dist.Bernoulli(0.3));
        sample("x", new dist.Normal(z, 1), { obs: 2 });
      });
    const flatGuide = () => {
      const a = param("a", tf.fill([N], 0.4));
      plate("six", N, () => sample("z", new dist.Bernoulli({ logits: a })));
    };
    const variance = (loss: TraceGraph_ELBO | Trace_ELBO, m: () => void, g: () => void, name: string) => {
      const draws = Float32Array.from({ length: 300 }, () => {
        const { grads } = loss.lossAndGrads(m, g);
        const first = (grads[name] as tf.Tensor).dataSync()[0] ?? Number.NaN;
        tf.dispose(grads);
        return first;
      });
      return moments(draws).variance;
    };
    // The cost of one site in place of six: about a quarter of the variance here; half is far outside the noise.
    for (const [m, g, name] of [[model, guide, "a0"] as const, [flatModel, flatGuide, "a"] as const]) {
      expect(variance(elbo, m, g, name)).toBeLessThan(variance(new Trace_ELBO(), m, g, name) / 2);
    }
  });
});

describe("baselines", () => {
  it("learn the cost and nothing else", () => {
    const net = () => ({
      nnBaseline: (x: tf.Tensor) => tf.mul(x, param("w", 0)),
      nnBaselineInput: tf.ones([1]),
    });
    const model = () => {
      sample("z", new dist.Bernoulli(0.5));
      sample("x", new dist.Normal(0, 1), { obs: 3 });
    };
    const guide = () => {
      param("w", 0);
      sample("z", new dist.Bernoulli({ logits: param("a", 0) }), { baseline: net() });
    };
    const { grads } = elbo.lossAndGrads(model, guide);
    // The observation stands in no plate and after z: the cost is its log-density, -4.5 - log(2π)/2, and (b - cost)² has slope -2 cost.
    expect(grads.w?.dataSync()[0]).toBeCloseTo(2 * (4.5 + 0.5 * Math.log(2 * Math.PI)), 4);
    expect(elbo.loss(model, guide)).toBeCloseTo(4.5 + 0.5 * Math.log(2 * Math.PI), 4);
  });

  it("read a decaying average before they update it, and forget it with the parameters", () => {
    const model = () => {
      sample("z", new dist.Bernoulli(0.5));
      sample("x", new dist.Normal(0, 1), { obs: 3 });
    };
    const guide = () =>
      sample("z", new dist.Bernoulli({ logits: param("a", 0) }), {
        baseline: { useDecayingAvgBaseline: true },
      });
    const cost = -4.5 - 0.5 * Math.log(2 * Math.PI);
    // |d log q / da| is 1/2 on both sides, so the gradient's size is half of what is left of the cost.
    const left = () => {
      const { grads } = elbo.lossAndGrads(model, guide);
      return Math.abs((grads.a as tf.Tensor).dataSync()[0] ?? Number.NaN) * 2;
    };
    const expected = [1, 0.9, 0.81].map((share) => Math.abs(cost * share));
    for (const want of expected) expect(left()).toBeCloseTo(want, 4);
    elbo.loss(model, guide);
    expect(left()).toBeCloseTo(Math.abs(cost) * 0.729, 4);
    expect(getParamStore().getAllParamNames()).toEqual(["a"]);
    clearParamStore();
    expect(left()).toBeCloseTo(Math.abs(cost), 4);
  });

  it.each<[string, Baseline, RegExp]>([
    [
      "two at once",
      { nnBaseline: (x) => x, nnBaselineInput: tf.scalar(1), baselineValue: 1 },
      /exclude each other[\s\S]*"z"/,
    ],
    ["a network without input", { nnBaseline: (x) => x }, /nnBaselineInput[\s\S]*"z"/],
    ["a beta of 1", { useDecayingAvgBaseline: true, baselineBeta: 1 }, /baselineBeta/],
    ["a wrong shape", { baselineValue: tf.zeros([3]) }, /does not fit[\s\S]*\[3\]/],
  ])("refuse %s", (_, baseline, message) => {
    const model = () => void sample("z", new dist.Bernoulli(0.5));
    const guide = () => void sample("z", new dist.Bernoulli({ logits: param("a", 0) }), { baseline });
    expect(() => elbo.lossAndGrads(model, guide)).toThrow(message);
  });
});

describe("TraceGraph_ELBO", () => {
  it("is what ELBO({ traceGraph: true }) makes", () => {
    expect(new ELBO({ traceGraph: true, numParticles: 3 })).toBeInstanceOf(TraceGraph_ELBO);
  });

  it("is Trace_ELBO where everything is reparameterised, and leaves no tensor behind", () => {
    const model = () => {
      const z = sample("z", new dist.Normal(0, 1));
      sample("x", new dist.Normal(z, 1), { obs: 1 });
    };
    const guide = (reparameterized: boolean) => () => {
      sample("z", new dist.Normal(param("m", 0.3), 1, { reparameterized }), {
        baseline: { useDecayingAvgBaseline: true },
      });
    };
    const results = [elbo, new Trace_ELBO()].map((loss) => {
      setSeed(1);
      const { loss: value, grads } = loss.lossAndGrads(model, guide(true));
      return [value, grads.m?.dataSync()[0]];
    });
    expect(results[0]).toEqual(results[1]);
    tf.dispose(elbo.lossAndGrads(model, guide(false)).grads);
    const before = tf.memory().numTensors;
    tf.dispose(elbo.lossAndGrads(model, guide(false)).grads);
    elbo.loss(model, guide(false));
    expect(tf.memory().numTensors).toBe(before);
  });
});
