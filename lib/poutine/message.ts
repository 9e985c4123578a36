/**
 * What passes through the effect stack: one message for each call of a primitive.
 *
 * `sample` and `param` are the two primitives that handlers see; `observe`, `plate`, `factor` and
 * `deterministic` are written in terms of them.
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { Constraint } from "../distributions/constraints.ts";
import type { Distribution } from "../distributions/distribution.ts";
import type { Numeric } from "../tensor/index.ts";
import type { CondIndepStackFrame } from "./cond-indep-stack-frame.ts";

export type { CondIndepStackFrame };

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
  /** Plates around the site, the outermost first. */
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
  /** Where it is 0 (or false) the site's log-density does not count. */
  mask: tf.Tensor | undefined;
  /** True for the index set of a subsampled plate, which has no density of interest. */
  isSubsample?: boolean;
  /** True where `obs` was named and is undefined: data that have not come, if the site is not meant to be drawn. */
  lacksData?: boolean;
}

/** An initial value, or a function that makes one. */
export type ParamInit = Numeric | (() => Numeric);

export interface ParamMessage extends MessageBase {
  readonly type: "param";
  args: readonly [init: ParamInit | undefined];
  constraint: Constraint | undefined;
  /** Number of rightmost axes that are one value; the axes left of them belong to plates. */
  eventDim: number | undefined;
  tags: readonly string[];
  value: tf.Tensor | undefined;
  /** The stored variable behind `value`; undefined if a handler supplied the value. */
  unconstrained: tf.Variable | undefined;
  isObserved: false;
}

export type Message = SampleMessage | ParamMessage;

/** Looks up what a handler was given for a site: a function, an object or Map by name, or a trace. */
export type SiteFilter = (name: string, site: SampleMessage) => boolean;

export interface SampleSite extends SampleMessage {
  /** Log-density of each batch element, masked and scaled: memoised by `Trace`. */
  logProb?: tf.Tensor;
  /** The same without `scale` (what the score-function estimator wants). */
  unscaledLogProb?: tf.Tensor;
  /** Sum of `logProb`: a scalar. */
  logPdf?: tf.Tensor;
  /** The manual's shape of `logProb`: last batch axis summed unless the event has axes, then `[1]`. */
  batchLogPdf?: tf.Tensor;
}

export type ParamSite = ParamMessage;

/** The arguments of the traced function: node `_INPUT`. */
export interface ArgsNode {
  readonly type: "args";
  readonly name: "_INPUT";
  readonly args: readonly unknown[];
}

/** What the traced function returned: node `_RETURN`. */
export interface ReturnNode {
  readonly type: "return";
  readonly name: "_RETURN";
  readonly value: unknown;
}

export type Site = SampleSite | ParamSite;
export type TraceNode = Site | ArgsNode | ReturnNode;
