import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { type ClipArgs, resolveClip } from "./clip.ts";
import { type Hyper, resolveHyper } from "./hyper.ts";
import { ParamPlan, type Plan, type PlannedParam, planParam } from "./plan.ts";
import type { OptimizerRule } from "./rule.ts";
import {
  type OptimState,
  type ParamState,
  type ParamStateSnapshot,
  readSnapshot,
  restoreState,
  snapshotOf,
} from "./state.ts";
import { readOptimFile, writeOptimFile } from "./state-file.ts";
import { type ParamSource, storedParams } from "./targets.ts";

/**
 * Arguments for each parameter: one object for all, or a function that is asked once for each parameter
 * when it is first seen. A function of one parameter gets the full dotted name (`net.layer.weight`); any
 * other gets the module's name, the parameter's name in it and its tags (for a parameter outside a
 * module both names are its own).
 */
export type ArgsFor<A extends object> =
  | A
  | ((name: string) => A)
  | ((moduleName: string, paramName: string, tags: readonly string[]) => A);

/** Arguments as users give them: any of them may be left out. */
export type Given<H extends Hyper> = { -readonly [K in keyof H]?: H[K] };

/** An optimizer's rule, or a class that carries one as its static `rule` (all of `optim` do). */
export type RuleHolder<H extends Hyper> = OptimizerRule<H> | { readonly rule: OptimizerRule<H> };

/**
 * Runs one optimizer for each parameter of the ParamStore, made when the parameter is first seen
 * (Pyro's PyroOptim). A step writes all parameters and all optimizer state together, or nothing.
 * State belongs to one incarnation of a parameter: one that was cleared and created again starts afresh.
 */
export class PyroOptim<H extends Hyper = Hyper> {
  readonly rule: OptimizerRule;
  /** Factor on every learning rate: `svi.run` sets it to what a slider says. Not part of the saved state. */
  rateScale = 1;
  readonly #optimArgs: ArgsFor<Given<H>>;
  readonly #clipArgs: ArgsFor<ClipArgs>;
  readonly #source: ParamSource;
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
    optimConstructor: RuleHolder<H>,
    optimArgs: ArgsFor<Given<H>> = {},
    clipArgs: ArgsFor<ClipArgs> = {},
    source: ParamSource = storedParams,
  ) {
    const rule = "rule" in optimConstructor ? optimConstructor.rule : optimConstructor;
    this.rule = rule as unknown as OptimizerRule;
    this.#optimArgs = optimArgs;
    this.#clipArgs = clipArgs;
    this.#source = source;
    // Mistakes in a plain object are told where it is written, not at the first step.
    if (typeof optimArgs !== "function") this.#checked(optimArgs, undefined);
    if (typeof clipArgs !== "function") resolveClip(clipArgs, "clipArgs");
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
    const params: PlannedParam[] = [];
    try {
      for (const name of new Set(names)) {
        const grad = grads[name];
        if (grad === undefined) continue;
        const variable = this.#source.variable(name);
        if (variable === undefined) throw unknownParam(name);
        checkGradient(name, variable, grad);
        const state = this.#stateOf(name, variable);
        params.push(planParam(this.rule, { name, variable, state, grad, rateScale: this.rateScale }));
      }
    } catch (error) {
      new ParamPlan(params, this.#states).discard();
      throw error;
    }
    for (const { name } of params) this.#pending.delete(name);
    return new ParamPlan(params, this.#states);
  }

  /** The learning rate that the next step uses for a parameter, decay and `rateScale` included. */
  getLr(name: string): number {
    const state = this.#current(name);
    const known = state ?? this.#pending.get(name);
    const hyper = known?.hyper ?? this.#hyperOf(name);
    return Number(hyper[this.rule.rate]) * (known?.host.decay ?? 1) * this.rateScale;
  }

  /** The state of every live parameter, and pending state, as plain data by parameter name. */
  getState(): OptimState {
    const out: Record<string, ParamStateSnapshot> = Object.fromEntries(this.#pending);
    for (const name of this.#states.keys()) {
      const state = this.#current(name);
      if (state !== undefined) out[name] = snapshotOf(this.rule, state);
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
        where: `setState of ${this.rule.name}`,
        expected: "what getState() returned",
        got: String(state),
      });
    }
    const pending: [string, ParamStateSnapshot][] = [];
    const restored: [string, ParamState][] = [];
    try {
      for (const [name, given] of Object.entries(state)) {
        const snapshot = readSnapshot(this.rule, name, given);
        const variable = this.#source.variable(name);
        if (variable === undefined) pending.push([name, snapshot]);
        else restored.push([name, this.#restored(name, variable, snapshot)]);
      }
    } catch (error) {
      for (const [, made] of restored) tf.dispose(Object.values(made.slots));
      throw error;
    }
    for (const old of this.#states.values()) tf.dispose(Object.values(old.slots));
    this.#states.clear();
    this.#pending.clear();
    for (const [name, made] of restored) this.#states.set(name, made);
    for (const [name, snapshot] of pending) this.#pending.set(name, snapshot);
  }

  /** Write the state to a file. The file is complete or, after a failure, as it was before. */
  save(file: string): void {
    writeOptimFile(file, this.rule.name, this.getState());
  }

  /**
   * Read the state from a file that `save` wrote, as `setState` does.
   * @throws where the file is missing, cut short, damaged or another optimizer's; nothing changes then
   */
  load(file: string): void {
    this.setState(readOptimFile(file, this.rule.name));
  }

  toString(): string {
    return `${this.rule.name}(${this.#states.size} parameters)`;
  }

  /** The live state of a parameter; that of an earlier incarnation does not count. */
  #current(name: string): ParamState | undefined {
    const state = this.#states.get(name);
    return state !== undefined && state.life === this.#source.life(name) ? state : undefined;
  }

  #stateOf(name: string, variable: tf.Variable): ParamState {
    const current = this.#current(name);
    if (current !== undefined) return current;
    const pending = this.#pending.get(name);
    if (pending !== undefined) return this.#restored(name, variable, pending);
    const hyper = this.#hyperOf(name);
    const slots = tf.tidy(() => {
      const made = this.rule.slots(variable, hyper);
      for (const tensor of Object.values(made)) tf.keep(tensor);
      return made;
    });
    return { life: this.#lifeOf(name), step: 0, hyper, clip: this.#clipOf(name), host: {}, slots };
  }

  #restored(name: string, variable: tf.Variable, snapshot: ParamStateSnapshot): ParamState {
    return restoreState(
      this.rule,
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

  #hyperOf(name: string): Hyper {
    return this.#checked(askFor(this.#optimArgs, name, this.#source), `parameter "${name}"`);
  }

  #clipOf(name: string): Required<ClipArgs> {
    return resolveClip(askFor(this.#clipArgs, name, this.#source), `parameter "${name}"`);
  }

  #checked(given: object, where: string | undefined): Hyper {
    const hyper = resolveHyper(this.rule.name, this.rule.hyper, given, where);
    const conflict = this.rule.conflict?.(hyper);
    if (conflict === undefined) return hyper;
    throw pyroError({
      what: `The arguments of ${this.rule.name} contradict each other: ${conflict}`,
      ...(where === undefined ? {} : { where }),
    });
  }
}

const DIVIDER = "$$$";

function askFor<A extends object>(args: ArgsFor<A>, name: string, source: ParamSource): A {
  if (typeof args !== "function") return args;
  if (args.length === 1) return (args as (name: string) => A)(name.replaceAll(DIVIDER, "."));
  const [moduleName = name, paramName = name] = name.split(DIVIDER);
  const ask = args as (moduleName: string, paramName: string, tags: readonly string[]) => A;
  return ask(moduleName, paramName, source.tags(name));
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
