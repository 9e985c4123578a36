import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import { plate, sample } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { HMC, MCMC } from "./index.ts";

/** Bytes that are held once what is dropped is collected. */
function held(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test("a million leapfrog steps hold no more memory than a hundred thousand", async () => {
  setSeed(1);
  const flips = tf.tensor1d([1, 1, 1, 0, 1, 0, 0, 1, 1, 0]);
  const coin = () => {
    const p = sample("p", dist.Beta(2, 2));
    plate("flips", 10, () => sample("x", dist.Bernoulli(p), { obs: flips }));
  };
  const numSamples = 5000;
  const run = async (numSteps: number) => {
    const kernel = new HMC(coin, { numSteps, stepSize: 0.01, adaptStepSize: false });
    const mcmc = new MCMC(kernel, { numSamples, warmupSteps: 0, progress: false });
    await mcmc.run();
    expect(mcmc.reason).toBeUndefined();
    expect(mcmc.diagnostics[0]?.leapfrogs).toBe(numSamples * numSteps);
    return { mcmc, tensors: tf.memory().numTensors, bytes: held() };
  };
  const before = tf.memory().numTensors;
  const short = await run(20);
  const long = await run(200);
  expect(long.tensors - short.tensors).toBeLessThanOrEqual(short.tensors - before);
  // The draws of a run take 0.25 MB, its program less; a byte a leapfrog step would be one more.
  expect(long.bytes - short.bytes).toBeLessThan(1e6);
  expect(long.mcmc.records[0]?.draws.length).toBe(numSamples);
});
