/** The estimators that guides learn by. Particles run side by side, in a plate: a step costs hardly more than one. */
import type { ElboEstimator } from "../../elbo-estimator.ts";
import { Trace_ELBO } from "../../trace-elbo.ts";
import { TraceGraph_ELBO } from "../../trace-graph-elbo.ts";

export interface Estimator {
  readonly name: string;
  readonly loss: () => ElboEstimator;
  readonly reparameterized: boolean;
  /** Only TraceGraph_ELBO has one. */
  readonly baseline: boolean;
}

/**
 * Score functions have no baseline in Trace_ELBO, and so need more particles. With a baseline their gradients have no
 * variance left at the exact posterior, where log p - log q is the same for every draw.
 */
export const ESTIMATORS: readonly Estimator[] = [
  {
    name: "Trace_ELBO, path derivatives",
    loss: () => new Trace_ELBO({ numParticles: 20, vectorizeParticles: true }),
    reparameterized: true,
    baseline: false,
  },
  {
    name: "Trace_ELBO, score functions",
    loss: () => new Trace_ELBO({ numParticles: 100, vectorizeParticles: true }),
    reparameterized: false,
    baseline: false,
  },
  {
    name: "TraceGraph_ELBO, path derivatives",
    loss: () => new TraceGraph_ELBO({ numParticles: 20, vectorizeParticles: true }),
    reparameterized: true,
    baseline: false,
  },
  {
    name: "TraceGraph_ELBO, score functions",
    loss: () => new TraceGraph_ELBO({ numParticles: 20, vectorizeParticles: true }),
    reparameterized: false,
    baseline: true,
  },
];

/** Options of the sample statements in a guide that learns by this estimator. */
export const baselineOf = ({ baseline }: Estimator) =>
  baseline ? { baseline: { useDecayingAvgBaseline: true } } : {};
