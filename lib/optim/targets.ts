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

/** Parameters of a source, and variables of one's own that take precedence. */
export class AdoptedParams implements ParamSource {
  readonly #source: ParamSource;
  readonly #own = new Map<string, tf.Variable>();

  constructor(source: ParamSource) {
    this.#source = source;
  }

  adopt(name: string, variable: tf.Variable): void {
    if (this.#source.variable(name) === variable) this.#own.delete(name);
    else this.#own.set(name, variable);
  }

  variable(name: string): tf.Variable | undefined {
    return this.#own.get(name) ?? this.#source.variable(name);
  }

  life(name: string): number | undefined {
    const own = this.#own.get(name);
    // Lives of the store count upwards from zero: those of other variables are kept apart from them.
    return own === undefined ? this.#source.life(name) : -1 - own.id;
  }

  tags(name: string): readonly string[] {
    return this.#own.has(name) ? ["default"] : this.#source.tags(name);
  }
}
