/**
 * Reference values (float64, computed with torch, Pyro and scipy) that the numerical tests compare with.
 * NaN and the infinities are strings in the file: `decode` turns them back into numbers.
 */
import { readFileSync } from "node:fs";

/** A number of the file, or the name of one that JSON cannot write; `null` where the reference is undefined. */
export type RefNumber = number | "NaN" | "Infinity" | "-Infinity";
export type RefValue = RefNumber | null | boolean | string | RefValue[] | { [key: string]: RefValue };

export interface DistributionRef {
  dist: string;
  params: Record<string, RefValue>;
  const: Record<string, RefValue>;
  points: RefValue[];
  discrete: boolean;
  batch_shape: number[];
  event_shape: number[];
  log_prob: RefValue[];
  grad: Record<string, RefValue[]>;
  grad_value?: RefValue[];
  mean?: RefValue;
  variance?: RefValue;
  entropy?: RefValue;
  cdf?: RefValue[];
  enumerate_support?: RefValue[];
}

export interface OptimizerRef {
  optimizer: string;
  args: Record<string, RefValue>;
  clip_args?: Record<string, RefValue>;
  loss_before_step: number[];
  x_after_step: number[][];
}

export interface SchedulerRef {
  scheduler: string;
  base_lr: number;
  args: Record<string, RefValue>;
  lr: number[];
  momentum?: number[];
  metrics?: number[];
}

export interface KlRef {
  p: [name: string, params: Record<string, RefValue>];
  q: [name: string, params: Record<string, RefValue>];
  kl: RefNumber;
  grad_p: Record<string, RefValue>;
  grad_q: Record<string, RefValue>;
}

export interface BijectionRef {
  constraint: string;
  unconstrained: RefValue[];
  constrained: RefValue[];
  log_abs_det_jacobian: RefValue;
}

export interface GammaGradRef {
  alpha: number;
  x: number;
  numeric_dx_dalpha: number;
}

export interface BetaGradRef {
  a: number;
  b: number;
  x: number;
  numeric_dx_da: number;
  numeric_dx_db: number;
}

export interface Refs {
  distributions: DistributionRef[];
  optimizers: OptimizerRef[];
  schedulers: SchedulerRef[];
  kl: KlRef[];
  bijections: BijectionRef[];
  gamma_grad: GammaGradRef[];
  beta_grad: BetaGradRef[];
  /** Unary functions: `[points, values]`; the others name their columns. */
  special: Record<string, RefValue>;
}

let loaded: Refs | undefined;

export function loadRefs(): Refs {
  loaded ??= JSON.parse(readFileSync(new URL("./refs.json", import.meta.url), "utf8")) as Refs;
  return loaded;
}

/** The number that a value of the file stands for. */
export function decode(value: RefValue): number {
  if (typeof value === "number") return value;
  if (value === "NaN") return Number.NaN;
  if (value === "Infinity") return Number.POSITIVE_INFINITY;
  if (value === "-Infinity") return Number.NEGATIVE_INFINITY;
  throw new Error(`refs.json: ${JSON.stringify(value)} is not a number`);
}

/** All numbers of a nested value, in row-major order. */
export function decodeFlat(value: RefValue): number[] {
  return Array.isArray(value) ? value.flatMap(decodeFlat) : [decode(value)];
}
