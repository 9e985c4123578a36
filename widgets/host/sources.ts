/** What live views watch, by shape only: anything of `lib` that can do this can be shown. */
import type * as tf from "@tensorflow/tfjs-core";

/** News of a run, as `svi.subscribe` gives it. */
export interface RunNews {
  /** Steps taken in this run, of `total`. */
  readonly step: number;
  readonly total: number;
  readonly loss: number;
  /** Steps a second. */
  readonly rate: number;
  readonly done: boolean;
  /** Of a run that is over: whether its last steps were compiled ones, and why not. */
  readonly compiled?: boolean;
  readonly reason?: string;
}

/** An `SVI`. */
export interface SviSource {
  readonly losses: ArrayLike<number>;
  subscribe(listener: (news: RunNews) => void): () => void;
}

/** What `onRunStart` tells of a run that begins. */
export interface RunSource {
  readonly total: number;
  subscribe(listener: (news: RunNews) => void): () => void;
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
  /** Optimizer steps it has taken. */
  stepsOf?(name: string): number | undefined;
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
