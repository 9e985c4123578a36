import "../tensor/backend.ts";

export { AutoDelta } from "./auto/auto-delta.ts";
export { AutoGuide, type AutoGuideOptions } from "./auto/auto-guide.ts";
export { AutoNormal, type AutoNormalOptions } from "./auto/auto-normal.ts";
export type { InitStrategy } from "./auto/init.ts";
export { type RunControl, type RunControlFactory, setRunControlFactory } from "./control.ts";
export { ELBO, type ElboDispatch } from "./elbo.ts";
export { ElboEstimator, type ElboOptions, type Estimate, type LossAndGrads } from "./elbo-estimator.ts";
export { type Gradients, gradOf, type LiveParams } from "./gradients.ts";
export { rollbackInFlight } from "./in-flight.ts";
export type { AnyLoss, LossAndGradsFunction, LossFunction, LossObject, LossOptions } from "./loss.ts";
export { Predictive, type PredictiveOptions } from "./predictive.ts";
export type { Program } from "./program.ts";
export type { RunOptions, RunResult } from "./run.ts";
export { onRunStart, type RunEvent, type RunListener, type RunStart } from "./run-events.ts";
export { SVI, type SVIOptimizer } from "./svi.ts";
export { Trace_ELBO } from "./trace-elbo.ts";
export { TraceGraph_ELBO } from "./trace-graph-elbo.ts";
