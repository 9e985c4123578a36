import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import { setInterruptHook } from "../../interrupt.ts";
import { setNoticeHook } from "../../notice.ts";
import { clearParamStore, param, plate, sample } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { enableValidation } from "../../validation.ts";
import { HMC, logLikelihood, loo, MCMC, NUTS } from "./index.ts";

const notices: string[] = [];
let unhook: () => void;
beforeEach(() => {
  setSeed(0);
  clearParamStore();
  notices.length = 0;
  unhook = setNoticeHook((text) => {
    notices.push(text);
  });
});
afterEach(() => {
  unhook();
  enableValidation(true);
});

const quiet = { progress: false };

function moments(draws: tf.Tensor | undefined): { mean: number; sd: number } {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(draws as tf.Tensor);
    return { mean: mean.dataSync()[0] as number, sd: Math.sqrt(variance.dataSync()[0] as number) };
  });
}

/** Conjugate: the posterior of p is Beta(8, 6). */
function coin(): void {
  const p = sample("p", dist.Beta(2, 2));
  plate("flips", 10, () => {
    sample("x", dist.Bernoulli(p), { obs: tf.tensor1d([1, 1, 1, 0, 1, 0, 0, 1, 1, 0]) });
  });
}

test.each([
  ["NUTS", () => new NUTS(coin)],
  ["NUTS with a dense mass", () => new NUTS(coin, { denseMass: true })],
  ["HMC", () => new HMC(coin)],
  ["HMC of 5 steps", () => new HMC(coin, { numSteps: 5 })],
  ["NUTS, eager", () => new NUTS(coin, { compile: false })],
] as const)("%s finds a conjugate posterior, its bounds kept", async (name, kernel) => {
  const numSamples = name.endsWith("eager") ? 200 : 2000;
  const mcmc = await new MCMC(kernel(), { numSamples, warmupSteps: 200, ...quiet }).run();
  const { mean, sd } = moments(mcmc.getSamples().p);
  const [want, spread] = [8 / 14, Math.sqrt((8 * 6) / (14 * 14 * 15))];
  // At least a quarter of the draws count as independent: five standard errors of mean and deviation.
  const error = (5 * spread) / Math.sqrt(numSamples / 4);
  expect(Math.abs(mean - want)).toBeLessThan(error);
  expect(Math.abs(sd - spread)).toBeLessThan(error);
  expect(mcmc.reason).toBe(name.endsWith("eager") ? "compile is false" : undefined);
});

test("draws have the shapes of their sites, by chain if wanted", async () => {
  const model = () => {
    sample("weights", dist.Dirichlet(tf.tensor1d([2, 3, 5])));
    plate("rows", 4, () => sample("scale", dist.HalfNormal(1)));
  };
  const mcmc = await new MCMC(new NUTS(model), { numSamples: 500, numChains: 2, ...quiet }).run();
  expect(mcmc.sites).toEqual(["weights", "scale"]);
  const flat = mcmc.getSamples();
  expect(flat.weights?.shape).toEqual([1000, 3]);
  expect(flat.scale?.shape).toEqual([1000, 4]);
  const grouped = mcmc.getSamples({ groupByChain: true });
  expect(grouped.weights?.shape).toEqual([2, 500, 3]);
  expect(grouped.scale?.shape).toEqual([2, 500, 4]);
  const means = tf.mean(flat.weights as tf.Tensor, 0).dataSync();
  // Standard deviations of a Dirichlet(2, 3, 5) are below 0.16; 5 standard errors of 250 independent draws.
  for (const [i, want] of [0.2, 0.3, 0.5].entries())
    expect(Math.abs((means[i] as number) - want)).toBeLessThan(0.05);
  const sums = tf.sum(flat.weights as tf.Tensor, -1).dataSync();
  for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
});

test("discrete sites are summed out", async () => {
  const data = tf.tensor1d([-2.1, -1.9, -2.3, 1.8, 2.2, 2.1, 1.9, 2.4]);
  const mixture = () => {
    const share = sample("share", dist.Beta(1, 1));
    plate("data", data.size, () => {
      const z = sample("z", dist.Bernoulli(share));
      sample("x", dist.Normal(tf.sub(tf.mul(4, z), 2), 0.5), { obs: data });
    });
  };
  const mcmc = await new MCMC(new NUTS(mixture), { numSamples: 1000, ...quiet }).run();
  expect(mcmc.sites).toEqual(["share"]);
  expect(mcmc.reason).toBeUndefined();
  const { mean, sd } = moments(mcmc.getSamples().share);
  // The components do not overlap: Beta(6, 4).
  expect(Math.abs(mean - 0.6)).toBeLessThan(0.05);
  expect(Math.abs(sd - Math.sqrt(24 / 1100))).toBeLessThan(0.03);
});

test("the same seed gives the same draws, and each chain others", async () => {
  const run = async () => {
    setSeed(7);
    const mcmc = await new MCMC(new NUTS(coin), {
      numSamples: 50,
      warmupSteps: 50,
      numChains: 2,
      ...quiet,
    }).run();
    return Array.from(mcmc.getSamples({ groupByChain: true }).p?.dataSync() ?? []);
  };
  const [one, other] = [await run(), await run()];
  expect(one).toEqual(other);
  expect(one.slice(0, 50)).not.toEqual(one.slice(50));
});

test("a run goes on from the end of another, as if it were one", async () => {
  const options = { numSamples: 40, warmupSteps: 60, ...quiet };
  setSeed(3);
  const whole = await new MCMC(new NUTS(coin), { ...options, numSamples: 80 }).run();
  setSeed(3);
  const first = await new MCMC(new NUTS(coin), options).run();
  const second = await new MCMC(new NUTS(coin), {
    numSamples: 40,
    initState: first.lastState,
    ...quiet,
  }).run();
  const values = (mcmc: MCMC) => Array.from(mcmc.records[0]?.draws ?? []);
  expect([...values(first), ...values(second)]).toEqual(values(whole));
  expect(second.diagnostics[0]?.stepSize).toBe(first.diagnostics[0]?.stepSize);
});

test("chains start where they are told", async () => {
  const options = { numSamples: 1, warmupSteps: 0, numChains: 2, ...quiet };
  const kernel = new NUTS(coin, { stepSize: 1e-6, adaptStepSize: false, maxTreeDepth: 1 });
  const mcmc = await new MCMC(kernel, { ...options, initParams: [{ p: 0.25 }, { p: 0.75 }] }).run();
  const draws = mcmc.getSamples().p?.dataSync() ?? [];
  expect(draws[0]).toBeCloseTo(0.25, 4);
  expect(draws[1]).toBeCloseTo(0.75, 4);
});

test("parameters of the store are constants of the model", async () => {
  param("shift", 3);
  const model = () => {
    sample("x", dist.Normal(param("shift"), 0.1));
  };
  const mcmc = await new MCMC(new NUTS(model), { numSamples: 200, ...quiet }).run();
  expect(moments(mcmc.getSamples().x).mean).toBeCloseTo(3, 1);
});

test("an interrupt keeps the draws", async () => {
  let polls = 0;
  const restore = setInterruptHook(() => {
    if (++polls === 30) throw Object.assign(new Error("stop"), { name: "KeyboardInterrupt" });
  });
  const mcmc = new MCMC(new NUTS(coin), { numSamples: 10_000_000, warmupSteps: 10, ...quiet });
  try {
    await expect(mcmc.run()).rejects.toThrow("stop");
  } finally {
    restore();
  }
  const drawn = mcmc.getSamples().p?.shape[0] ?? 0;
  expect(drawn).toBeGreaterThan(0);
  expect(mcmc.records[0]?.energy.length).toBe(drawn);
});

test("abort ends a run with what was drawn", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const mcmc = new MCMC(new NUTS(coin), {
    numSamples: 1_000_000,
    warmupSteps: 10,
    signal: controller.signal,
    ...quiet,
  });
  await mcmc.run();
  expect(mcmc.diagnostics[0]?.drawn).toBeLessThan(1_000_000);
});

test("a potential that is not a number counts as a divergence, is named, and ends nothing", async () => {
  const model = () => {
    const x = sample("x", dist.Normal(0, 1));
    sample("y", dist.Normal(tf.sqrt(tf.add(x, 0.5)), 1), { obs: 0 });
  };
  enableValidation(false);
  const kernel = new NUTS(model, { initStrategy: "median" });
  const mcmc = await new MCMC(kernel, { numSamples: 300, ...quiet }).run();
  expect(mcmc.diagnostics[0]?.drawn).toBe(300);
  expect(mcmc.diagnostics[0]?.divergences).toBeGreaterThan(0);
  expect(notices.join("\n")).toMatch(/site "y".*divergences/s);
});

test("a model that changes while it is sampled ends the run, and says so", async () => {
  let mean = 0;
  const model = () => {
    sample("x", dist.Normal(mean, 1));
  };
  const mcmc = new MCMC(new NUTS(model), { numSamples: 3_000_000, warmupSteps: 10, ...quiet });
  setTimeout(() => {
    mean = 100;
  }, 20);
  await mcmc.run();
  expect(mcmc.diagnostics[0]?.drawn).toBeLessThan(3_000_000);
  expect(notices.join("\n")).toMatch(/"mean" was changed/);
  expect(Math.abs(moments(mcmc.getSamples().x).mean)).toBeLessThan(1);
});

test.each([
  [
    "a subsampled plate",
    /plate "rows"/,
    () => {
      const m = sample("m", dist.Normal(0, 1));
      plate("rows", 10, { subsampleSize: 2 }, (i) => {
        sample("x", dist.Normal(m, 1), { obs: tf.gather(tf.zeros([10]), i) });
      });
    },
  ],
  [
    "an infinite discrete site",
    /site "n"/,
    () => {
      sample("n", dist.Poisson(3));
    },
  ],
  [
    "no latent site",
    /no latent continuous site/,
    () => {
      sample("x", dist.Normal(0, 1), { obs: 1 });
    },
  ],
  [
    "data that no parameter explains",
    /site "y".*-Infinity/s,
    () => {
      enableValidation(false);
      const x = sample("x", dist.Normal(0, 1));
      sample("y", dist.Uniform(x, tf.add(x, 1)), { obs: 100 });
    },
  ],
] as const)("%s is refused with its name", async (_, message, model) => {
  await expect(new MCMC(new NUTS(model), { numSamples: 10, ...quiet }).run()).rejects.toThrow(message);
});

test.each([
  ["an option that there is not", () => new NUTS(coin, { maxDepth: 3 } as object), /maxTreeDepth/],
  ["no model", () => new NUTS(3 as never), /function that is the model/],
  ["no kernel", () => new MCMC(coin as never, { numSamples: 3 }), /new infer.NUTS/],
  ["half a draw", () => new MCMC(new NUTS(coin), { numSamples: 0.5 }), /numSamples.*whole number/s],
  ["an acceptance above 1", () => new NUTS(coin, { targetAcceptProb: 2 }), /between 0 and 1/],
  ["draws before they are made", () => new MCMC(new NUTS(coin), { numSamples: 1 }).getSamples(), /run\(/],
] as const)("%s is a clear error", (_, make, message) => {
  expect(make).toThrow(message);
});

test("draws are summed up, exported, and compared by how they predict", async () => {
  const data = [1, 1, 1, 0, 1, 0, 0, 1, 1, 0];
  const model = (x: readonly number[]) => {
    const p = sample("p", dist.Beta(2, 2));
    plate("flips", x.length, () => sample("x", dist.Bernoulli(p), { obs: tf.tensor1d([...x]) }));
  };
  const mcmc = await new MCMC(new NUTS(model), { numSamples: 500, numChains: 2, ...quiet }).run(data);
  const { p } = mcmc.summary().rows;
  expect(p?.rHat).toBeLessThan(1.02);
  expect(p?.essBulk).toBeGreaterThan(200);
  expect(p?.lower).toBeLessThan(8 / 14);
  expect(p?.upper).toBeGreaterThan(8 / 14);

  const scores = logLikelihood(model, mcmc.getSamples(), data);
  expect(scores.x?.shape).toEqual([1000, 10]);
  const [first] = mcmc.getSamples().p?.dataSync() ?? [];
  expect(scores.x?.dataSync()[0]).toBeCloseTo(Math.log(first as number), 5);
  expect(scores.x?.dataSync()[3]).toBeCloseTo(Math.log(1 - (first as number)), 5);
  // Each flip alone is predicted by Beta-Binomials of the others: mean log of (2 + 5) / 13 for ones, (2 + 3) / 13 else.
  const exact = 6 * Math.log(7 / 13) + 4 * Math.log(5 / 13);
  // With 300 draws that are independent the estimate has a standard error of 0.1, by simulation; three of them.
  expect(Math.abs(loo(scores.x as tf.Tensor).elpd - exact)).toBeLessThan(0.3);

  const { posterior, sample_stats, log_likelihood } = mcmc.toInferenceData({ logLikelihood: scores });
  expect((posterior.p as number[][]).map((chain) => chain.length)).toEqual([500, 500]);
  expect(sample_stats.diverging?.[1]?.length).toBe(500);
  expect((log_likelihood as { x: number[][][] }).x[1]?.[0]?.length).toBe(10);
  const lines = mcmc.toCSV().trimEnd().split("\n");
  expect(lines[0]).toBe("chain,draw,p,lp,energy,diverging");
  expect(lines.length).toBe(1001);
});
