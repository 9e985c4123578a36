import * as tf from "@tensorflow/tfjs-core";
import { clipGradient } from "./clip.ts";
import type { Hyper } from "./hyper.ts";
import { scheduledHyper } from "./recipe.ts";
import type { HostNumbers, RuleResult, Scalars, Slots, Together } from "./rule.ts";
import { flat, gathered } from "./shelf.ts";
import type { ParamState } from "./state.ts";

/** What a step needs of one parameter. */
export interface Target {
  readonly name: string;
  readonly variable: tf.Variable;
  readonly state: ParamState;
}

/** Fewer parameters than this are not worth being laid end to end, nor are larger ones. */
const LEAST_MEMBERS = 4;
const LARGEST_MEMBER = 4096;

/**
 * Parameters that take one and the same step: one of them in its own shape, or several small ones that are optimised
 * alike, laid end to end. A thousand parameters of ten elements then cost little more than one of ten thousand.
 * All methods are functions of tensors.
 */
export class Batch<T extends Target = Target> {
  readonly members: readonly T[];
  readonly first: T;
  /** Undefined where there is one member. */
  readonly #together: Together | undefined;

  constructor(first: T, others: readonly T[] = []) {
    this.first = first;
    this.members = [first, ...others];
    this.#together = others.length === 0 ? undefined : togetherness(first);
  }

  get size(): number {
    return this.members.reduce((sum, { variable }) => sum + variable.size, 0);
  }

  /** The slots as `update` wants them. Several are flat. */
  slots(): Slots {
    const { variable, state } = this.first;
    if (this.#together !== undefined) {
      return gathered(this.members.map((member) => ({ ...member.state, size: member.variable.size })));
    }
    if (state.place === undefined) return state.slots;
    // Always tensors of its own: those on the shelf are freed with it.
    const own = gathered([{ ...state, size: variable.size }]);
    return mapped(own, (x) => tf.reshape(x, variable.shape));
  }

  /** The gradients as one: flat where there are several. */
  join(tensors: readonly tf.Tensor[]): tf.Tensor {
    const [only] = tensors;
    if (this.#together === undefined && only !== undefined) return only;
    // One operation in place of one for each number.
    return tensors.every(({ rank }) => rank === 0) ? tf.stack([...tensors]) : tf.concat(tensors.map(flat));
  }

  /** Value by member out of one value for all. */
  split(value: tf.Tensor): tf.Tensor[] {
    if (this.#together === undefined) return [value];
    if (this.members.every(({ variable }) => variable.rank === 0)) return tf.unstack(value);
    const sizes = this.members.map(({ variable }) => variable.size);
    return tf.split(value, sizes).map((part, i) => {
      const { shape } = this.members[i]?.variable ?? part;
      return shape.length === 1 ? part : tf.reshape(part, shape);
    });
  }

  /** The rule's update of what `join` and `slots` returned. */
  update(value: tf.Tensor, grad: tf.Tensor, slots: Slots, hyper: Hyper, scalars: Scalars): RuleResult {
    const { rule } = this.first.state;
    if (this.#together === undefined) {
      const clipped = clipGradient(grad, this.first.state.clip);
      return rule.update({ value, grad: clipped, slots, hyper, scalars });
    }
    const clipped = this.#clipped(grad);
    if (this.#together === "elements") {
      return rule.update({ value, grad: clipped, slots, hyper, scalars });
    }
    const shape = [-1, rowLength(this.first.variable)];
    const rows = (x: tf.Tensor) => tf.reshape(x, shape);
    const step = { value: rows(value), grad: rows(clipped), slots: mapped(slots, rows), hyper, scalars };
    const result = rule.update(step);
    return { value: flat(result.value), slots: mapped(result.slots, flat) };
  }

  #clipped(grad: tf.Tensor): tf.Tensor {
    const { state, variable } = this.first;
    if (state.clip.clipNorm === Infinity) return clipGradient(grad, state.clip);
    // A limit on the norm is one of a single parameter: those of one size are the rows of a matrix.
    return flat(clipGradient(tf.reshape(grad, [-1, variable.size]), state.clip, 1));
  }
}

/** The arguments of the next step: as given, but for what a schedule and a slider have moved. */
export function movedHyper({ rule, hyper, schedule }: ParamState, rateScale: number): Hyper {
  const now = scheduledHyper(rule, hyper, schedule?.point);
  return rateScale === 1 ? now : { ...now, [rule.rate]: Number(now[rule.rate]) * rateScale };
}

/** The numbers of the next step in float64, and the arguments it uses. */
export function prepared(
  state: ParamState,
  rateScale: number,
): { step: number; hyper: Hyper; host: HostNumbers } {
  const step = state.step + 1;
  const hyper = movedHyper(state, rateScale);
  return { step, hyper, host: state.rule.host(hyper, step, state.host) };
}

/** Targets in batches, in the order in which the first of each comes. */
export function batches<T extends Target>(targets: readonly T[]): Batch<T>[] {
  return groups(targets).flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    if (others.length + 1 >= LEAST_MEMBERS) return [new Batch(first, others)];
    return [first, ...others].map((target) => new Batch(target));
  });
}

function groups<T extends Target>(targets: readonly T[]): T[][] {
  const out: T[][] = [];
  // By step and rate first: a thousand rates of a thousand parameters are not compared in pairs.
  const open = new Map<string, T[][]>();
  for (const target of targets) {
    const { rule, step, hyper } = target.state;
    const key = `${step} ${String(hyper[rule.rate])}`;
    const joins = mayJoin(target);
    const candidates = joins ? (open.get(key) ?? []) : [];
    const group = candidates.find(([first]) => first !== undefined && alike(first, target));
    if (group !== undefined) {
      group.push(target);
      continue;
    }
    const fresh = [target];
    out.push(fresh);
    if (joins) open.set(key, [...candidates, fresh]);
  }
  return out;
}

function togetherness({ state: { rule, hyper } }: Target): Together | undefined {
  return rule.together?.(hyper);
}

function mayJoin(target: Target): boolean {
  const { size } = target.variable;
  return size > 0 && size <= LARGEST_MEMBER && togetherness(target) !== undefined;
}

function alike(one: Target, other: Target): boolean {
  const [a, b] = [one.state, other.state];
  const sameSize = a.clip.clipNorm === Infinity || one.variable.size === other.variable.size;
  return (
    sameSize &&
    a.clip.clipNorm === b.clip.clipNorm &&
    a.rule === b.rule &&
    a.step === b.step &&
    a.clip.clipValue === b.clip.clipValue &&
    (togetherness(one) !== "rows" || rowLength(one.variable) === rowLength(other.variable)) &&
    same(a.host, b.host) &&
    same(a.hyper, b.hyper) &&
    same(a.schedule, b.schedule)
  );
}

function rowLength({ shape, size }: tf.Tensor): number {
  return size / (shape[0] ?? 1);
}

/** Whether two values are equal all through. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [entries, others] = [Object.entries(a), Object.entries(b)];
  const values = b as Record<string, unknown>;
  return entries.length === others.length && entries.every(([key, value]) => same(value, values[key]));
}

function mapped(slots: Slots, f: (x: tf.Tensor) => tf.Tensor): Slots {
  return Object.fromEntries(Object.entries(slots).map(([name, x]) => [name, f(x)]));
}
