import * as tf from "@tensorflow/tfjs-core";
import type { SiteFilter } from "../poutine/message.ts";
import type { Trace } from "../poutine/trace-struct.ts";

/** One execution of a program and the logarithm of its weight, which need not be normalised. */
export interface WeightedTrace {
  readonly trace: Trace;
  /** A scalar. */
  readonly logWeight: tf.Tensor;
  /** What the trace keeps alive, for `tidy` to look through, where that is not all it refers to. */
  readonly keeps?: readonly unknown[];
}

/** Index sets of plates are the same in both programs and have no density of interest. */
export const scored: SiteFilter = (_, site) => site.isSubsample !== true;

/** Makes one execution; of its tensors only those are left that the trace refers to. */
export function lean(make: () => WeightedTrace): WeightedTrace {
  let made: WeightedTrace | undefined;
  tf.tidy(() => {
    made = make();
    return [made.logWeight, ...reachable(made.trace)] as tf.Tensor[];
  });
  return made as unknown as WeightedTrace;
}

/** What a trace refers to, for `tidy` to look through: not the arguments, which are the caller's. */
export function reachable(trace: Trace): unknown[] {
  return [...trace.nodes.values()].flatMap((node) => (node.type === "args" ? [] : [node]));
}
