import type * as tf from "@tensorflow/tfjs-core";
import { currentWorld, type World } from "../distributed/world.ts";
import { pyroError } from "../errors.ts";
import { getParamStore } from "../params/global.ts";
import { Exchange, type NamedGradient } from "./distributed/exchange.ts";
import { type HorovodOptions, horovodOptions } from "./distributed/options.ts";
import { Passes } from "./distributed/passes.ts";
import { Synchrony } from "./distributed/synchrony.ts";
import type { Plan } from "./plan.ts";
import type { PureStep } from "./pure-step.ts";
import { type EpochStep, PyroLRScheduler } from "./pyro-lr-scheduler.ts";
import { PyroOptim } from "./pyro-optim.ts";
import { Recipes } from "./recipe.ts";
import type { OptimizerRule } from "./rule.ts";
import type { OptimState } from "./state.ts";
import { storedParams } from "./targets.ts";

const DISPLAY = Symbol.for("Jupyter.display");

/** The wrapped optimizer says how parameters are optimised; a question that does not reach it is a mistake here. */
const nobody = new Recipes("HorovodOptimizer", undefined, () => {
  throw new Error("HorovodOptimizer optimises nothing by itself");
});

/**
 * Trains with the other processes of its world (Pyro's HorovodOptimizer): the gradients of all are combined, in the
 * order of the parameters' names, before the wrapped optimizer takes its step. State, rates and files are the wrapped
 * optimizer's. Before the first step all ranks get rank 0's parameters and optimizer state. A parameter that only some
 * ranks use in a step counts as zeros on the others; one that does not exist there is refused by its name.
 *
 * In a world of one process, as in Horovod, nothing is exchanged or rounded, and `backwardPassesPerStep` alone makes a
 * difference.
 *
 * @example
 * const svi = new SVI(model, guide, new optim.HorovodOptimizer(optim.Adam({ lr: 0.01 })), "ELBO");
 */
export class HorovodOptimizer extends PyroOptim {
  /** The wrapped optimizer. */
  readonly optim: PyroOptim;
  readonly #options: Required<HorovodOptions>;
  /** Undefined in a world of one. */
  readonly #exchange: Exchange | undefined;
  readonly #synchrony: Synchrony;
  readonly #adopted = new Map<string, tf.Variable>();
  readonly #passes: Passes | undefined;

  /**
   * @param pyroOptim an optimizer or a scheduler of `optim`
   * @throws where it is neither, an option is unknown or out of range, or mpirun has started several processes
   */
  constructor(pyroOptim: PyroOptim, options: HorovodOptions = {}, world?: World) {
    super(nobody);
    if (!(pyroOptim instanceof PyroOptim) || pyroOptim instanceof HorovodOptimizer) {
      throw pyroError({
        what: "HorovodOptimizer needs an optimizer to wrap",
        expected: "an optimizer or a scheduler of optim, such as optim.Adam({ lr: 0.01 })",
        got:
          typeof pyroOptim === "function"
            ? `the function ${(pyroOptim as { name: string }).name}`
            : String(pyroOptim),
      });
    }
    this.optim = pyroOptim;
    this.#options = horovodOptions(options);
    this.#synchrony = new Synchrony(pyroOptim, {
      variable: (name) => this.#adopted.get(name) ?? storedParams.variable(name),
      life: (name) => (this.#adopted.has(name) ? -1 : storedParams.life(name)),
    });
    const all = world ?? currentWorld();
    this.#exchange = all.size > 1 ? new Exchange(all, this.#options, this.#synchrony) : undefined;
    const { backwardPassesPerStep } = this.#options;
    this.#passes = backwardPassesPerStep > 1 ? new Passes(backwardPassesPerStep) : undefined;
    // `rateScale` is a field of every optimizer, which an accessor of the class would not override.
    Object.defineProperty(this, "rateScale", {
      get: () => pyroOptim.rateScale,
      set: (scale: number) => {
        pyroOptim.rateScale = scale;
      },
    });
  }

  override plan(names: Iterable<string>, grads: Readonly<Record<string, tf.Tensor>>): Plan {
    const own = [...new Set(names)].sort().flatMap((name): NamedGradient[] => {
      const grad = grads[name];
      return grad === undefined ? [] : [[name, grad]];
    });
    if (this.#passes === undefined) return this.#take(own);
    if (this.#passes.begins && this.#exchange?.begin(own, knownNames) === true) return AGAIN;
    return this.#passes.plan(own, (sums) => this.#take(sums));
  }

  /** Gradients of one's own cannot be computed again: where ranks did not begin alike, these are taken as they are. */
  override update(names: Iterable<string>, grads: Readonly<Record<string, tf.Tensor>>): void {
    const all = [...names];
    const plan = this.plan(all, grads);
    plan.commit();
    if (plan.again === true) this.plan(all, grads).commit();
  }

  #take(own: readonly NamedGradient[]): Plan {
    if (this.#exchange === undefined) return this.#inner(own);
    const exchanged = this.#exchange.eager(own, knownNames);
    if (exchanged.again) return AGAIN;
    const { grads, finite } = exchanged;
    try {
      const plan = this.#inner(grads);
      // One rank's infinite gradient is every rank's.
      const overflown = finite ? undefined : plan.firstNaN();
      if (overflown === undefined) return plan;
      plan.discard();
      throw infinite(overflown);
    } finally {
      for (const [, grad] of grads) grad.dispose();
    }
  }

  #inner(grads: readonly NamedGradient[]): Plan {
    return this.optim.plan(
      grads.map(([name]) => name),
      Object.fromEntries(grads),
    );
  }

  /** @throws where gradients are added up over several steps, which is not compiled */
  override pureStep(names: Iterable<string>): PureStep {
    if (this.#passes !== undefined)
      throw new Error("backwardPassesPerStep of HorovodOptimizer adds gradients up over several steps");
    const exchange = this.#exchange;
    const sorted = [...names].sort();
    if (exchange === undefined) return this.optim.pureStep(sorted);
    return this.optim.pureStep(sorted, (all, loss, grads) => exchange.tensors(all, loss, grads));
  }

  /**
   * End an epoch of the wrapped scheduler.
   * @throws where an optimizer without a schedule is wrapped
   */
  step(metric?: number | tf.Tensor | EpochStep): void {
    if (this.optim instanceof PyroLRScheduler) return this.optim.step(metric);
    throw pyroError({
      what: `${this.optim.name} has no epochs to end`,
      where: "step of HorovodOptimizer",
      expected: "a scheduler of optim, such as optim.ExponentialLR",
    });
  }

  override adopt(name: string, variable: tf.Variable): void {
    this.optim.adopt(name, variable);
    this.#adopted.set(name, variable);
  }

  override getLr(name: string): number {
    return this.optim.getLr(name);
  }

  override getState(): OptimState {
    return this.optim.getState();
  }

  /** As the wrapped optimizer's; gradients that were added up are forgotten. */
  override setState(state: OptimState): void {
    this.optim.setState(state);
    this.#passes?.clear();
    this.#synchrony.forget();
  }

  override get rule(): OptimizerRule | undefined {
    return this.optim.rule;
  }

  /** The wrapped optimizer's, so that either reads the other's files. */
  override get name(): string {
    return this.optim.name;
  }

  [DISPLAY](): Record<string, string> {
    return (this.optim as unknown as Record<symbol, () => Record<string, string>>)[DISPLAY]?.() ?? {};
  }

  override toString(): string {
    return `HorovodOptimizer(${this.optim})`;
  }
}

const knownNames = (): readonly string[] => [...getParamStore().keys()];

const AGAIN: Plan = { commit: () => {}, discard: () => {}, firstNaN: () => undefined, again: true };

function infinite(name: string): Error {
  return pyroError({
    what: "The next value of the parameter is no number: its gradient is infinite on some rank",
    where: `parameter "${name}"`,
    try: "clipArgs, such as { clipNorm: 10 }, or a smaller learning rate",
  });
}
