import { pyroError } from "../errors.ts";
import type { ElboEstimator, ElboOptions } from "./elbo-estimator.ts";
import { Trace_ELBO } from "./trace-elbo.ts";
import { TraceGraph_ELBO } from "./trace-graph-elbo.ts";

/** Options of `ELBO`, the manual's names in camelCase. */
export interface ElboDispatch extends ElboOptions {
  /** Use the dependency graph of the model for gradients of lower variance (`TraceGraph_ELBO`). */
  traceGraph?: boolean;
  /** Sum over discrete latent sites instead of drawing them (`TraceEnum_ELBO`). */
  enumDiscrete?: boolean;
}

/**
 * The evidence lower bound, by the estimator that the options ask for.
 * May be called with or without `new`.
 * @throws where the asked-for estimator does not exist
 */
export interface ElboClass {
  new (options?: ElboDispatch): ElboEstimator;
  (options?: ElboDispatch): ElboEstimator;
}

function dispatch({
  traceGraph = false,
  enumDiscrete = false,
  ...options
}: ElboDispatch = {}): ElboEstimator {
  if (enumDiscrete) throw notThere("enumDiscrete", "TraceEnum_ELBO");
  return traceGraph ? new TraceGraph_ELBO(options) : new Trace_ELBO(options);
}

export const ELBO = Object.assign(dispatch, {}) as unknown as ElboClass;

function notThere(option: string, name: string): Error {
  return pyroError({
    what: `ELBO with ${option}: true needs ${name}, which this version does not have`,
    where: `option ${option}`,
    try: "Trace_ELBO; for discrete latent sites it uses the score function, which needs more particles or steps",
  });
}
