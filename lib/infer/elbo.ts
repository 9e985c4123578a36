import { pyroError } from "../errors.ts";
import { checkOptions, type OptionNames } from "../options.ts";
import { type ElboEstimator, type ElboOptions, elboOptionNames } from "./elbo-estimator.ts";
import { Trace_ELBO } from "./trace-elbo.ts";
import { TraceEnum_ELBO } from "./trace-enum-elbo.ts";
import { TraceGraph_ELBO } from "./trace-graph-elbo.ts";

/** Options of `ELBO`, the manual's names in camelCase. */
export interface ElboDispatch extends ElboOptions {
  /** Use the dependency graph of the model for gradients of lower variance (`TraceGraph_ELBO`). */
  traceGraph?: boolean;
  /** Sum over discrete latent sites instead of drawing them (`TraceEnum_ELBO`). */
  enumDiscrete?: boolean;
}

const optionNames: OptionNames<ElboDispatch> = {
  ...elboOptionNames,
  traceGraph: true,
  enumDiscrete: true,
};

/**
 * The evidence lower bound, by the estimator that the options ask for.
 * May be called with or without `new`.
 * @throws where the options contradict each other
 */
export interface ElboClass {
  new (options?: ElboDispatch): ElboEstimator;
  (options?: ElboDispatch): ElboEstimator;
}

function dispatch(given: ElboDispatch = {}): ElboEstimator {
  checkOptions("ELBO", given, optionNames);
  const { traceGraph = false, enumDiscrete = false, ...options } = given;
  if (traceGraph && enumDiscrete) throw bothAsked();
  if (enumDiscrete) return new TraceEnum_ELBO(options);
  return traceGraph ? new TraceGraph_ELBO(options) : new Trace_ELBO(options);
}

export const ELBO = Object.assign(dispatch, {}) as unknown as ElboClass;

function bothAsked(): Error {
  return pyroError({
    what: "ELBO cannot both enumerate discrete sites and use the dependency graph",
    where: "options traceGraph and enumDiscrete",
    try: "enumDiscrete alone: it has no variance from discrete sites that a graph could reduce",
  });
}
