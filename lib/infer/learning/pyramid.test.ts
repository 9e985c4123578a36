/** The posterior of a tree of normal variables, visited in any order, is found. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clearParamStore } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { Trace_ELBO } from "../index.ts";
import { ESTIMATORS, type Estimator } from "./testing/estimators.ts";
import { distance, learn, type Training } from "./testing/learn.ts";
import { guideOf, modelOf, posteriorOf, targetsOf } from "./testing/linear-gaussian.ts";
import { displaced, permuted, pyramid } from "./testing/networks.ts";

// Many small tensors: the cpu backend is faster, and draws the same numbers.
beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(3);
});

/** Of the largest error of a location, a weight or the logarithm of a scale: with five other seeds at most .053. */
const TOLERANCE = 0.07;
/** Seven sites and up to twenty parameters that move each other take longer than one site. */
const patient = ({ steps, lr, loss }: Training) => ({ steps: Math.min(15_000, 3 * steps), lr: 2 * lr, loss });

/** The order of the model's sites, and that of the guide's. */
const ORDERS = [
  ["layer by layer, and back", 0, 0],
  ["one order", 1, 2],
  ["another order", 3, 4],
] as const;

describe.each(ORDERS)("a pyramid of three layers, %s", (_title, modelSeed, guideSeed) => {
  const layered = pyramid(3);
  const nodes = modelSeed === 0 ? layered : permuted(layered, modelSeed, true);
  const order = guideSeed === 0 ? [...layered].reverse() : permuted(layered, guideSeed, false);
  const posterior = posteriorOf(
    nodes,
    order.map(({ name }) => name),
  );
  const exact = targetsOf(posterior);

  it("has the posterior that is computed for it: its ELBO is the same for every draw", () => {
    const guide = guideOf(posterior, exact, { reparameterized: () => true });
    const losses = Array.from({ length: 5 }, () => new Trace_ELBO().loss(modelOf(nodes), guide));
    for (const loss of losses) expect(loss).toBeCloseTo(losses[0] as number, 4);
  });

  it.each(ESTIMATORS.map((estimator) => [estimator.name, estimator] as const))(
    "is learned by %s",
    async (_name, { reparameterized, site, training }: Estimator) => {
      const guide = guideOf(posterior, displaced(exact), { reparameterized: () => reparameterized, ...site });
      guide();
      expect(distance(exact)).toBeGreaterThan(3 * TOLERANCE);
      expect(await learn(modelOf(nodes), guide, exact, patient(training))).toBeLessThan(TOLERANCE);
    },
    120_000,
  );
});
