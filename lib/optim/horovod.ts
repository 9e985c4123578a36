import type * as tf from "@tensorflow/tfjs-core";
import { currentWorld, type World } from "../distributed/world.ts";
import { pyroError } from "../errors.ts";
import { type HorovodOptions, horovodOptions } from "./distributed/options.ts";
import { Passes } from "./distributed/passes.ts";
import { type NamedGradient, reduceGradients } from "./distributed/reduce.ts";
import type { Plan } from "./plan.ts";
import type { PureStep } from "./pure-step.ts";
import { type EpochStep, PyroLRScheduler } from "./pyro-lr-scheduler.ts";
import { PyroOptim } from "./pyro-optim.ts";
import { Recipes } from "./recipe.ts";
import type { OptimizerRule } from "./rule.ts";
import type { OptimState } from "./state.ts";

const DISPLAY = Symbol.for("Jupyter.display");

/** The wrapped optimizer says how parameters are optimised; a question that does not reach it is a mistake here. */
const nobody = new Recipes("HorovodOptimizer", undefined, () => {
  throw new Error("HorovodOptimizer optimises nothing by itself");
});

/**
 * Trains with the other processes of its world (Pyro's HorovodOptimizer): the gradients of all are combined, in the
 * order of the parameters' names, before the wrapped optimizer takes its step. State, rates and files are the wrapped
 * optimizer's. There are only worlds of one process so far: then, as in Horovod, nothing is exchanged or rounded, and
 * `backwardPassesPerStep` alone makes a difference.
 *
 * @example
 * const svi = new SVI(model, guide, new optim.HorovodOptimizer(optim.Adam({ lr: 0.01 })), "ELBO");
 */
export class HorovodOptimizer extends PyroOptim {
  /** The wrapped optimizer. */
  readonly optim: PyroOptim;
  readonly #options: Required<HorovodOptions>;
  readonly #world: World;
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
    this.#world = world ?? currentWorld();
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
    return this.#passes?.plan(own, (sums) => this.#take(sums)) ?? this.#take(own);
  }

  #take(own: readonly NamedGradient[]): Plan {
    const all = reduceGradients(this.#world, own, this.#options);
    try {
      return this.optim.plan(
        all.map(([name]) => name),
        Object.fromEntries(all),
      );
    } finally {
      for (const [i, [, grad]] of all.entries()) if (grad !== own[i]?.[1]) grad.dispose();
    }
  }

  /** @throws where a step is more than the wrapped optimizer's own, so that it is not compiled */
  override pureStep(names: Iterable<string>): PureStep {
    const eager =
      this.#passes !== undefined
        ? "backwardPassesPerStep of HorovodOptimizer adds gradients up over several steps"
        : this.#world.size > 1
          ? "HorovodOptimizer exchanges gradients with other processes"
          : undefined;
    if (eager !== undefined) throw new Error(eager);
    return this.optim.pureStep([...names].sort());
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
