import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { type PyroSpelling, spellAsPyro } from "../../pyro-spelling.ts";
import type { Plan } from "../plan.ts";

/** Values by name. */
export type Values = { readonly [name: string]: tf.Tensor };
/** The variables to move, by name: unconstrained, as `getParamStore().getUnconstrained(name)` has them. */
export type Variables = { readonly [name: string]: tf.Variable };
/** The loss, a scalar, as a function of the named unconstrained values. */
export type LossFn = (params: Values) => tf.Tensor;

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = ["getStep"] as const;

export interface MultiOptimizer extends PyroSpelling<MultiOptimizer, (typeof MANUAL)[number]> {}

/**
 * Base of the optimizers that differentiate a loss themselves, more than once if they like. One of one's own
 * implements `getStep`, or `planStep` where its step is not a plain assignment.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export abstract class MultiOptimizer {
  static {
    spellAsPyro(MultiOptimizer.prototype, MANUAL);
  }

  /**
   * Move the variables, in place.
   * @param lossFn the loss as a function of the values of `params`
   * @throws where a next value is no finite number; nothing has changed then
   */
  step(lossFn: LossFn, params: Variables): void {
    const plan = this.planStep(lossFn, params);
    const bad = plan.firstNaN();
    if (bad === undefined) {
      plan.commit();
      return;
    }
    plan.discard();
    throw pyroError({
      what: "The step leads to a value that is no finite number; nothing was changed",
      where: `parameter "${bad}" in a step of ${this.constructor.name}`,
      try: "a smaller trust radius or learning rate",
    });
  }

  /** The values that `step` would lead to. Differentiable where the optimizer says so. */
  getStep(_lossFn: LossFn, _params: Values): Record<string, tf.Tensor> {
    throw pyroError({
      what: `${this.constructor.name} has no getStep: its step cannot be differentiated`,
      try: "step(lossFn, params), or optim.Newton",
    });
  }

  /** Compute a step without taking it. */
  planStep(lossFn: LossFn, params: Variables): Plan {
    const next = tf.tidy(() => {
      const values = this.getStep(lossFn, params);
      return Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, tf.keep(tf.clone(value))]),
      );
    });
    return {
      commit() {
        for (const [name, value] of Object.entries(next)) params[name]?.assign(value);
        tf.dispose(next);
      },
      discard: () => tf.dispose(next),
      firstNaN: () =>
        Object.keys(next).find((name) => next[name]?.dataSync().some((x) => !Number.isFinite(x))),
    };
  }
}
