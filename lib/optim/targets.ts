import type * as tf from "@tensorflow/tfjs-core";
import { getParamStore } from "../params/global.ts";

/** Where an optimizer finds the variables it moves. */
export interface ParamSource {
  /** The stored unconstrained value; undefined where there is no such parameter. */
  variable(name: string): tf.Variable | undefined;
  /** Number of this incarnation of the parameter. */
  life(name: string): number | undefined;
  tags(name: string): readonly string[];
}

/** The process's ParamStore. */
export const storedParams: ParamSource = {
  variable: (name) => (getParamStore().has(name) ? getParamStore().getUnconstrained(name) : undefined),
  life: (name) => getParamStore().lifeOf(name),
  tags: (name) => [...getParamStore().getParamTags(name)],
};
