/** What the parameter store tells and what it keeps on disk. */
import type { Constraint } from "../distributions/constraints.ts";
import type { ConstraintJson } from "./constraint-json.ts";

/** A change of the store, told after it has happened. */
export interface ParamEvent {
  /** `set`: a new value, the same parameter (its `life` is the same). `restore`: dropped ones are back. */
  readonly type: "create" | "set" | "delete" | "clear" | "restore";
  readonly names: readonly string[];
}

export interface ParamOptions {
  constraint?: Constraint | undefined;
  eventDim?: number | undefined;
}

/** One parameter as plain data. */
export interface ParamEntry {
  readonly name: string;
  /** Shape and values of the *unconstrained* value, in row-major order. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Shape of the constrained value (a simplex has one number more than its unconstrained value). */
  readonly valueShape: readonly number[];
  readonly constraint: ConstraintJson;
  readonly tags: readonly string[];
  readonly active: boolean;
}

/** All parameters as plain data: what `getState` returns and `save` writes. */
export interface ParamState {
  readonly version: 1;
  readonly params: readonly ParamEntry[];
}

/** What `setState` and `load` did. */
export interface ParamReport {
  /** Parameters that existed and have the loaded value now. */
  readonly replaced: readonly string[];
  readonly created: readonly string[];
  /** Parameters that the state does not name; they are as they were. */
  readonly untouched: readonly string[];
}

/** Parameters that were taken out of the store together. */
export interface DroppedParams {
  readonly names: readonly string[];
  /** Puts back those whose names are free, with their old `life`; returns their names. */
  restore(): string[];
  /** Frees their memory. They cannot come back. */
  discard(): void;
}
