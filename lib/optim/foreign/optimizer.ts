import * as tf from "@tensorflow/tfjs-core";
import type { OptimizerRule } from "../rule.ts";
import { untracked } from "./untracked.ts";

/**
 * An optimizer class of one's own, in torch's manner: it moves its variables in place by the gradient of what
 * the closure returns. It may have an `lr`, which schedulers then set.
 */
export type ForeignOptimizer = new (
  variables: tf.Variable[],
  args: object,
) => { step(closure: () => tf.Tensor): unknown; lr?: number };

export function isForeignOptimizer(holder: unknown): holder is ForeignOptimizer {
  if (typeof holder !== "function") return false;
  const { step, plan } = (holder.prototype ?? {}) as { step?: unknown; plan?: unknown };
  return typeof step === "function" && plan === undefined;
}

/**
 * Such a class as a rule. Each parameter gets an object of it, which works on a copy of the parameter and is
 * given a linear function whose gradient is the parameter's. What it keeps for itself is not saved.
 */
export function foreignOptimizer(kind: ForeignOptimizer): OptimizerRule {
  const made = new WeakMap<tf.Tensor, { copy: tf.Variable; optimizer: InstanceType<ForeignOptimizer> }>();
  return {
    name: kind.name,
    rate: "lr",
    hyper: {},
    takesAnything: true,
    impure: true,
    slots: () => ({}),
    host: () => ({}),
    update({ value, grad, slots, hyper }) {
      const next = untracked(() => {
        const known = made.get(value);
        const copy = known?.copy ?? tf.variable(value);
        const optimizer = known?.optimizer ?? new kind([copy], { ...hyper });
        made.set(value, { copy, optimizer });
        if (known !== undefined) copy.assign(value as tf.Tensor);
        if (typeof hyper.lr === "number" && optimizer.lr !== undefined) optimizer.lr = hyper.lr;
        optimizer.step(() => tf.sum(tf.mul(copy, grad)));
        return copy;
      });
      // A copy of its own: the variable moves on at the next step.
      return { value: tf.add(next, 0), slots };
    },
  };
}
