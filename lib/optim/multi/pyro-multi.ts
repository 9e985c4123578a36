import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { gradOf } from "../../infer/gradients.ts";
import type { Hyper } from "../hyper.ts";
import type { Plan } from "../plan.ts";
import { PyroOptim } from "../pyro-optim.ts";
import type { ArgsFor, Given, RuleHolder } from "../recipe.ts";
import { type LossFn, MultiOptimizer, type Variables } from "./multi-optimizer.ts";

/** A PyroOptim as a MultiOptimizer. */
export class PyroMultiOptimizer extends MultiOptimizer {
  readonly optim: PyroOptim;

  /** @throws where it is no optimizer of `optim` */
  constructor(optim: PyroOptim) {
    super();
    if (!(optim instanceof PyroOptim)) {
      throw pyroError({
        what: "PyroMultiOptimizer needs an optimizer",
        expected: "an optimizer of optim, such as new optim.Adam({ lr: 0.01 })",
        got: String(optim),
      });
    }
    this.optim = optim;
  }

  override planStep(lossFn: LossFn, params: Variables): Plan {
    const { value, grads } = gradOf((live) => {
      for (const [name, variable] of Object.entries(params)) live.add(name, variable);
      return lossFn(params);
    });
    try {
      for (const [name, variable] of Object.entries(params)) this.optim.adopt(name, variable);
      return this.optim.plan(Object.keys(params), grads);
    } finally {
      tf.dispose([value, ...Object.values(grads)]);
    }
  }
}

/** An optimizer class with its arguments as a MultiOptimizer. */
export class TorchMultiOptimizer<H extends Hyper = Hyper> extends PyroMultiOptimizer {
  constructor(optimConstructor: RuleHolder<H>, optimArgs: ArgsFor<Given<H>> = {}) {
    super(new PyroOptim(optimConstructor, optimArgs) as unknown as PyroOptim);
  }
}
