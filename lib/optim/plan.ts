import type * as tf from "@tensorflow/tfjs-core";
import { type ParamState, releaseState } from "./state.ts";

/** One parameter's part of a step that is computed but not yet taken. */
export interface PlannedParam {
  readonly name: string;
  readonly variable: tf.Variable;
  /** Its next unconstrained value; kept until the plan ends. */
  readonly value: tf.Tensor;
  readonly before: ParamState;
  readonly after: ParamState;
}

/**
 * A step of an optimizer, computed but not yet written. Either `commit` or `discard` ends it.
 * `commit` may be called again after it was cut off half-way (V8's terminate runs no `finally`):
 * it then finishes what is missing, so a step is written whole or not at all.
 */
export interface Plan {
  commit(): void;
  discard(): void;
  /** Name of the first parameter whose next value holds a NaN (reads the values). */
  firstNaN(): string | undefined;
  /** The step is to be taken again: parameters were given other values than those that its gradients are of. */
  readonly again?: true;
}

export class ParamPlan implements Plan {
  readonly params: readonly PlannedParam[];
  readonly #states: Map<string, ParamState>;
  #begun = false;

  constructor(params: readonly PlannedParam[], states: Map<string, ParamState>) {
    this.params = params;
    this.#states = states;
  }

  commit(): void {
    const again = this.#begun;
    this.#begun = true;
    for (const { variable, value } of this.params) {
      if (variable.dataId !== value.dataId) variable.assign(value);
    }
    const stale: ParamState[] = [];
    for (const { name, before, after } of this.params) {
      const held = this.#states.get(name);
      if (held !== undefined && held !== before && held !== after) stale.push(held);
      this.#states.set(name, after);
    }
    // After a cut-off it is unknown what was freed: leave the rest to the garbage collector.
    if (again) return;
    for (const { value, before, after } of this.params) {
      value.dispose();
      releaseState(before, after);
    }
    for (const state of stale) releaseState(state);
  }

  discard(): void {
    for (const { name, value, before, after } of this.params) {
      value.dispose();
      releaseState(after, before);
      if (this.#states.get(name) !== before) releaseState(before);
    }
  }

  firstNaN(): string | undefined {
    return this.params.find(({ value }) => value.dataSync().some(Number.isNaN))?.name;
  }
}
