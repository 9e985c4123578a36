import type * as tf from "@tensorflow/tfjs-core";
import type { ParamSource } from "./targets.ts";

/** Variables by name, as a place where an optimizer finds parameters (for tests). */
export function sourceOf(
  variables: Record<string, tf.Variable>,
  tags: readonly string[] = ["default"],
): ParamSource {
  return {
    variable: (name) => variables[name],
    life: (name) => (variables[name] === undefined ? undefined : 1),
    tags: () => tags,
  };
}
