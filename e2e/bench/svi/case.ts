import type * as tf from "@tensorflow/tfjs-core";
import type { Fixed } from "./fixed.ts";

export type CaseName =
  | "coin"
  | "regression"
  | "eight_schools"
  | "tracegraph"
  | "sequential"
  | "logistic"
  | "logistic_subsample"
  | "vae";

/** Parameters by name: the constrained values, in row-major order. */
export type Values = Readonly<Record<string, readonly number[]>>;

/** One model with its guide, data, first values and optimizer. The peers' spellings of it are in `peers/`. */
export interface SviCase {
  readonly name: CaseName;
  readonly title: string;
  /** The arguments of model and guide, in this order. */
  readonly data: Readonly<Record<string, Fixed>>;
  /** What the parameters start from. */
  readonly init: Readonly<Record<string, Fixed>>;
  readonly loss: "Trace_ELBO" | "TraceGraph_ELBO";
  readonly adam: { readonly lr: number; readonly betas: readonly [number, number] };
  /** Steps that are taken in one piece: of 32 such pieces the last 16 are compared with the peers'. */
  readonly piece: number;
  /**
   * What of the fitted parameters has one right answer, and is compared with the peers'. Without it, all
   * parameters. Where it is empty (the weights of a network) the loss alone is compared.
   */
  summary?(params: Values): Values;
  model(...args: tf.Tensor[]): void;
  guide(...args: tf.Tensor[]): void;
}
