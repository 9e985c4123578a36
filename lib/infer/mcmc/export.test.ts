/** The layout that `arviz.from_dict(**json)` reads: groups of variables, each `[chain][draw]...`. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import { deterministic, plate, sample } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { logLikelihood, MCMC, NUTS } from "./index.ts";

const data = tf.tensor1d([1, 2, 3]);
const [CHAINS, DRAWS] = [2, 30];

function model(): void {
  const weights = sample("weights", dist.Dirichlet(tf.tensor1d([2, 3, 5])));
  const scale = deterministic("scale, squared", tf.square(sample("scale", dist.HalfNormal(2))));
  plate("rows", 3, () => sample("y", dist.Normal(tf.mul(weights, 3), scale), { obs: data }));
}

const mcmc = new MCMC(new NUTS(model), {
  numSamples: DRAWS,
  warmupSteps: 60,
  numChains: CHAINS,
  progress: false,
});
beforeAll(async () => {
  setSeed(0);
  await mcmc.run();
});

function shapeOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

test("every variable of every group has a place for each chain and draw", () => {
  const scores = logLikelihood(model, mcmc.getSamples());
  const exported = mcmc.toInferenceData({ logLikelihood: scores, observedData: { y: data } });
  const read = JSON.parse(JSON.stringify(exported)) as typeof exported;
  expect(read).toEqual(exported);
  expect(Object.fromEntries(Object.entries(read.posterior).map(([name, x]) => [name, shapeOf(x)]))).toEqual({
    weights: [CHAINS, DRAWS, 3],
    scale: [CHAINS, DRAWS],
    "scale, squared": [CHAINS, DRAWS],
  });
  expect(Object.keys(read.sample_stats).sort()).toEqual(
    ["acceptance_rate", "diverging", "energy", "lp", "n_steps", "tree_depth"].sort(),
  );
  for (const stat of Object.values(read.sample_stats)) expect(shapeOf(stat)).toEqual([CHAINS, DRAWS]);
  for (const one of read.sample_stats.diverging?.flat() ?? []) expect(typeof one).toBe("boolean");
  expect(shapeOf(read.log_likelihood?.y)).toEqual([CHAINS, DRAWS, 3]);
  expect(read.observed_data).toEqual({ y: [1, 2, 3] });
  // The second chain's third draw is where it belongs.
  const flat = mcmc.getSamples().weights?.arraySync() as number[][];
  expect((read.posterior.weights as number[][][])[1]?.[2]).toEqual(flat[DRAWS + 2]);
  const likelihoods = scores.y?.arraySync() as number[][];
  const { y: exportedScores } = read.log_likelihood as Record<string, number[][][]>;
  expect(exportedScores?.[1]?.[2]).toEqual(likelihoods[DRAWS + 2]);
});

test("the energy is the potential and what the momentum had", () => {
  for (const { energy, potential } of mcmc.records)
    for (const [i, whole] of energy.entries()) expect(whole).toBeGreaterThanOrEqual(potential[i] as number);
});

test("CSV has a line for each draw and quotes names with commas", () => {
  const [head, ...lines] = mcmc.toCSV().trimEnd().split("\n");
  expect(head).toBe('chain,draw,weights[0],weights[1],weights[2],scale,"scale, squared",lp,energy,diverging');
  expect(lines.length).toBe(CHAINS * DRAWS);
  expect(lines[DRAWS]?.split(",").slice(0, 2)).toEqual(["1", "0"]);
});
