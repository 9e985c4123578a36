/** What draws say, and whether they can be believed. */
export type { Chains } from "./chains.ts";
export { essBulk, essMean, essTail, mcse } from "./effective-sample-size.ts";
export {
  type LeaveOneOut,
  type LogLikelihood,
  loo,
  type PredictiveAccuracy,
  waic,
} from "./predictive-accuracy.ts";
export { psis, type SmoothedWeights } from "./psis.ts";
export { splitRHat } from "./r-hat.ts";
export { Summary, type SummaryRow } from "./summary.ts";
