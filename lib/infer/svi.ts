import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { pollInterrupt } from "../interrupt.ts";
import { notice } from "../notice.ts";
import { EagerStep } from "../optim/eager-step.ts";
import type { Plan } from "../optim/plan.ts";
import type { PureStep } from "../optim/pure-step.ts";
import { PyroOptim } from "../optim/pyro-optim.ts";
import { getParamStore } from "../params/global.ts";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import { getRngState, type RngState, setRngState } from "../tensor/index.ts";
import { type CompilableSvi, StepCompiler } from "./compiled/step-compiler.ts";
import { OTHER_PARAMETERS, recordStep, type TakenStep } from "./compiled/svi-step.ts";
import { allFinite, hasNaN, nanError } from "./diagnose.ts";
import { scoped } from "./gradients.ts";
import { takeStep } from "./in-flight.ts";
import { type AnyLoss, type LossOptions, type Objective, objectiveOf } from "./loss.ts";
import { LossBuffer } from "./losses.ts";
import type { Program, SameArgs } from "./program.ts";
import { type RunResult, runSteps } from "./run.ts";
import type { RunListener } from "./run-events.ts";
import { checkRunOptions, type RunOptions } from "./run-options.ts";

/** What SVI needs of an optimizer. Those of `optim` also plan, so that a step is written whole or not at all. */
export interface SVIOptimizer {
  update(names: Iterable<string>, grads: Readonly<Record<string, tf.Tensor>>): void;
  plan?(names: Iterable<string>, grads: Readonly<Record<string, tf.Tensor>>): Plan;
  /** Factor on the learning rates: `run` sets it to what a slider says, and to 1 when it ends. */
  rateScale?: number;
}

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = ["evaluateLoss"] as const;

export interface SVI<A extends unknown[] = unknown[]> extends PyroSpelling<SVI<A>, (typeof MANUAL)[number]> {}

/**
 * Stochastic variational inference: moves the parameters that a model and a guide ask for so that the guide
 * approaches the model's posterior. A step is all or nothing: where the loss or a gradient is NaN, or the
 * model throws, parameters and optimizer stay as they were.
 *
 * @example
 * const svi = new SVI(model, guide, new optim.Adam({ lr: 0.01 }), "ELBO");
 * await svi.run(1000, { args: [data] });
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export class SVI<A extends unknown[] = unknown[]> {
  static {
    spellAsPyro(SVI.prototype, MANUAL);
  }

  readonly model: Program<A>;
  readonly guide: Program<A>;
  readonly optim: SVIOptimizer;
  readonly #loss: AnyLoss<A>;
  readonly #objective: Objective<A>;
  readonly #losses = new LossBuffer();
  readonly #listeners = new Set<RunListener>();
  readonly #watchers = new Set<() => void>();
  #warnedOfInfinity = false;
  /** Parameters of the last step. */
  #names: readonly string[] = [];
  #compiler: StepCompiler<A> | undefined;

  /**
   * @param loss what is minimised: "ELBO", an ELBO object, or a function `(model, guide, ...args) => scalar`
   * @param options `lossAndGrads` for gradients of one's own; ELBO options where `loss` is "ELBO"
   */
  constructor(
    model: Program<A>,
    // The model alone says what arguments there are; a guide may take fewer.
    guide: Program<SameArgs<A>>,
    optim: SVIOptimizer,
    loss: AnyLoss<A> = "ELBO",
    options: LossOptions<A> = {},
  ) {
    for (const [name, program] of Object.entries({ model, guide })) {
      if (typeof program !== "function") {
        throw pyroError({
          what: `The ${name} must be a function`,
          where: `argument ${name} of SVI`,
          got: String(program),
        });
      }
    }
    if (typeof (optim as Partial<SVIOptimizer> | null)?.update !== "function") {
      throw pyroError({
        what: "SVI needs an optimizer",
        where: "argument optim of SVI",
        expected: "an optimizer of optim, such as new optim.Adam({ lr: 0.01 })",
        got: String(optim),
      });
    }
    this.model = model;
    this.guide = guide as Program<A>;
    this.optim = optim;
    this.#loss = loss;
    this.#objective = objectiveOf(model, this.guide, loss, options);
  }

  /** Losses of all steps so far, those of `run` included. A view: take a new one after further steps. */
  get losses(): Float32Array {
    return this.#losses.view();
  }

  /** Of how many particles each loss is the mean; undefined where the loss does not say. */
  get numParticles(): number | undefined {
    return this.#objective.numParticles;
  }

  /** Hear the events of every `run`; returns a function that ends that. */
  subscribe(listener: RunListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Look at the parameters while a `run` goes on: often at first, then at ever larger distances, compiled steps included,
   * within half a per cent of its time. A watcher only reads.
   * @returns a function that ends that
   */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  /**
   * Take one step of the optimizer.
   * @returns the loss before the step
   * @throws where the loss or a gradient is NaN, naming the site; nothing has changed then
   */
  step(...args: A): number {
    return this.#take(args, () => {
      const { loss, grads } = this.#objective.lossAndGrads(args);
      return { loss, grads, plan: () => this.#plan(grads) };
    });
  }

  /** A step while the compiler listens; a real one, whether or not it can be compiled. */
  #recorded(args: A, given: readonly tf.Tensor[]): ReturnType<CompilableSvi<A>["recordedStep"]> {
    const { tensors } = this.#objective;
    const { optim } = this;
    if (tensors === undefined) {
      return { loss: this.step(...args), record: undefined, reason: "the loss computes its own gradients" };
    }
    if (!(optim instanceof PyroOptim)) {
      return { loss: this.step(...args), record: undefined, reason: "the optimizer is not one of optim" };
    }
    let pure: PureStep;
    try {
      pure = optim.pureStep(this.#names);
    } catch (error) {
      return { loss: this.step(...args), record: undefined, reason: (error as Error).message };
    }
    let taken: TakenStep | undefined;
    try {
      const loss = this.#take(args, () => {
        taken?.record?.graph.dispose();
        taken = recordStep(() => tensors(args), pure, given);
        const { loss, grads, plan } = taken;
        const complete = taken.reason !== OTHER_PARAMETERS;
        return {
          loss: loss.dataSync()[0] ?? Number.NaN,
          grads,
          plan: complete ? plan : () => this.#plan(grads),
        };
      });
      return { loss, record: taken?.record, reason: taken?.reason };
    } catch (error) {
      taken?.record?.graph.dispose();
      if (!(error instanceof EagerStep)) throw error;
      return { loss: this.step(...args), record: undefined, reason: error.message, undecided: true };
    } finally {
      pure.dispose();
    }
  }

  /** Compute a step and write it, or change nothing. */
  #take(
    args: A,
    compute: () => { loss: number; grads: Record<string, tf.Tensor>; plan: () => Plan },
  ): number {
    pollInterrupt();
    const rng = getRngState();
    const store = getParamStore();
    const known = new Set(store.keys());
    const dropNew = () => {
      if (store.size === known.size) return;
      for (const name of [...store.keys()]) if (!known.has(name)) store.delete(name);
    };
    let found: string | undefined;
    let again = false;
    let after: RngState = rng;
    try {
      const loss = takeStep(dropNew, () =>
        scoped(() => {
          const { loss, grads, plan: makePlan } = compute();
          after = getRngState();
          const bad = inspectStep(loss, grads);
          found = bad.nan;
          if (found !== undefined) throw new Error(found);
          const plan = makePlan();
          again = plan.again === true;
          this.#names = Object.keys(grads);
          const overflown = bad.infinite ? plan.firstNaN() : undefined;
          if (overflown === undefined) return { plan, result: loss };
          plan.discard();
          found = `the next value of parameter "${overflown}", whose gradient is infinite,`;
          throw new Error(found);
        }),
      );
      if (again) {
        setRngState(rng);
        return this.#take(args, compute);
      }
      this.#losses.push(loss);
      if (!Number.isFinite(loss)) this.#warnOfInfinity(loss);
      return loss;
    } catch (error) {
      if (found === undefined) throw error;
      const explanation = nanError(this.model, this.guide, args, rng, found);
      dropNew();
      // The next attempt is to meet other random numbers.
      setRngState(after);
      throw explanation;
    }
  }

  #plan(grads: Record<string, tf.Tensor>): Plan {
    const { optim } = this;
    if (optim.plan !== undefined) return optim.plan(Object.keys(grads), grads);
    optim.update(Object.keys(grads), grads);
    return { commit: () => {}, discard: () => {}, firstNaN: () => undefined };
  }

  #warnOfInfinity(loss: number): void {
    if (this.#warnedOfInfinity) return;
    this.#warnedOfInfinity = true;
    notice(
      `The loss is ${loss}: some site gives its value no probability. The step was taken, since all gradients are numbers.`,
    );
  }

  /** An estimate of the loss; nothing is learned. */
  evaluateLoss(...args: A): number {
    return this.#objective.evaluate(args);
  }

  /**
   * Take many steps, without blocking the event loop for more than about 50 ms at a time.
   * Ends early, with the steps so far, when `signal` is aborted, `onStep` returns false or the run is stopped
   * from outside; a second call goes on from there.
   */
  async run(numSteps: number, options: RunOptions<A> = {}, ...more: never[]): Promise<RunResult> {
    checkRunOptions(options, more);
    return runSteps(
      {
        step: (args) => this.step(...args),
        compiler: () => {
          this.#compiler ??= new StepCompiler({
            programs: [this.model, this.guide, this.#loss],
            step: (args) => this.step(...args),
            recordedStep: (args, given) => this.#recorded(args, given),
            losses: this.#losses,
            pureStep: (names) => (this.optim as unknown as PyroOptim).pureStep(names),
          });
          return this.#compiler;
        },
        optim: this.optim,
        losses: this.#losses,
        listeners: this.#listeners,
        watchers: this.#watchers,
      },
      numSteps,
      options,
    );
  }
}

function inspectStep(
  loss: number,
  grads: Record<string, tf.Tensor>,
): { nan: string | undefined; infinite: boolean } {
  if (Number.isNaN(loss)) return { nan: "the loss", infinite: false };
  let infinite = false;
  for (const [name, grad] of Object.entries(grads)) {
    if (allFinite(grad)) continue;
    if (hasNaN(grad)) return { nan: `the gradient of parameter "${name}"`, infinite };
    infinite = true;
  }
  return { nan: undefined, infinite };
}
