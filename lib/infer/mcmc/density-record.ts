import * as tf from "@tensorflow/tfjs-core";
import { type Captured, listening } from "../../jit/captured/captured.ts";
import type { Graph } from "../../jit/graph.ts";
import { record } from "../../jit/record/record.ts";
import { scoped } from "../gradients.ts";

/** Of an unconstrained vector. */
export type LogDensity = (latent: tf.Tensor) => tf.Scalar;

/**
 * A record of minus a log-density and its gradient; why there is none, where there is none.
 * @param at the point it is taken at
 * @param captured what the user's functions held at the last look
 */
export function recorded(
  logDensity: LogDensity,
  at: Float64Array,
  programs: readonly unknown[],
  captured: Captured | undefined,
): { graph: Graph | undefined; reason: string | undefined } {
  return scoped(() => {
    const latent = tf.tensor1d(Float32Array.from(at));
    const made = listening(programs, captured, () =>
      record([latent], () => {
        const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => tf.neg(logDensity(x)))(latent);
        return { result: undefined, outputs: [value, grad] };
      }),
    );
    return { graph: made.graph, reason: made.graph === undefined ? made.reason : undefined };
  });
}
