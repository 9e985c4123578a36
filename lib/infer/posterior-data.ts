import type * as tf from "@tensorflow/tfjs-core";
import { lookup } from "../poutine/lookup.ts";
import type { Site } from "../poutine/message.ts";

/**
 * Posterior draws as data for `condition`: what the model computes (`deterministic`) it computes anew, for other inputs
 * maybe, though draws of it may be among them.
 */
export function sampledOnly(
  data: Readonly<Record<string, tf.Tensor>>,
): (site: Site) => tf.Tensor | undefined {
  const of = lookup<tf.Tensor>(data);
  return (site) => (site.type === "sample" && site.infer._deterministic === true ? undefined : of(site));
}
