import * as tf from "@tensorflow/tfjs-core";
import { clipGradient } from "./clip.ts";
import type { Hyper } from "./hyper.ts";
import { scheduledHyper } from "./recipe.ts";
import type { OptimizerRule } from "./rule.ts";
import { disposeSlots, type ParamState } from "./state.ts";

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
}

export function planParam(target: {
  name: string;
  variable: tf.Variable;
  state: ParamState;
  grad: tf.Tensor;
  rateScale: number;
}): PlannedParam {
  const { name, variable, state, grad, rateScale } = target;
  const { rule } = state;
  const hyper = scheduledHyper(rule, state.hyper, state.schedule?.point);
  const step = state.step + 1;
  const host = rule.host(scaledRate(rule, hyper, rateScale), step, state.host);
  const next = tf.tidy(() => {
    const result = rule.update({
      value: variable,
      grad: clipGradient(grad, state.clip),
      slots: state.slots,
      hyper,
      scalars: host,
    });
    for (const tensor of Object.values(result.slots)) tf.keep(tensor);
    return { value: tf.keep(result.value), slots: result.slots };
  });
  return {
    name,
    variable,
    value: next.value,
    before: state,
    after: { ...state, step, host, slots: next.slots },
  };
}

function scaledRate(rule: OptimizerRule, hyper: Hyper, scale: number): Hyper {
  if (scale === 1) return hyper;
  return { ...hyper, [rule.rate]: Number(hyper[rule.rate]) * scale };
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
      disposeSlots(before.slots, after.slots);
    }
    for (const state of stale) disposeSlots(state.slots);
  }

  discard(): void {
    for (const { name, value, before, after } of this.params) {
      value.dispose();
      disposeSlots(after.slots, before.slots);
      if (this.#states.get(name) !== before) disposeSlots(before.slots);
    }
  }

  firstNaN(): string | undefined {
    return this.params.find(({ value }) => value.dataSync().some(Number.isNaN))?.name;
  }
}
