/** What live views watch, by shape only: anything of `lib` that can do this can be shown. */
import type * as tf from "@tensorflow/tfjs-core";
import type { ChainBar } from "../views/chains.ts";
import type { RunningData } from "../views/running-draws.ts";

/** News of a run, as `svi.subscribe` gives it. */
export interface RunNews {
  /** Steps taken in this run, of `total` (NaN where nobody knows how many there will be). */
  readonly step: number;
  readonly total: number;
  /** What is counted, where it is not steps. */
  readonly unit?: string;
  readonly loss?: number;
  /** Steps a second. */
  readonly rate: number;
  /** Seconds left, where that can be told. */
  readonly left?: number;
  readonly done: boolean;
  /** Of a run that is over: whether its last steps were compiled ones, and why not. */
  readonly compiled?: boolean;
  readonly reason?: string;
}

/** An `SVI`. */
export interface SviSource {
  readonly losses: ArrayLike<number>;
  /** False where it is out of reach of pause and stop. */
  readonly steered?: boolean;
  subscribe(listener: (news: RunNews) => void): () => void;
}

/** An `SVI` whose parameters can be watched while they are trained. */
export interface WatchedSource extends SviSource {
  /** Calls the watcher at times of its own choice; returns a function that ends that. */
  watch?(watcher: () => void): () => void;
  readonly optim?: object;
  /** Of how many particles each loss is the mean. */
  readonly numParticles?: number | undefined;
}

/** An optimizer of `optim`: rate and last gradient of each parameter that it has moved. */
export interface OptimizerSource {
  look(): ReadonlyMap<string, { readonly lr: number; readonly gradNorm: number | undefined }>;
}

/** What `onRunStart` tells of a run that begins. */
export interface RunSource {
  readonly total: number;
  subscribe(listener: (news: RunNews) => void): () => void;
}

/** What `onCallStart` tells of a long call. */
export interface CallSource {
  readonly what: string;
  readonly unit: string;
  readonly total: number | undefined;
  subscribe(
    listener: (news: { step: number; rate: number; left?: number; done: boolean }) => void,
  ): () => void;
}

/** What `onSamplingStart` tells of MCMC. */
export interface SamplingSource {
  readonly numChains: number;
  readonly warmupSteps: number;
  readonly numSamples: number;
  readonly reason: string | undefined;
  /** Some of the draws of now. */
  running?(most: { readonly numbers: number; readonly draws: number }): RunningData;
  subscribe(listener: (news: SamplingNews) => void): () => void;
}

export interface SamplingNews {
  readonly chains: readonly ChainBar[];
  readonly rate: number;
  readonly left?: number;
  readonly done: boolean;
}

/** A `ParamStoreDict`. */
export interface StoreSource {
  keys(): Iterable<string>;
  /** The constrained value. */
  get(name: string): tf.Tensor | undefined;
  onChange(listener: () => void): () => void;
  /** The id of the cell that created the parameter. */
  ownerOf?(name: string): string | null | undefined;
  getConstraint?(name: string): { name: string };
  /** The numbers that the parameter was created with. */
  getInitial?(name: string): ArrayLike<number> | undefined;
}

/** A `ParamStoreDict` that a person may change. */
export interface EditedStore extends StoreSource {
  has(name: string): boolean;
  reset(name: string): void;
  drop(names: Iterable<string>): { readonly names: readonly string[]; restore(): string[]; discard(): void };
  save(file: string): void;
  load(file: string): { readonly replaced: readonly string[]; readonly created: readonly string[] };
}

/** A frame of a site's `condIndepStack`. */
export interface PlateFrame {
  readonly name: string;
  readonly vectorized: boolean;
  readonly size: number;
  readonly subsampleSize: number;
}

/** A node of a `Trace`; which of the fields it has depends on its type. */
export interface TraceNodeSource {
  readonly name: string;
  readonly type: string;
  readonly value?: unknown;
  readonly fn?: unknown;
  readonly isObserved?: boolean;
  readonly isSubsample?: boolean;
  readonly infer?: Readonly<Record<string, unknown>>;
  readonly constraint?: unknown;
  readonly unconstrained?: unknown;
  readonly condIndepStack?: readonly PlateFrame[];
  readonly logPdf?: unknown;
  readonly logProb?: unknown;
}

export interface TraceSource {
  readonly nodes: ReadonlyMap<string, TraceNodeSource>;
  readonly edges: Iterable<readonly [string, string]>;
}

/** A distribution, for its density. */
export interface DensitySource {
  logProb(x: number[]): tf.Tensor;
  readonly mean?: tf.Tensor;
  readonly stddev?: tf.Tensor;
}

export function hasFunction<K extends string>(
  value: unknown,
  name: K,
): value is Record<K, (...args: never[]) => unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Record<string, unknown>)[name] === "function"
  );
}
