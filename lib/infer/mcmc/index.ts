/**
 * Markov chain Monte Carlo. A model becomes a potential of one unconstrained vector (`posterior`, `potential`, compiled
 * where possible); a point moves through its phase space (`phase-space`, `metric`) in transitions (`hmc-`,
 * `nuts-transitions`); warm-up finds step size and mass (`warmup`); a `chain` does both, and `mcmc` runs chains.
 */
export type { ChainRecord, ChainState } from "./chain.ts";
export {
  type Chains,
  essBulk,
  essMean,
  essTail,
  type LeaveOneOut,
  type LogLikelihood,
  loo,
  mcse,
  type PredictiveAccuracy,
  psis,
  type SmoothedWeights,
  Summary,
  type SummaryRow,
  splitRHat,
  waic,
} from "./diagnostics/index.ts";
export type { Samples } from "./draws.ts";
export {
  type ChainProgress,
  onSamplingStart,
  type RunningDraws,
  type SamplingEvent,
  type SamplingListener,
  type SamplingStart,
} from "./events.ts";
export type { InferenceData, InferenceDataOptions } from "./export.ts";
export { HMC, type HMCOptions, MCMCKernel, NUTS, type NUTSOptions } from "./kernels.ts";
export { logLikelihood } from "./log-likelihood.ts";
export { MCMC, type MCMCOptions } from "./mcmc.ts";
