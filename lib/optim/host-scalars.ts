import * as tf from "@tensorflow/tfjs-core";
import { stepNumber } from "../tensor/index.ts";
import type { HostNumbers, Scalars } from "./rule.ts";

/**
 * The one place where numbers of the host enter a step. Everything that changes from step to step (the rate, a
 * momentum, bias corrections, decay) is computed in float64 by a rule's `host` and becomes scalar tensors here, in
 * the order of its keys; all else in an update is a function of tensors and of constants. A recorder makes those
 * scalars inputs (`stepNumber`), and `PureStep` in pure-step.ts says what they are for each step to come.
 */
export function hostScalars(numbers: HostNumbers): Scalars {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => {
      const number = stepNumber(value);
      return [name, typeof number === "number" ? tf.scalar(number) : number];
    }),
  );
}
