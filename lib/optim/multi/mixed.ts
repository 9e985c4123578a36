import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import type { Plan } from "../plan.ts";
import type { PyroOptim } from "../pyro-optim.ts";
import { type LossFn, MultiOptimizer, type Values, type Variables } from "./multi-optimizer.ts";
import { PyroMultiOptimizer } from "./pyro-multi.ts";

/** Parameter names, and what optimises them. */
export type MixedPart = readonly [names: readonly string[], optim: MultiOptimizer | PyroOptim];

/**
 * Different optimizers for different parameters. All look at the same point: no part sees the step of
 * another, and either all steps are taken or none.
 */
export class MixedMultiOptimizer extends MultiOptimizer {
  readonly #parts: readonly (readonly [names: readonly string[], optim: MultiOptimizer])[];

  /** @throws where a name is optimised by two of the parts, naming it */
  constructor(parts: readonly MixedPart[]) {
    super();
    const owner = new Map<string, number>();
    parts.forEach(([names], i) => {
      for (const name of names) {
        const other = owner.get(name);
        if (other !== undefined) {
          throw pyroError({
            what: "A parameter is optimised twice",
            where: `parameter "${name}", in parts ${other} and ${i} of MixedMultiOptimizer`,
            expected: "each name in one part",
            got: `[${names.join(", ")}]`,
          });
        }
        owner.set(name, i);
      }
    });
    this.#parts = parts.map(([names, optim]) => [
      [...names],
      optim instanceof MultiOptimizer ? optim : new PyroMultiOptimizer(optim),
    ]);
  }

  override planStep(lossFn: LossFn, params: Variables): Plan {
    const plans: Plan[] = [];
    try {
      for (const [names, optim] of this.#parts) {
        plans.push(optim.planStep((own) => lossFn({ ...params, ...own }), picked(params, names)));
      }
    } catch (error) {
      for (const plan of plans) plan.discard();
      throw error;
    }
    return {
      commit() {
        for (const plan of plans) plan.commit();
      },
      discard() {
        for (const plan of plans) plan.discard();
      },
      firstNaN: () => plans.map((plan) => plan.firstNaN()).find((name) => name !== undefined),
    };
  }

  override getStep(lossFn: LossFn, params: Values): Record<string, tf.Tensor> {
    return Object.assign(
      {},
      ...this.#parts.map(([names, optim]) =>
        optim.getStep((own) => lossFn({ ...params, ...own }), picked(params, names)),
      ),
    );
  }
}

function picked<T>(params: { readonly [name: string]: T }, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(
    names.map((name) => {
      const found = params[name];
      if (found !== undefined) return [name, found];
      throw pyroError({
        what: "A parameter to be optimised was not given",
        where: `parameter "${name}" of MixedMultiOptimizer`,
        expected: names.join(", "),
        got: Object.keys(params).join(", "),
      });
    }),
  );
}
