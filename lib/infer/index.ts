import "../tensor/backend.ts";

export { AutoContinuous } from "./auto/auto-continuous.ts";
export { AutoDelta } from "./auto/auto-delta.ts";
export { AutoDiagonalNormal } from "./auto/auto-diagonal-normal.ts";
export { AutoGuide, type AutoGuideOptions } from "./auto/auto-guide.ts";
export { AutoGuideList } from "./auto/auto-guide-list.ts";
export { AutoIAFNormal, type AutoIAFOptions } from "./auto/auto-iaf-normal.ts";
export { AutoLaplaceApproximation } from "./auto/auto-laplace-approximation.ts";
export {
  AutoLowRankMultivariateNormal,
  type AutoLowRankOptions,
} from "./auto/auto-low-rank-multivariate-normal.ts";
export { AutoMultivariateNormal } from "./auto/auto-multivariate-normal.ts";
export { AutoNormal, type AutoNormalOptions } from "./auto/auto-normal.ts";
export { AutoNormalizingFlow, type Flow, type MakeFlows } from "./auto/auto-normalizing-flow.ts";
export {
  type InitStrategy,
  initToFeasible,
  initToMean,
  initToMedian,
  initToSample,
  initToUniform,
  initToValue,
} from "./auto/init.ts";
export { type RunControl, type RunControlFactory, setRunControlFactory } from "./control.ts";
export { ELBO, type ElboDispatch } from "./elbo.ts";
export { ElboEstimator, type ElboOptions, type Estimate, type LossAndGrads } from "./elbo-estimator.ts";
export { type Gradients, gradOf, type LiveParams } from "./gradients.ts";
export { Importance, type ImportanceOptions } from "./importance.ts";
export { rollbackInFlight } from "./in-flight.ts";
export {
  JitTrace_ELBO,
  JitTraceEnum_ELBO,
  JitTraceGraph_ELBO,
  JitTraceMeanField_ELBO,
} from "./jit-elbos.ts";
export { type CallEvent, type CallStart, onCallStart } from "./long-call.ts";
export type { AnyLoss, LossAndGradsFunction, LossFunction, LossObject, LossOptions } from "./loss.ts";
export { Marginal, type MarginalOptions } from "./marginal.ts";
export * from "./mcmc/index.ts";
export { Predictive, type PredictiveOptions } from "./predictive.ts";
export type { Program } from "./program.ts";
export type { RunResult } from "./run.ts";
export { onRunStart, type RunEvent, type RunListener, type RunStart } from "./run-events.ts";
export type { RunOptions } from "./run-options.ts";
export { Search, type SearchOptions } from "./search.ts";
export { SVI, type SVIOptimizer } from "./svi.ts";
export { Trace_ELBO } from "./trace-elbo.ts";
export { TraceEnum_ELBO, type TraceEnumOptions } from "./trace-enum-elbo.ts";
export { TraceGraph_ELBO } from "./trace-graph-elbo.ts";
export { TraceMeanField_ELBO } from "./trace-mean-field-elbo.ts";
export { TracePosterior } from "./trace-posterior.ts";
export type { WeightedTrace } from "./weighted-trace.ts";
