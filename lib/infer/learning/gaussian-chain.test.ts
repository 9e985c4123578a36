/** A guide that goes back along a chain of normal variables finds the exact posterior. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clearParamStore } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { Trace_ELBO, TraceGraph_ELBO } from "../index.ts";
import { distance, learn, type Training } from "./testing/learn.ts";
import { guideOf, modelOf, posteriorOf, targetsOf } from "./testing/linear-gaussian.ts";
import { chain, displaced } from "./testing/networks.ts";

// Many small tensors: the cpu backend is faster, and draws the same numbers.
beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(3);
});

const together = (numParticles: number) => ({ numParticles, vectorizeParticles: true });
const baseline = { useDecayingAvgBaseline: true };
const [all, none, everyOther] = [
  () => true,
  () => false,
  (name: string) => Number(name.slice(1)) % 2 === 0,
] as const;

interface Way {
  readonly name: string;
  /** Which sites have a path derivative. */
  readonly reparameterized: (site: string) => boolean;
  readonly loss: (links: number) => ReturnType<Training["loss"]>;
  readonly baseline?: typeof baseline;
}

const WAYS: readonly Way[] = [
  { name: "Trace_ELBO, path derivatives", reparameterized: all, loss: () => new Trace_ELBO(together(20)) },
  // The whole log p - log q multiplies every score: its variance grows with the length of the chain.
  {
    name: "Trace_ELBO, score functions",
    reparameterized: none,
    loss: (links) => new Trace_ELBO(together(25 * (links + 1))),
  },
  {
    name: "TraceGraph_ELBO, path derivatives",
    reparameterized: all,
    loss: () => new TraceGraph_ELBO(together(20)),
  },
  {
    name: "TraceGraph_ELBO, score functions",
    reparameterized: none,
    loss: () => new TraceGraph_ELBO(together(20)),
    baseline,
  },
  {
    name: "TraceGraph_ELBO, score functions of every other site",
    reparameterized: everyOther,
    loss: () => new TraceGraph_ELBO(together(20)),
    baseline,
  },
];

/** Of the largest error of a location, a weight or the logarithm of a scale: with five other seeds at most .031. */
const TOLERANCE = 0.05;

describe.each([3, 8, 17])("a chain of %i links", (links) => {
  const nodes = chain(links);
  const posterior = posteriorOf(nodes, nodes.map(({ name }) => name).reverse());
  const exact = targetsOf(posterior);

  it("has the posterior that is computed for it: its ELBO is the same for every draw", () => {
    const guide = guideOf(posterior, exact, { reparameterized: all });
    const losses = Array.from({ length: 5 }, () => new Trace_ELBO().loss(modelOf(nodes), guide));
    for (const loss of losses) expect(loss).toBeCloseTo(losses[0] as number, 4);
  });

  it.each(WAYS.map((way) => [way.name, way] as const))(
    "is learned by %s",
    async (_title, { reparameterized, loss, baseline }: Way) => {
      const guide = guideOf(posterior, displaced(exact), { reparameterized, ...(baseline && { baseline }) });
      guide();
      expect(distance(exact)).toBeGreaterThan(4 * TOLERANCE);
      const training = { steps: 2000, lr: 0.02, loss: () => loss(links) };
      expect(await learn(modelOf(nodes), guide, exact, training)).toBeLessThan(TOLERANCE);
    },
    120_000,
  );
});
