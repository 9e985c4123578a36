import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import { put } from "../records.ts";
import { settle } from "../tensor/index.ts";
import { type ClipArgs, resolveClip } from "./clip.ts";
import { type GradedTarget, planTargets } from "./compute.ts";
import { type LookedAt, optimizerDisplay, type ShownParam } from "./display.ts";
import { gradNorm, readingOnce } from "./grad-norm.ts";
import type { Hyper } from "./hyper.ts";
import { remember } from "./live.ts";
import { ParamPlan, type Plan, type PlannedParam } from "./plan.ts";
import { type GradientExchange, PureStep } from "./pure-step.ts";
import {
  type ArgsFor,
  askFor,
  checkedHyper,
  type Given,
  type Recipe,
  Recipes,
  type RuleHolder,
  ruleOf,
  scheduledHyper,
} from "./recipe.ts";
import type { OptimizerRule } from "./rule.ts";
import type { Schedule } from "./schedules/schedule.ts";
import {
  type OptimState,
  type ParamState,
  type ParamStateSnapshot,
  readSnapshot,
  releaseState,
  restoreState,
  type ScheduleState,
  snapshotOf,
} from "./state.ts";
import { readOptimFile, writeOptimFile } from "./state-file.ts";
import { AdoptedParams, type ParamSource, storedParams } from "./targets.ts";

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = ["getState", "setState"] as const;

export interface PyroOptim<H extends Hyper = Hyper>
  extends PyroSpelling<PyroOptim<H>, (typeof MANUAL)[number]> {}

/**
 * Runs one optimizer for each parameter of the ParamStore, made when the parameter is first seen
 * (Pyro's PyroOptim). A step writes all parameters and all optimizer state together, or nothing.
 * State belongs to one incarnation of a parameter: one that was cleared and created again starts afresh.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export class PyroOptim<H extends Hyper = Hyper> {
  static {
    spellAsPyro(PyroOptim.prototype, MANUAL);
  }

  /** Factor on every learning rate: `svi.run` sets it to what a slider says. Not part of the saved state. */
  rateScale = 1;
  readonly #recipes: Recipes;
  readonly #clipArgs: ArgsFor<ClipArgs>;
  readonly #source: AdoptedParams;
  readonly #states = new Map<string, ParamState>();
  /** Restored state of parameters that do not exist yet. */
  readonly #pending = new Map<string, ParamStateSnapshot>();

  /**
   * @param optimConstructor an optimizer of `optim`, or the rule of one's own
   * @param optimArgs its arguments, or a function that returns them for a parameter
   * @param clipArgs `{ clipNorm?, clipValue? }`, or a function that returns them for a parameter
   * @throws where an argument is unknown (with the nearest that exists) or out of range
   */
  constructor(
    optimConstructor: RuleHolder<H> | Recipes,
    optimArgs: ArgsFor<Given<H>> = {},
    clipArgs: ArgsFor<ClipArgs> = {},
    source: ParamSource = storedParams,
  ) {
    this.#recipes =
      optimConstructor instanceof Recipes ? optimConstructor : recipesOf(ruleOf(optimConstructor), optimArgs);
    this.#clipArgs = clipArgs;
    this.#source = new AdoptedParams(source);
    if (typeof clipArgs !== "function") resolveClip(clipArgs);
    if (source === storedParams) remember(this);
  }

  /**
   * Take a step for the named parameters (Pyro's `__call__`).
   * @param names parameters of the ParamStore; those without an entry in `grads` are left alone
   * @param grads gradients of the loss with respect to the unconstrained values, of their shapes
   */
  update(names: Iterable<string>, grads: Readonly<Record<string, tf.Tensor>>): void {
    this.plan(names, grads).commit();
  }

  /** Compute a step without taking it. Nothing is written before the plan's `commit`. */
  plan(names: Iterable<string>, grads: Readonly<Record<string, tf.Tensor>>): Plan {
    const targets: GradedTarget[] = [];
    const params: PlannedParam[] = [];
    try {
      for (const name of new Set(names)) {
        const grad = grads[name];
        if (grad === undefined) continue;
        const variable = this.#source.variable(name);
        if (variable === undefined) throw unknownParam(name);
        checkGradient(name, variable, grad);
        targets.push({ name, variable, grad, state: this.#stateOf(name, variable) });
      }
      planTargets(targets, this.rateScale, params);
    } catch (error) {
      for (const { after, before, value } of params) {
        value.dispose();
        releaseState(after, before);
      }
      for (const { name, state } of targets) if (this.#states.get(name) !== state) releaseState(state);
      throw error;
    }
    for (const { name } of params) this.#pending.delete(name);
    return new ParamPlan(params, this.#states);
  }

  /**
   * The step of these parameters as a function of tensors, for a compiler. `dispose` it in the end.
   * @throws where there is no such parameter, or its optimizer keeps something of its own from step to step
   */
  pureStep(names: Iterable<string>, exchange?: GradientExchange): PureStep {
    const targets = [...new Set(names)].map((name) => {
      const variable = this.#source.variable(name);
      if (variable === undefined) throw unknownParam(name);
      return { name, variable, state: this.#stateOf(name, variable) };
    });
    return new PureStep(targets, {
      rateScale: () => this.rateScale,
      current: (name) => this.#current(name),
      owns: (name, variable) => this.#source.variable(name) === variable,
      states: this.#states,
      ...(exchange === undefined ? {} : { exchange }),
    });
  }

  /** Let a name stand for a variable of one's own instead of the parameter in the ParamStore. */
  adopt(name: string, variable: tf.Variable): void {
    this.#source.adopt(name, variable);
  }

  /** The learning rate that the next step uses for a parameter, decay and `rateScale` included. */
  getLr(name: string): number {
    const state = this.#current(name);
    const known = state ?? this.#pending.get(name);
    const recipe = this.#recipes.for(name, this.#source);
    const hyper = known?.hyper ?? recipe.hyper;
    const point =
      known === undefined ? startOf(recipe.schedule, recipe.rule.rate, hyper)?.point : known.schedule?.point;
    const now = scheduledHyper(recipe.rule, hyper, point);
    return Number(now[recipe.rule.rate]) * (known?.host.decay ?? 1) * this.rateScale;
  }

  /** The state of every live parameter, and pending state, as plain data by parameter name. */
  getState(): OptimState {
    const out: Record<string, ParamStateSnapshot> = Object.fromEntries(this.#pending);
    const read = readingOnce();
    for (const name of this.#states.keys()) {
      const state = this.#current(name);
      const variable = this.#source.variable(name);
      if (state !== undefined && variable !== undefined)
        put(out, name, snapshotOf(state, variable.shape, read));
    }
    return out;
  }

  /**
   * Replace the whole state. State of parameters that exist is applied at once, the rest when its
   * parameter is first seen.
   * @throws where it is not this optimizer's state or does not fit a parameter; nothing changes then
   */
  setState(state: OptimState): void {
    if (typeof state !== "object" || state === null || Array.isArray(state)) {
      throw pyroError({
        what: "An optimizer state must be an object by parameter name; nothing was changed",
        where: `setState of ${this.name}`,
        expected: "what getState() returned",
        got: String(state),
      });
    }
    const pending: [string, ParamStateSnapshot][] = [];
    const restored: [string, ParamState][] = [];
    try {
      for (const [name, given] of Object.entries(state)) {
        const snapshot = readSnapshot(this.#recipes.for(name, this.#source), name, given);
        const variable = this.#source.variable(name);
        if (variable === undefined) pending.push([name, snapshot]);
        else restored.push([name, this.#restored(name, variable, snapshot)]);
      }
    } catch (error) {
      for (const [, made] of restored) releaseState(made);
      throw error;
    }
    settle();
    for (const old of this.#states.values()) releaseState(old);
    this.#states.clear();
    this.#pending.clear();
    for (const [name, made] of restored) this.#states.set(name, made);
    for (const [name, snapshot] of pending) this.#pending.set(name, snapshot);
  }

  /** Write the state to a file. The file is complete or, after a failure, as it was before. */
  save(file: string): void {
    writeOptimFile(file, this.name, this.getState());
  }

  /**
   * Read the state from a file that `save` wrote, as `setState` does.
   * @throws where the file is missing, cut short, damaged or another optimizer's; nothing changes then
   */
  load(file: string): void {
    this.setState(readOptimFile(file, this.name));
  }

  /** The rule of every parameter; undefined where arguments choose it for each one. */
  get rule(): OptimizerRule | undefined {
    return this.#recipes.rule;
  }

  /** What the optimizer or the scheduler is called. */
  get name(): string {
    return this.#recipes.label;
  }

  /** Steps, rate and the last gradient's norm of every live parameter. */
  look(): Map<string, LookedAt> {
    const read = readingOnce();
    const seen = new Map<string, LookedAt>();
    for (const name of this.#states.keys()) {
      const state = this.#current(name);
      const variable = this.#source.variable(name);
      if (state === undefined || variable === undefined) continue;
      const norm = gradNorm(state, variable.size, read);
      seen.set(name, { step: state.step, lr: this.getLr(name), gradNorm: norm });
    }
    return seen;
  }

  /** Steps that a live parameter has taken with this optimizer. */
  stepsOf(name: string): number | undefined {
    return this.#current(name)?.step;
  }

  /** In a notebook: arguments, step count, rate and the last gradient's norm of every parameter. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    const rows: ShownParam[] = [];
    for (const [name, seen] of this.look()) {
      const state = this.#current(name);
      if (state === undefined) continue;
      rows.push({ name, optimizer: state.rule.name, hyper: state.hyper, ...seen, pending: false });
    }
    for (const [name, { optimizer, hyper, step }] of this.#pending) {
      rows.push({ name, optimizer, hyper, step, lr: this.getLr(name), gradNorm: undefined, pending: true });
    }
    return optimizerDisplay(this.name, rows);
  }

  /** How a parameter is optimised, whether or not it exists. */
  protected recipeOf(name: string): Recipe {
    return this.#recipes.for(name, this.#source);
  }

  /** Move the schedule of every parameter: all of them, or after an error none. */
  protected moveSchedules(move: (state: ScheduleState, baseLr: number) => ScheduleState): void {
    const moved: [string, ParamState][] = [];
    for (const name of this.#states.keys()) {
      const state = this.#current(name);
      if (state?.schedule === undefined) continue;
      const schedule = move(state.schedule, Number(state.hyper[state.rule.rate]));
      moved.push([name, { ...state, schedule }]);
    }
    for (const [name, state] of moved) this.#states.set(name, state);
  }

  toString(): string {
    return `${this.name}(${this.#states.size} parameters)`;
  }

  /** The live state of a parameter; that of an earlier incarnation does not count. */
  #current(name: string): ParamState | undefined {
    settle();
    const state = this.#states.get(name);
    return state !== undefined && state.life === this.#source.life(name) ? state : undefined;
  }

  #stateOf(name: string, variable: tf.Variable): ParamState {
    const current = this.#current(name);
    if (current !== undefined) return current;
    const pending = this.#pending.get(name);
    if (pending !== undefined) return this.#restored(name, variable, pending);
    const { rule, hyper, schedule: of } = this.#recipes.for(name, this.#source);
    const schedule = startOf(of, rule.rate, hyper);
    const slots = tf.tidy(() => {
      const made = rule.slots(variable, scheduledHyper(rule, hyper, schedule?.point));
      for (const tensor of Object.values(made)) tf.keep(tensor);
      return made;
    });
    const [life, clip] = [this.#lifeOf(name), this.#clipOf(name)];
    return { life, rule, step: 0, hyper, schedule, clip, host: {}, slots, grad: undefined, place: undefined };
  }

  #restored(name: string, variable: tf.Variable, snapshot: ParamStateSnapshot): ParamState {
    return restoreState(
      this.#recipes.for(name, this.#source),
      name,
      { value: variable, life: this.#lifeOf(name), clip: this.#clipOf(name) },
      snapshot,
    );
  }

  #lifeOf(name: string): number {
    const life = this.#source.life(name);
    if (life === undefined) throw unknownParam(name);
    return life;
  }

  #clipOf(name: string): Required<ClipArgs> {
    return resolveClip(askFor(this.#clipArgs, name, this.#source), `parameter "${name}"`);
  }
}

function recipesOf(rule: OptimizerRule, optimArgs: ArgsFor<object>): Recipes {
  if (typeof optimArgs !== "function") {
    // Mistakes in a plain object are told where it is written, not at the first step.
    const recipe: Recipe = { rule, hyper: checkedHyper(rule, optimArgs, undefined) };
    return new Recipes(rule.name, rule, () => recipe);
  }
  return new Recipes(rule.name, rule, (name, source) => ({
    rule,
    hyper: checkedHyper(rule, askFor(optimArgs, name, source), `parameter "${name}"`),
  }));
}

function startOf(of: Schedule | undefined, rate: string, hyper: Hyper): ScheduleState | undefined {
  if (of === undefined) return undefined;
  const { rule, args } = of;
  const begin = { args, baseLr: Number(hyper[rate]), epoch: 0, before: undefined, metric: undefined };
  return { of, epoch: 0, point: rule.at(begin) };
}

function checkGradient(name: string, variable: tf.Variable, grad: tf.Tensor): void {
  if (tf.util.arraysEqual(variable.shape, grad.shape)) return;
  throw pyroError({
    what: "The gradient does not have its parameter's shape",
    where: `parameter "${name}"`,
    expected: `[${variable.shape.join(", ")}]`,
    got: `[${grad.shape.join(", ")}]`,
  });
}

function unknownParam(name: string): Error {
  return pyroError({
    what: "There is no such parameter",
    where: `parameter "${name}"`,
    try: "run the model or the guide first: a parameter exists once its param call has run",
  });
}
