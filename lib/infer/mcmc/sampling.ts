/** What a run of MCMC is made of, beside what is there before it and after it. */
export { Chain } from "./chain.ts";
export { HmcTransitions } from "./hmc-transitions.ts";
export { NutsTransitions } from "./nuts-transitions.ts";
export { Posterior } from "./posterior.ts";
export { potentialOf } from "./potential.ts";
export { Random } from "./random.ts";
export { runningDraws } from "./running-draws.ts";
export { Sampler } from "./sampler.ts";
export { SamplingProgress } from "./sampling-progress.ts";
export { drawingFrom, startingPoint } from "./start.ts";
export { nutsRoom, wasmNuts } from "./wasm/transitions.ts";
