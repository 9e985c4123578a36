/**
 * Bayesian linear regression by `randomModule`. The exact posterior is normal; a guide of independent normals has its
 * optimum at the exact mean, and at the deviations that each weight has when the others are known.
 */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import * as nn from "../../nn/index.ts";
import * as optim from "../../optim/index.ts";
import {
  clearParamStore,
  getParamStore,
  observe,
  param,
  plate,
  randomModule,
  setRngSeed,
} from "../../primitives.ts";
import * as tf from "../../tf.ts";
import { Trace_ELBO } from "../index.ts";
import { SVI } from "../svi.ts";

const NOISE = 0.5;
const PRIOR = 2;
const ROWS = 60;
const TRUE = [1.5, -2, 0.5];

// Plain JavaScript is the fastest core where tensors are this small.
beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => setRngSeed(11));
afterEach(() => clearParamStore());

/** Inputs of which two go together, so that the posterior is correlated; the last column is the bias. */
const inputs = Array.from({ length: ROWS }, (_, i) => {
  const [a, b] = [Math.sin(i * 1.7) * 1.2, Math.cos(i * 0.9)];
  return [a, 0.6 * a + 0.8 * b, 1] as const;
});
const targets = inputs.map(
  (row, i) =>
    row.reduce((sum, v, k) => sum + v * (TRUE[k] as number), 0) + NOISE * Math.sin(i * 12.9898) * 1.4,
);

/** Mean of the exact posterior, and the deviation of each weight given the others. */
function exact(): { mean: number[]; sd: number[] } {
  const precision = TRUE.map((_, j) =>
    TRUE.map(
      (_, k) =>
        inputs.reduce((sum, row) => sum + ((row[j] as number) * (row[k] as number)) / NOISE ** 2, 0) +
        (j === k ? PRIOR ** -2 : 0),
    ),
  );
  const right = TRUE.map((_, j) =>
    inputs.reduce((sum, row, i) => sum + ((row[j] as number) * (targets[i] as number)) / NOISE ** 2, 0),
  );
  return { mean: solve(precision, right), sd: precision.map((row, j) => (row[j] as number) ** -0.5) };
}

/** Gauss-Jordan elimination of a positive definite system. */
function solve(matrix: readonly number[][], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  for (const [i, pivot] of rows.entries()) {
    const scale = pivot[i] as number;
    for (const [k, v] of pivot.entries()) pivot[k] = v / scale;
    for (const other of rows) {
      if (other === pivot) continue;
      const factor = other[i] as number;
      for (const [k, v] of pivot.entries()) other[k] = (other[k] as number) - factor * v;
    }
  }
  return rows.map((row) => row.at(-1) as number);
}

const x = tf.tensor2d(inputs.map(([a, b]) => [a, b]));
const y = tf.tensor2d(targets, [ROWS, 1]);

const networks: [string, () => nn.Network, (net: nn.Network) => tf.Tensor, [string, string]][] = [
  ["nn.Linear", () => new nn.Linear(2, 1), (net) => (net as nn.Linear).call(x), ["weight", "bias"]],
  [
    "a layer of tf.layers",
    () => tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] }),
    (net) => (net as tf.Sequential).apply(x) as tf.Tensor,
    ["0.kernel", "0.bias"],
  ],
];

describe.each(networks)("%s with random weights", (_name, make, call, [weight, bias]) => {
  test("has the exact posterior of Bayesian regression", async () => {
    const net = make();
    const model = () => {
      const regression = randomModule("regression", net, dist.Normal(0, PRIOR))();
      plate("data", ROWS, { dim: -2 }, () => observe("y", dist.Normal(call(regression), NOISE), y));
    };
    const positive = { constraint: dist.constraints.positive };
    const guide = () =>
      randomModule("regression", net, {
        [weight]: dist.Normal(param("w", tf.zeros([2, 1])), param("wSd", tf.fill([2, 1], 0.3), positive)),
        [bias]: dist.Normal(param("b", [0]), param("bSd", [0.3], positive)),
      })();
    const steps = 1500;
    const adam = new optim.ClippedAdam({ lr: 0.03, lrd: 0.01 ** (1 / steps) });
    await new SVI(model, guide, adam, new Trace_ELBO()).run(steps, { progress: false });

    const store = getParamStore();
    expect(store.getAllParamNames().sort()).toEqual(["b", "bSd", "w", "wSd"]);
    const read = (...names: string[]) => names.flatMap((name) => [...(store.get(name)?.dataSync() ?? [])]);
    const { mean, sd } = exact();
    // The last rate is 3e-4: the estimates still wander by far less than these.
    for (const [i, got] of read("w", "b").entries()) {
      expect(Math.abs(got - (mean[i] as number))).toBeLessThan(0.02);
    }
    for (const [i, got] of read("wSd", "bSd").entries()) {
      expect(Math.abs(got / (sd[i] as number) - 1)).toBeLessThan(0.1);
    }
  }, 120_000);
});
