import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import { plate, sample } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { MCMC, NUTS, onSamplingStart, type RunningDraws, type SamplingStart } from "./index.ts";

function model(): void {
  sample("scale", dist.HalfNormal(1));
  plate("rows", 3, () => sample("theta", dist.Normal(0, 1)));
}

test("a listener sees some of the draws of some numbers, as the model has them", async () => {
  setSeed(0);
  let start: SamplingStart | undefined;
  const seen: RunningDraws[] = [];
  const end = onSamplingStart((told) => {
    start = told;
    seen.push(told.running({ numbers: 3, draws: 50 }));
  });
  const tensors = tf.memory().numTensors;
  const options = { numSamples: 120, warmupSteps: 50, numChains: 2 };
  const mcmc = await new MCMC(new NUTS(model), options).run().finally(end);
  expect(seen).toEqual([{ every: 1, numbers: [], more: 0 }]);
  const held = tf.memory().numTensors;
  const running = start?.running({ numbers: 3, draws: 50 });
  expect(tf.memory().numTensors).toBe(held);
  expect(held).toBeGreaterThanOrEqual(tensors);
  expect(running?.every).toBe(3);
  expect(running?.more).toBe(1);
  expect(running?.numbers.map(({ name }) => name)).toEqual(["scale", "theta[0]", "theta[1]"]);
  const { scale, theta } = mcmc.getSamples({ groupByChain: true });
  const [scales, thetas] = [scale?.dataSync() ?? [], theta?.dataSync() ?? []];
  for (const chain of [0, 1]) {
    const [shownScale, , shownTheta] = running?.numbers.map(({ chains }) => chains[chain] ?? []) ?? [];
    expect(shownScale?.length).toBe(40);
    for (const row of [0, 7, 39]) {
      const draw = chain * 120 + 3 * row;
      expect(shownScale?.[row]).toBeCloseTo(scales[draw] as number, 6);
      expect(shownTheta?.[row]).toBeCloseTo(thetas[3 * draw + 1] as number, 6);
    }
  }
});
