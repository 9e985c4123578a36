import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { scoped } from "../infer/gradients.ts";
import { Batch, batches, prepared, type Target } from "./batch.ts";
import { statesAfter } from "./compute.ts";
import type { Hyper } from "./hyper.ts";
import { NumberStream } from "./number-stream.ts";
import { ParamPlan, type Plan, type PlannedParam } from "./plan.ts";
import type { HostNumbers, OptimizerRule, Scalars, Slots } from "./rule.ts";
import { placesOn } from "./shelf.ts";
import { type ParamState, releaseState } from "./state.ts";

/** Where a sequence of pure steps is. Immutable: one that is kept can be gone back to. */
export interface StepCursor {
  /** Steps since the start. */
  readonly taken: number;
  /** The numbers of the step that leads here, in float64, in the order of `PureStep.scalarNames`. */
  readonly numbers: Float64Array;
  readonly batches: readonly { readonly step: number; readonly host: HostNumbers }[];
}

/** What a pure step reads besides the gradients. */
export interface PureInputs {
  /** Of the parameters, in the order of `names`. */
  readonly values: readonly tf.Tensor[];
  readonly grads: readonly tf.Tensor[];
  /** In the order of `PureStep.slots`. */
  readonly slots: readonly tf.Tensor[];
  /** One scalar tensor for each of `StepCursor.numbers`. */
  readonly scalars: readonly tf.Tensor[];
}

export interface PureOutputs {
  readonly values: tf.Tensor[];
  readonly slots: tf.Tensor[];
}

/** What a pure step asks of its optimizer. */
export interface StepOwner {
  rateScale(): number;
  /** The live state of a parameter. */
  current(name: string): ParamState | undefined;
  /** Whether this is still the parameter of that name. */
  owns(name: string, variable: tf.Variable): boolean;
  readonly states: Map<string, ParamState>;
  /** The gradients of all ranks, where several train together. */
  readonly exchange?: GradientExchange;
}

/** Loss and gradients of this rank in, the gradients of all ranks out: a function of tensors. */
export type GradientExchange = (
  names: readonly string[],
  loss: tf.Tensor,
  grads: readonly tf.Tensor[],
) => tf.Tensor[];

/**
 * An optimizer's step as a function of tensors, for a compiler: `update` reads parameters, gradients, slots and
 * scalars, and returns the next values and slots, with the same kernels each time. What changes from step to step
 * on the host comes from `next`, in float64, and enters as scalars. `optimizer.pureStep(names)` makes one.
 *
 * @example
 * const step = optimizer.pureStep(names);
 * let cursor = step.start;
 * for (...) {
 *   const next = step.next(cursor);                            // numbers of this step
 *   program.run(values, slots, next.numbers);                  // recorded from step.update
 *   cursor = next;                                             // or not, where the loss was NaN
 * }
 * step.plan(cursor, { values, slots }).commit();               // variables and optimizer state, whole
 * step.dispose();
 */
export class PureStep {
  readonly names: readonly string[];
  readonly variables: readonly tf.Variable[];
  /** The optimizer's tensors at the start. Freed by `dispose`. */
  readonly slots: readonly tf.Tensor[];
  readonly start: StepCursor;
  readonly scalarNames: readonly string[];
  readonly #batches: readonly Batch[];
  readonly #owner: StepOwner;
  /** For each batch, where its members stand in `names`. */
  readonly #order: readonly (readonly number[])[];
  readonly #slotNames: readonly (readonly string[])[];
  #committed = false;

  /** @throws where an optimizer keeps something of its own, so that its steps cannot be repeated from outside */
  constructor(targets: readonly Target[], owner: StepOwner) {
    const impure = targets.find(({ state }) => state.rule.impure === true);
    if (impure !== undefined) throw keepsToItself(impure);
    this.names = targets.map(({ name }) => name);
    this.variables = targets.map(({ variable }) => variable);
    this.#owner = owner;
    this.#batches = batches(targets);
    const place = new Map(this.names.map((name, i) => [name, i]));
    this.#order = this.#batches.map(({ members }) => members.map(({ name }) => place.get(name) ?? 0));
    const slots = scoped(() =>
      this.#batches.map((batch) =>
        Object.entries(batch.slots()).map(([name, x]) => [name, tf.keep(tf.clone(x))] as const),
      ),
    );
    this.#slotNames = slots.map((entries) => entries.map(([name]) => name));
    this.slots = slots.flatMap((entries) => entries.map(([, x]) => x));
    const begin = this.#batches.map(({ first: { state } }) => ({ step: state.step, host: state.host }));
    this.start = { taken: 0, numbers: new Float64Array(0), batches: begin };
    this.scalarNames = this.next(this.start).batches.flatMap(({ host }, i) =>
      Object.keys(host).map((name) => `${this.#batches[i]?.first.state.rule.name}.${name}`),
    );
  }

  /** The numbers of the step after `cursor`, by the arguments, schedules and rate scale of now. */
  next(cursor: StepCursor): StepCursor {
    const stream = this.numbersFrom(cursor);
    stream.advance(() => {});
    return stream.cursor;
  }

  /** The same, step after step without new objects: for programs whose steps take less than a microsecond. */
  numbersFrom(cursor: StepCursor): NumberStream {
    const batches = this.#batches.map(({ first }, i) => {
      const live = this.#owner.current(first.name) ?? first.state;
      return {
        state: { ...first.state, schedule: live.schedule },
        ...(cursor.batches[i] as StepCursor["batches"][number]),
      };
    });
    return new NumberStream(batches, cursor.taken, () => this.#owner.rateScale());
  }

  /** Whether a step needs other ranks: then it is taken once, whatever comes of it. */
  get exchanges(): boolean {
    return this.#owner.exchange !== undefined;
  }

  /** What `update` is to be given: the gradients themselves, or those of all ranks. */
  shared(loss: tf.Tensor, grads: readonly tf.Tensor[]): readonly tf.Tensor[] {
    return this.#owner.exchange?.(this.names, loss, grads) ?? grads;
  }

  /** Whether a parameter was thrown away, or dropped so that it may come back. */
  get gone(): boolean {
    return this.variables.some(
      (variable, i) => variable.isDisposed || !this.#owner.owns(this.names[i] as string, variable),
    );
  }

  /** Where the schedules stand now: other objects when they have been moved. */
  get schedules(): readonly unknown[] {
    return this.#batches.map(({ first }) => (this.#owner.current(first.name) ?? first.state).schedule);
  }

  /** One step. A function of the tensors alone: nothing is read on the host, nothing is kept. */
  update({ values, grads, slots, scalars }: PureInputs): PureOutputs {
    const out: PureOutputs = { values: [...values], slots: [] };
    const [ownSlots, ownScalars] = [[...slots], [...scalars]];
    this.#batches.forEach((batch, i) => {
      const order = this.#order[i] ?? [];
      const { rule, hyper } = batch.first.state;
      const named = (names: readonly string[], from: tf.Tensor[]) =>
        Object.fromEntries(names.map((name, k) => [name, from[k] as tf.Tensor]));
      const slotNames = this.#slotNames[i] ?? [];
      const numbers = Object.keys(this.#hostNames(i));
      const given: Slots = named(slotNames, ownSlots.splice(0, slotNames.length));
      const own = named(numbers, ownScalars.splice(0, numbers.length)) as Scalars;
      const value = batch.join(order.map((k) => values[k] as tf.Tensor));
      const grad = batch.join(order.map((k) => grads[k] as tf.Tensor));
      const result = batch.update(value, grad, given, constants(rule, hyper), own);
      batch.split(result.value).forEach((next, k) => {
        out.values[order[k] as number] = next;
      });
      out.slots.push(...slotNames.map((name) => result.slots[name] as tf.Tensor));
    });
    return out;
  }

  /**
   * The writing of what came out after the step of `cursor`: variables and the optimizer's state together.
   * @param grads the last gradients, where the display is to show their norms
   */
  plan(
    cursor: StepCursor,
    {
      values,
      slots,
      grads,
    }: { values: readonly tf.Tensor[]; slots: readonly tf.Tensor[]; grads?: readonly tf.Tensor[] },
  ): Plan {
    const planned: PlannedParam[] = [];
    const own = [...slots];
    this.#committed = true;
    scoped(() => {
      this.#batches.forEach((batch, i) => {
        const order = this.#order[i] ?? [];
        const { step, host } = cursor.batches[i] as StepCursor["batches"][number];
        const slotNames = this.#slotNames[i] ?? [];
        const made = own.splice(0, slotNames.length).map((x) => tf.clone(x));
        const named = Object.fromEntries(slotNames.map((name, k) => [name, made[k] as tf.Tensor]));
        // A schedule may have moved since the start.
        const live = batch.members.map((target) => ({
          ...target,
          state: this.#owner.current(target.name) ?? target.state,
        }));
        const [first, ...others] = live;
        if (first === undefined) return;
        const now = new Batch(first, others);
        const grad = grads === undefined ? undefined : now.join(order.map((k) => grads[k] as tf.Tensor));
        const after = statesAfter(now, step, host, named, grad, {});
        live.forEach(({ name, variable, state }, k) => {
          const value = tf.keep(tf.clone(values[order[k] as number] as tf.Tensor));
          planned.push({ name, variable, value, before: state, after: after[k] as ParamState });
        });
      });
    });
    return new ParamPlan(planned, this.#owner.states);
  }

  /**
   * Write the optimizer's state after the step of `cursor`, and no parameters: for who keeps those up to date already.
   * @param slots kept tensors in the order of `slots`, the optimizer's own from now on; those it has may be given again
   */
  writeState(cursor: StepCursor, slots: readonly tf.Tensor[]): void {
    const own = [...slots];
    this.#committed = true;
    this.#batches.forEach((batch, i) => {
      const { step, host } = cursor.batches[i] as StepCursor["batches"][number];
      const named = Object.fromEntries(
        (this.#slotNames[i] ?? []).map((name) => [name, own.shift() as tf.Tensor]),
      );
      const members = batch.members.map((target) => ({
        ...target,
        state: this.#owner.current(target.name) ?? target.state,
      }));
      const sameStep = members.every(({ state }) => state.step === step);
      const places = members.length === 1 ? undefined : placesOn(members, named, sameStep);
      members.forEach(({ name, variable, state }, k) => {
        if (variable.isDisposed) return;
        const place = places?.[k];
        const after = {
          ...state,
          step,
          host,
          slots: place === undefined ? named : {},
          grad: sameStep ? state.grad : undefined,
          place,
        };
        this.#owner.states.set(name, after);
        if (place === undefined || state.place?.shelf !== place.shelf) releaseState(state, after);
      });
    });
  }

  /** Whether the optimizer and its parameters are still those of the start: nothing was cleared, loaded or stepped. */
  isCurrent(): boolean {
    return this.#batches.every(({ members }) =>
      members.every(({ name, state }) => {
        const live = this.#owner.current(name);
        if (live === undefined) return state.step === 0 && !this.#owner.states.has(name);
        return live.slots === state.slots && live.place === state.place && live.step === state.step;
      }),
    );
  }

  /** Free the slots of the start. */
  dispose(): void {
    tf.dispose([...this.slots]);
    if (this.#committed) return;
    this.#committed = true;
    for (const { members } of this.#batches) {
      for (const { name, state } of members) {
        // A state that was made for this step alone.
        if (!this.#owner.states.has(name)) tf.dispose(Object.values(state.slots));
      }
    }
  }

  #hostNames(batch: number): HostNumbers {
    const { state } = (this.#batches[batch] as Batch).first;
    return prepared(state, 1).host;
  }
}

/** The arguments without what schedules and sliders move: an update that read it would give NaN, not yesterday's rate. */
function constants(rule: OptimizerRule, hyper: Hyper): Hyper {
  const out = { ...hyper, [rule.rate]: Number.NaN };
  if ("momentum" in hyper) out.momentum = Number.NaN;
  if (Array.isArray(hyper.betas)) out.betas = [Number.NaN, hyper.betas[1] as number];
  return out;
}

function keepsToItself({ name, state }: Target): Error {
  return pyroError({
    what: `${state.rule.name} keeps something of its own from step to step, so its steps cannot be recorded`,
    where: `parameter "${name}"`,
    try: "an optimizer of optim, or a rule whose update is a function of tensors",
  });
}
