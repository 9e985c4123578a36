/** A second run takes the program of the first, unless the model has become another one. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import { clearParamStore, getParamStore, param, plate, sample } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { MCMC, NUTS } from "./index.ts";
import { Posterior } from "./posterior.ts";
import { potentialOf } from "./potential.ts";

beforeEach(() => {
  setSeed(0);
  clearParamStore();
});

interface World {
  mean: number;
  list: number[];
  data: tf.Tensor;
}

const fresh = (): World => ({ mean: 1, list: [1, 2], data: tf.tensor1d([1, 2, 3]) });

function normals(world: World): () => void {
  return () => {
    const x = sample("x", dist.Normal(tf.add(world.mean, param("shift", 0)), 1));
    const sum = world.list.reduce((a, b) => a + b, 0);
    plate("rows", world.data.size, () => sample("y", dist.Normal(tf.add(x, sum), 1), { obs: world.data }));
  };
}

function potential(model: () => void, known?: ReturnType<typeof potentialOf>) {
  const posterior = new Posterior(model, [], () => tf.scalar(0.5));
  const density = (latent: tf.Tensor) => posterior.logDensity(latent);
  return potentialOf(density, Float64Array.of(0.5), [model], "auto", known);
}

function gradientAt(at: ReturnType<typeof potentialOf>): number {
  const gradient = new Float64Array(1);
  at.evaluate(Float64Array.of(0.25), gradient);
  return gradient[0] as number;
}

test.each<[string, "kept" | "left", (world: World) => void]>([
  ["nothing", "kept", () => {}],
  ["a parameter of the store", "kept", () => void getParamStore().set("shift", 2)],
  ["a number", "left", (world) => Object.assign(world, { mean: 3 })],
  ["an entry of a list", "left", (world) => void world.list.push(4)],
  ["the data", "left", (world) => Object.assign(world, { data: tf.tensor1d([5, 6, 7]) })],
  ["the size of the data", "left", (world) => Object.assign(world, { data: tf.tensor1d([5, 6]) })],
])("after a change of %s the program is %s, and right", (_, what, change) => {
  const world = fresh();
  const model = normals(world);
  const first = potential(model);
  expect(first.reason).toBeUndefined();
  change(world);
  const again = potential(model, first);
  expect(again === first).toBe(what === "kept");
  expect(again.reason).toBeUndefined();
  expect(gradientAt(again)).toBeCloseTo(gradientAt(potential(model)), 5);
});

test("a model that begins to count is not taken for the one before", () => {
  const counts: number[] = [];
  let counting = false;
  const model = () => {
    if (counting) counts.push(1);
    sample("x", dist.Normal(0, 1));
  };
  const first = potential(model);
  expect(first.reason).toBeUndefined();
  counting = true;
  const again = potential(model, first);
  expect(again.reason).toMatch(/changes the variable "counts"/);
});

test("the same MCMC runs again with new draws, and with what data it is given", async () => {
  const model = (data: tf.Tensor) => {
    const x = sample("x", dist.Normal(0, 10));
    plate("rows", data.size, () => sample("y", dist.Normal(x, 1), { obs: data }));
  };
  const mcmc = new MCMC(new NUTS(model), { numSamples: 300, progress: false });
  const near = tf.tensor1d([1, 1, 1, 1]);
  const draws = async (data: tf.Tensor) =>
    Array.from((await mcmc.run(data)).getSamples().x?.dataSync() ?? []);
  const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
  const [one, two, far] = [await draws(near), await draws(near), await draws(tf.fill([4], 8))];
  expect(one).not.toEqual(two);
  // Standard deviation 0.5, at least 60 independent draws: five standard errors.
  for (const [x, want] of [
    [one, 1],
    [two, 1],
    [far, 8],
  ] as const)
    expect(Math.abs(mean(x) - want)).toBeLessThan(0.33);
});
