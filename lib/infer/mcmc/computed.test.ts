import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import { setInterruptHook } from "../../interrupt.ts";
import { LocScaleReparam } from "../../poutine/reparam/loc-scale.ts";
import { reparam } from "../../poutine/reparam.ts";
import { deterministic, plate, sample } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { Predictive } from "../predictive.ts";
import { logLikelihood, MCMC, NUTS } from "./index.ts";

beforeEach(() => setSeed(0));

const y = tf.tensor1d([1.2, 2.9, 5.1]);

function line(x: tf.Tensor, data?: tf.Tensor): void {
  const slope = sample("slope", dist.Normal(0, 3));
  const mean = deterministic("mean", tf.mul(slope, x));
  deterministic("double", tf.mul(slope, 2));
  plate("rows", x.size, () => sample("y", dist.Normal(mean, 1), data === undefined ? {} : { obs: data }));
}

const x = tf.tensor1d([1, 2, 3]);
const quiet = { numSamples: 120, warmupSteps: 100, progress: false };

test("draws hold what the model computes of them", async () => {
  const mcmc = await new MCMC(new NUTS(line), { ...quiet, numChains: 2 }).run(x, y);
  const { slope, mean, double } = mcmc.getSamples();
  expect(mean?.shape).toEqual([240, 3]);
  expect(double?.shape).toEqual([240]);
  const slopes = slope?.dataSync() ?? [];
  const means = mean?.dataSync() ?? [];
  for (let i = 0; i < 240; i++) {
    expect(double?.dataSync()[i]).toBeCloseTo(2 * (slopes[i] as number), 5);
    expect(means[3 * i + 2]).toBeCloseTo(3 * (slopes[i] as number), 5);
  }
  const grouped = mcmc.getSamples({ groupByChain: true });
  expect(grouped.mean?.shape).toEqual([2, 120, 3]);
  expect(Array.from(grouped.mean?.dataSync() ?? [])).toEqual(Array.from(means));
  expect(Object.keys(mcmc.summary().rows)).toEqual(["slope"]);
  expect(Object.keys(mcmc.summary({ excludeDeterministic: false }).rows)).toContain("mean[2]");
  expect(Object.keys(mcmc.toInferenceData().posterior)).toEqual(["slope", "mean", "double"]);
});

test("predictions and likelihoods do not take it for data", async () => {
  const mcmc = await new MCMC(new NUTS(line), quiet).run(x, y);
  const samples = mcmc.getSamples();
  const far = tf.tensor1d([10, 20, 30]);
  const slopes = samples.slope?.dataSync() ?? [];
  for (const parallel of [false, true]) {
    const { mean } = new Predictive(line, { posteriorSamples: samples, parallel }).run(far);
    expect(mean?.dataSync()[1]).toBeCloseTo(20 * (slopes[0] as number), 4);
  }
  const scores = logLikelihood(line, samples, x, y);
  expect(Object.keys(scores)).toEqual(["y"]);
  expect(scores.y?.shape).toEqual([120, 3]);
  expect(scores.y?.dataSync()[0]).toBeCloseTo(
    -((1.2 - (slopes[0] as number)) ** 2) / 2 - Math.log(Math.sqrt(2 * Math.PI)),
    4,
  );
});

test("a site that was reparameterised is among the draws", async () => {
  const schools = () => {
    const tau = sample("tau", dist.HalfNormal(1));
    plate("schools", 3, () => {
      const theta = sample("theta", dist.Normal(0, tau));
      sample("y", dist.Normal(theta, 1), { obs: y });
    });
  };
  const model = reparam(schools, { config: { theta: new LocScaleReparam(0) } });
  const mcmc = await new MCMC(new NUTS(() => void model.invoke()), quiet).run();
  const { theta, tau, theta_decentered: z } = mcmc.getSamples();
  expect(theta?.shape).toEqual([120, 3]);
  const [a, b, c] = [theta, tau, z].map((values) => values?.dataSync() ?? []);
  expect(a?.[4]).toBeCloseTo((b?.[1] ?? 0) * (c?.[4] ?? 0), 5);
});

test("where sites are summed out it has no single value, and is left out", async () => {
  const mixture = () => {
    const share = sample("share", dist.Beta(1, 1));
    const z = sample("z", dist.Bernoulli(share));
    const centre = deterministic("centre", tf.mul(4, z));
    sample("x", dist.Normal(centre, 1), { obs: 3.5 });
  };
  const mcmc = await new MCMC(new NUTS(mixture), quiet).run();
  expect(Object.keys(mcmc.getSamples())).toEqual(["share"]);
});

test("an interrupted run has it for the draws that were made", async () => {
  let polls = 0;
  const restore = setInterruptHook(() => {
    if (++polls === 20) throw Object.assign(new Error("stop"), { name: "KeyboardInterrupt" });
  });
  const mcmc = new MCMC(new NUTS(line), { ...quiet, numSamples: 100_000 });
  try {
    await expect(mcmc.run(x, y)).rejects.toThrow("stop");
  } finally {
    restore();
  }
  const { slope, double } = mcmc.getSamples();
  expect(double?.shape).toEqual(slope?.shape);
  expect(slope?.size).toBeGreaterThan(0);
});
