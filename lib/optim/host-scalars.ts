import * as tf from "@tensorflow/tfjs-core";
import type { HostNumbers, Scalars } from "./rule.ts";

/**
 * The one place where numbers of the host enter an eager step. Everything that changes from step to step (the rate, a
 * momentum, bias corrections, decay) is computed in float64 by a rule's `host` and becomes scalar tensors here; all
 * else in an update is a function of tensors and of constants. For a compiled step they are arguments, and `PureStep`
 * says what they are for each step to come.
 */
export function hostScalars(numbers: HostNumbers): Scalars {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, tf.scalar(value)]));
}
