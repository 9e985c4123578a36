import type { LatentVector } from "../auto/latent-vector.ts";
import type { ChainRecord } from "./chain.ts";

/** How one chain stands. */
export interface ChainProgress {
  readonly warmingUp: boolean;
  /** Transitions so far, and in all, those of warm-up included. */
  readonly taken: number;
  readonly total: number;
  readonly drawn: number;
  readonly stepSize: number;
  /** Mean acceptance of the draws so far; NaN before the first. */
  readonly acceptance: number;
  readonly divergences: number;
  readonly leapfrogs: number;
  readonly record: ChainRecord;
}

/** News of a sampling run: at most about 20 a second, and once at its end. */
export interface SamplingEvent {
  readonly chains: readonly ChainProgress[];
  /** Transitions a second, of late. */
  readonly rate: number;
  /** Seconds left; absent while nobody can tell. */
  readonly left?: number;
  readonly done: boolean;
}

export type SamplingListener = (event: SamplingEvent) => void;

/** What a listener for starting runs is told. */
export interface SamplingStart {
  readonly numChains: number;
  readonly warmupSteps: number;
  readonly numSamples: number;
  readonly vector: LatentVector;
  /** Why the log-density is not compiled; undefined where it is. */
  readonly reason: string | undefined;
  /** Some of the draws of now. */
  running(most: { readonly numbers: number; readonly draws: number }): RunningDraws;
  /** Hear this run's events; returns a function that ends that. */
  subscribe(listener: SamplingListener): () => void;
}

/** Some of the draws so far, for those who show them. */
export interface RunningDraws {
  /** The draws are the first of each chain, and every so many after it. */
  readonly every: number;
  /** By name (`mu`, `theta[0]`), on the scale of the model. */
  readonly numbers: readonly { readonly name: string; readonly chains: readonly Float32Array[] }[];
  /** How many numbers are left out. */
  readonly more: number;
}

type StartListener = (start: SamplingStart) => void;
const listeners = new Set<StartListener>();

/** Be told of every sampling run of this process that shows progress; returns a function that ends that. */
export function onSamplingStart(listener: StartListener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Tell the listeners; false if there are none (the caller may then show progress as text). */
export function announceSampling(start: SamplingStart): boolean {
  for (const listener of listeners) listener(start);
  return listeners.size > 0;
}
