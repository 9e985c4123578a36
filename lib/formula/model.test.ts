import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as pyro from "../index.ts";
import { formula } from "./formula.ts";

const { dist, optim, param, sample } = pyro;

beforeEach(() => {
  pyro.clearParamStore();
  pyro.setRngSeed(3);
});
afterEach(() => pyro.resetRuntime());

const x = tf.linspace(-1, 1, 20);
const y = tf.tensor1d(
  Array.from({ length: 20 }, (_, i) => 1.5 - 0.7 * (-1 + (2 * i) / 19) + 0.1 * Math.sin(7 * i)),
);

type Mean = (alpha: tf.Tensor, beta: tf.Tensor) => tf.Tensor;

/** Parameters after some steps of a linear regression whose mean is given. */
function learn(mean: Mean, steps: number): Record<string, number> {
  pyro.clearParamStore();
  pyro.setRngSeed(3);
  const model = () => {
    const alpha = sample("alpha", dist.Normal(0, 2));
    const beta = sample("beta", dist.Normal(0, 2));
    pyro.plate("data", 20, () => sample("y", dist.Normal(mean(alpha, beta), 0.2), { obs: y }));
  };
  const guide = () => {
    for (const name of ["alpha", "beta"]) {
      const scale = param(`${name}_scale`, 0.5, { constraint: dist.constraints.positive });
      sample(name, dist.Normal(param(`${name}_loc`, 0), scale));
    }
  };
  const svi = new pyro.SVI(model, guide, optim.Adam({ lr: 0.05 }), "ELBO");
  for (let i = 0; i < steps; i++) svi.step();
  const store = pyro.getParamStore();
  return Object.fromEntries(
    ["alpha_loc", "alpha_scale", "beta_loc", "beta_scale"].map((name) => [
      name,
      store.getParam(name).dataSync()[0] as number,
    ]),
  );
}

test("a model with a formula learns what the same model of tensor operations learns", () => {
  const plain = learn((alpha, beta) => tf.add(alpha, tf.mul(beta, x)), 30);
  const typed = learn((alpha, beta) => formula("alpha + beta * x", { alpha, beta, x }), 30);
  const template = learn((alpha, beta) => formula`alpha + ${beta} * ${x}`({ alpha }), 30);
  for (const [name, value] of Object.entries(plain)) {
    // The same operations in the same order: equal but for what the last bit may do.
    expect(typed[name], name).toBeCloseTo(value, 5);
    expect(template[name], name).toBeCloseTo(value, 5);
  }
});

test("it comes to the line that the data lie on", () => {
  const learnt = learn((alpha, beta) => formula("alpha + beta * x", { alpha, beta, x }), 250);
  // The posterior's spread of both is below 0.08, and the last steps of Adam wander by about 0.03.
  expect(Math.abs((learnt.alpha_loc as number) - 1.5)).toBeLessThan(0.12);
  expect(Math.abs((learnt.beta_loc as number) + 0.7)).toBeLessThan(0.15);
});

test("it runs with all particles at once", () => {
  const seen: number[][] = [];
  const model = () => {
    const [alpha, beta] = [sample("alpha", dist.Normal(0, 2)), sample("beta", dist.Normal(0, 2))];
    const mean = formula("alpha + beta * x", { alpha, beta, x });
    seen.push(mean.shape);
    pyro.plate("data", 20, () => sample("y", dist.Normal(mean, 0.2), { obs: y }));
  };
  const guide = () => {
    for (const name of ["alpha", "beta"]) sample(name, dist.Normal(param(`${name}_loc`, 0), 0.1));
  };
  const loss = new pyro.Trace_ELBO({ numParticles: 4, vectorizeParticles: true, maxPlateNesting: 1 });
  const svi = new pyro.SVI(model, guide, optim.Adam({ lr: 0.05 }), loss);
  for (let i = 0; i < 150; i++) svi.step();
  expect(seen.at(-1)).toEqual([4, 20]);
  // Four draws with a spread of 0.1 each step: the last ones wander by less than that.
  expect(Math.abs((pyro.getParamStore().getParam("beta_loc").dataSync()[0] as number) + 0.7)).toBeLessThan(
    0.2,
  );
});

test("steps with a formula leave no tensors", () => {
  const mean: Mean = (alpha, beta) =>
    formula("f(t) = alpha + beta * t; (x > 0 ? f(x) : f(0) + beta * x)", { alpha, beta, x });
  learn(mean, 3);
  pyro.clearParamStore();
  const model = () => {
    const beta = sample("beta", dist.Normal(0, 2));
    pyro.plate("data", 20, () => sample("y", dist.Normal(mean(tf.scalar(1), beta), 0.2), { obs: y }));
  };
  const guide = () => sample("beta", dist.Normal(param("loc", 0), 0.1));
  const svi = new pyro.SVI(model, guide, optim.Adam({ lr: 0.01 }), "ELBO");
  svi.step();
  svi.step();
  const before = tf.memory().numTensors;
  for (let i = 0; i < 10; i++) svi.step();
  expect(tf.memory().numTensors).toBe(before);
});
