import * as tf from "@tensorflow/tfjs-core";
import { scoped } from "../infer/gradients.ts";
import { type Batch, batches, prepared, type Target } from "./batch.ts";
import { hostScalars } from "./host-scalars.ts";
import type { PlannedParam } from "./plan.ts";
import type { HostNumbers, Slots } from "./rule.ts";
import { Shelf } from "./shelf.ts";
import type { ParamState } from "./state.ts";

/** A parameter and the gradient of the loss with respect to it. */
export interface GradedTarget extends Target {
  readonly grad: tf.Tensor;
}

/** Compute the step of every target into `planned`. */
export function planTargets(
  targets: readonly GradedTarget[],
  rateScale: number,
  planned: PlannedParam[],
): void {
  for (const batch of batches(targets)) planned.push(...planBatch(batch, rateScale));
}

function planBatch(batch: Batch<GradedTarget>, rateScale: number): PlannedParam[] {
  const { step, hyper, host } = prepared(batch.first.state, rateScale);
  return scoped(() => {
    const slots = batch.slots();
    const value = batch.join(batch.members.map(({ variable }) => variable));
    const grad = batch.join(batch.members.map((member) => member.grad));
    const result = batch.update(value, grad, slots, hyper, hostScalars(host));
    const values = batch.split(result.value);
    const after = statesAfter(batch, step, host, result.slots, grad, slots);
    return batch.members.map(({ name, variable, state }, i) => {
      const [next, then] = [values[i], after[i]];
      if (next === undefined || then === undefined) throw new Error("a parameter's value is missing");
      return { name, variable, value: tf.keep(next), before: state, after: then };
    });
  });
}

/**
 * The states of a batch's members after a step. They keep `slots`, and the gradient.
 * @param before what the slots were: one that the rule handed back is kept as a copy where it was another's
 */
export function statesAfter(
  { members, first, size }: Batch,
  step: number,
  host: HostNumbers,
  slots: Slots,
  grad: tf.Tensor | undefined,
  before: Slots,
): ParamState[] {
  // A copy shares its values with the gradient, which is its caller's to dispose.
  const seen = grad === undefined ? undefined : tf.keep(tf.clone(grad));
  if (members.length === 1) {
    for (const tensor of Object.values(slots)) tf.keep(tensor);
    return [{ ...first.state, step, host, slots, grad: seen, place: undefined }];
  }
  const kept = Object.fromEntries(
    Object.entries(slots).map(([name, x]) => [name, tf.keep(x === before[name] ? tf.clone(x) : x)]),
  );
  const shelf = new Shelf(kept, size, members.length, seen);
  let offset = 0;
  return members.map(({ state, variable }) => {
    const place = { shelf, offset };
    offset += variable.size;
    // With the arguments of the first, which are equal: equal objects are quick to compare next time.
    const { hyper } = first.state;
    return { ...state, hyper, step, host, slots: {}, grad: undefined, place };
  });
}
