import type * as tf from "@tensorflow/tfjs-core";
import type { Constraint } from "../distributions/constraints.ts";
import type { Distribution } from "../distributions/distribution.ts";

/**
 * One frame of conditional independence: the plate a site stands in.
 * `counter` counts the iterations of a sequential plate and stays 0 in a vectorised one.
 */
export interface CondIndepStackFrame {
  readonly name: string;
  readonly counter: number;
  readonly vectorized: boolean;
  /** Full size of the plate. */
  readonly size: number;
  /** Size of the batch in this run (equal to `size` without subsampling). */
  readonly subsampleSize: number;
  /** Batch dimension, counted from the right (negative); null for a sequential plate. */
  readonly dim: number | null;
}

export interface Baseline {
  nnBaseline?: (input: tf.Tensor) => tf.Tensor;
  nnBaselineInput?: tf.Tensor;
  useDecayingAvgBaseline?: boolean;
  baselineBeta?: number;
  baselineValue?: tf.Tensor | number;
}

export interface InferOptions {
  baseline?: Baseline;
  enumerate?: "sequential" | "parallel";
  [key: string]: unknown;
}

interface MessageBase {
  readonly name: string;
  /** Set once the default action (or a handler) has produced `value`. */
  done: boolean;
  /** Set by a handler that hides the message from the handlers outside it. */
  stop: boolean;
  infer: InferOptions;
  /** Runs after the message left the stack (used by non-local exits). */
  continuation?: () => void;
  condIndepStack: CondIndepStackFrame[];
}

export interface SampleMessage extends MessageBase {
  readonly type: "sample";
  fn: Distribution;
  args: readonly unknown[];
  value: tf.Tensor | undefined;
  isObserved: boolean;
  /** Product of the scales of the enclosing plates and `scale` handlers. */
  scale: tf.Tensor | number;
  mask: tf.Tensor | undefined;
  /** True for the index set of a subsampled plate, which has no density of interest. */
  isSubsample?: boolean;
}

export interface ParamMessage extends MessageBase {
  readonly type: "param";
  args: readonly [init: unknown];
  constraint: Constraint | undefined;
  eventDim: number | undefined;
  tags: readonly string[];
  value: tf.Tensor | undefined;
  unconstrained: tf.Variable | undefined;
  isObserved: false;
}

export type Message = SampleMessage | ParamMessage;
