import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { type ArgSpec, resolveHyper } from "../hyper.ts";
import { type LossFn, MultiOptimizer, type Values } from "../multi/multi-optimizer.ts";
import { newtonStep } from "./newton-step.ts";

const radii: ArgSpec<object> = {
  initial: {},
  must: "an object of radii by parameter name",
  accepts: (v): v is object => typeof v === "object" && v !== null,
};

/**
 * Newton's method for batched low-dimensional parameters: each parameter of shape [..., D] moves by its own
 * Newton step, the others held still. `getStep` is differentiable.
 */
export class Newton extends MultiOptimizer {
  readonly #radii: { readonly [name: string]: number };

  /**
   * @param trustRadii longest step of each parameter by name; one that is not named is not limited
   * @throws where an argument is unknown or a radius is not a number > 0
   */
  constructor(options: { trustRadii?: { readonly [name: string]: number } } = {}) {
    super();
    resolveHyper("Newton", { trustRadii: radii }, options);
    const { trustRadii = {} } = options;
    for (const [name, radius] of Object.entries(trustRadii)) {
      if (radius > 0) continue;
      throw pyroError({
        what: "A trust radius must be a number > 0",
        where: `trustRadii of Newton, parameter "${name}"`,
        got: String(radius),
      });
    }
    this.#radii = { ...trustRadii };
  }

  override getStep(lossFn: LossFn, params: Values): Record<string, tf.Tensor> {
    return Object.fromEntries(
      Object.entries(params).map(([name, value]) => {
        const loss = (x: tf.Tensor) => lossFn({ ...params, [name]: x });
        const [mode] = newtonStep(loss, value, this.#radii[name]);
        return [name, mode];
      }),
    );
  }
}
