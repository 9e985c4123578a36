/** Models that cannot be compiled are sampled all the same, and it is said why. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import { plate, sample } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { MCMC, NUTS, onSamplingStart } from "./index.ts";

beforeEach(() => setSeed(0));

const data = tf.tensor1d([1, 2, 3]);
const calls: number[] = [];

function reads(): void {
  const x = sample("x", dist.Normal(0, 10));
  const side = (x.dataSync()[0] as number) > 0 ? 1 : 1.0001;
  plate("rows", 3, () => sample("y", dist.Normal(tf.mul(x, side), 1), { obs: data }));
}

function counts(): void {
  calls.push(calls.length);
  const x = sample("x", dist.Normal(0, 10));
  plate("rows", 3, () => sample("y", dist.Normal(x, 1), { obs: data }));
}

function draws(): void {
  const x = sample("x", dist.Normal(0, 10));
  const noise = tf.mul(1e-6, dist.Normal(0, 1).sample());
  plate("rows", 3, () => sample("y", dist.Normal(tf.add(x, noise), 1), { obs: data }));
}

test.each([
  ["reads the value of a site", reads, /reads the value|dataSync/],
  ["counts its calls", counts, /variable "calls"/],
  ["draws random numbers of its own", draws, /draws random numbers besides its sites/],
] as const)("a model that %s runs eagerly", async (_, model, reason) => {
  const told: (string | undefined)[] = [];
  const end = onSamplingStart((start) => told.push(start.reason));
  const mcmc = new MCMC(new NUTS(model), { numSamples: 60, warmupSteps: 60 });
  await mcmc.run().finally(end);
  expect(mcmc.reason).toMatch(reason);
  expect(told).toEqual([mcmc.reason]);
  const x = Array.from(mcmc.getSamples().x?.dataSync() ?? []);
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  // The posterior is Normal(2, 0.58); at least 12 draws count as independent: five standard errors.
  expect(Math.abs(mean - 2)).toBeLessThan(0.84);
  const strict = new MCMC(new NUTS(model, { compile: true }), { numSamples: 5, progress: false });
  await expect(strict.run()).rejects.toThrow(/cannot be compiled/);
});
