/** The estimators that guides learn by, and how patiently. */
import { type ElboOptions, Trace_ELBO, TraceGraph_ELBO } from "../../index.ts";
import type { Training } from "./learn.ts";

export interface Estimator {
  readonly name: string;
  readonly training: Training;
  readonly reparameterized: boolean;
  /** Options of the guide's sample statements. */
  readonly site: { readonly baseline?: { readonly useDecayingAvgBaseline: true } };
}

/** One particle a step and many small steps; and many particles, side by side in a plate. */
const ONE = { steps: 10_000, lr: 0.005 };
const SIDE_BY_SIDE = { steps: 1000, lr: 0.02 };
const together = (numParticles: number): ElboOptions => ({ numParticles, vectorizeParticles: true });

const byPath = { reparameterized: true, site: {} };
/**
 * Without a baseline, which Trace_ELBO has not, scores need more draws. With one their gradients have no variance left
 * at the exact posterior, where log p - log q is the same for every draw.
 */
const byScore = { reparameterized: false, site: {} };
const byBaseline = { reparameterized: false, site: { baseline: { useDecayingAvgBaseline: true as const } } };

export const ESTIMATORS: readonly Estimator[] = [
  {
    name: "Trace_ELBO, path derivatives",
    training: { ...SIDE_BY_SIDE, loss: () => new Trace_ELBO(together(20)) },
    ...byPath,
  },
  {
    name: "Trace_ELBO, path derivatives of one particle",
    training: { ...ONE, loss: () => new Trace_ELBO() },
    ...byPath,
  },
  {
    name: "Trace_ELBO, score functions",
    training: { ...SIDE_BY_SIDE, loss: () => new Trace_ELBO(together(200)) },
    ...byScore,
  },
  {
    name: "TraceGraph_ELBO, path derivatives",
    training: { ...SIDE_BY_SIDE, loss: () => new TraceGraph_ELBO(together(20)) },
    ...byPath,
  },
  {
    name: "TraceGraph_ELBO, score functions",
    training: { ...SIDE_BY_SIDE, loss: () => new TraceGraph_ELBO(together(20)) },
    ...byBaseline,
  },
  {
    name: "TraceGraph_ELBO, score functions of one particle",
    training: { ...ONE, loss: () => new TraceGraph_ELBO() },
    ...byBaseline,
  },
];
