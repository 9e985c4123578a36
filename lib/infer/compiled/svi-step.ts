import * as tf from "@tensorflow/tfjs-core";
import type { Graph } from "../../jit/graph.ts";
import { record } from "../../jit/record/record.ts";
import type { Plan } from "../../optim/plan.ts";
import type { PureOutputs, PureStep, StepCursor } from "../../optim/pure-step.ts";
import type { LossTensors } from "../elbo-estimator.ts";

/** What a recorded step is made of: tensors in a fixed order. */
export interface StepLayout {
  /** Parameters in the order of their gradients. */
  readonly names: readonly string[];
  readonly slots: number;
  readonly scalars: number;
  /** Whether its gradients are those of all ranks: they are no numbers where any rank's loss or gradients are none. */
  readonly exchanged: boolean;
}

/** A record of one SVI step: loss and gradients, and the optimizer's update of parameters and slots. */
export interface StepRecord {
  readonly layout: StepLayout;
  readonly graph: Graph;
}

/** The step that was recorded is a real one: it is taken by writing its plan. */
export interface TakenStep {
  readonly loss: tf.Tensor;
  readonly grads: Record<string, tf.Tensor>;
  plan(): Plan;
  /** Undefined where the step cannot be compiled. */
  readonly record: StepRecord | undefined;
  readonly reason: string | undefined;
}

interface Computed extends LossTensors {
  readonly next: PureOutputs | undefined;
  readonly list: tf.Tensor[];
}

export const OTHER_PARAMETERS = "the parameters that model and guide ask for change from step to step";

/**
 * Compute one step while the compiler listens. Results belong to the open scope.
 * @param given tensors among the arguments that are others at each step
 */
export function recordStep(
  tensors: () => LossTensors,
  pure: PureStep,
  given: readonly tf.Tensor[],
): TakenStep & { readonly cursor: StepCursor } {
  const cursor = pure.next(pure.start);
  const scalars = Array.from(cursor.numbers, (x) => tf.scalar(x));
  const { names } = pure;
  const recorded = record<Computed>([...pure.slots, ...scalars, ...given], () => {
    const { loss, grads } = tensors();
    const found = Object.keys(grads);
    if (found.length !== names.length || names.some((name) => grads[name] === undefined)) {
      return { result: { loss, grads, next: undefined, list: [] }, outputs: [] };
    }
    const list = names.map((name) => grads[name] as tf.Tensor);
    const shared = [...pure.shared(loss, list)];
    const next = pure.update({ values: pure.variables, grads: shared, slots: pure.slots, scalars });
    return {
      result: { loss, grads, next, list: shared },
      outputs: [loss, ...shared, ...next.values, ...next.slots],
    };
  });
  const { loss, grads, next, list } = recorded.result;
  const layout = { names, slots: pure.slots.length, scalars: scalars.length, exchanged: pure.exchanges };
  if (next === undefined) recorded.graph?.dispose();
  const compilable = recorded.graph !== undefined && next !== undefined;
  return {
    loss,
    grads,
    cursor,
    plan: () => pure.plan(cursor, { values: next?.values ?? [], slots: next?.slots ?? [], grads: list }),
    record: compilable ? { layout, graph: recorded.graph } : undefined,
    reason:
      next === undefined ? OTHER_PARAMETERS : recorded.graph === undefined ? recorded.reason : undefined,
  };
}
