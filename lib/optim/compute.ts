import * as tf from "@tensorflow/tfjs-core";
import { scoped } from "../infer/gradients.ts";
import { clipGradient } from "./clip.ts";
import type { Hyper } from "./hyper.ts";
import type { PlannedParam } from "./plan.ts";
import { scheduledHyper } from "./recipe.ts";
import type { OptimizerRule } from "./rule.ts";
import { flat, gathered, Shelf } from "./shelf.ts";
import type { ParamState } from "./state.ts";

/** What a step needs of one parameter. */
export interface Target {
  readonly name: string;
  readonly variable: tf.Variable;
  readonly state: ParamState;
  readonly grad: tf.Tensor;
}

/** Fewer parameters than this are not worth being laid end to end, nor are larger ones. */
const LEAST_MEMBERS = 4;
const LARGEST_MEMBER = 4096;

/**
 * Compute the step of every target into `planned`, those of small parameters that are optimised alike as one:
 * a thousand parameters of ten elements then cost little more than one of ten thousand.
 */
export function planTargets(targets: readonly Target[], rateScale: number, planned: PlannedParam[]): void {
  for (const alike of groups(targets)) {
    if (alike.length >= LEAST_MEMBERS) planned.push(...planTogether(alike, rateScale));
    else for (const target of alike) planned.push(planAlone(target, rateScale));
  }
}

function groups(targets: readonly Target[]): Target[][] {
  const out: Target[][] = [];
  // By step and rate first: a thousand rates of a thousand parameters are not compared in pairs.
  const open = new Map<string, Target[][]>();
  for (const target of targets) {
    const { rule, step, hyper } = target.state;
    const key = `${step} ${String(hyper[rule.rate])}`;
    const candidates = mayJoin(target) ? (open.get(key) ?? []) : [];
    const group = candidates.find(([first]) => first !== undefined && alike(first, target));
    if (group !== undefined) {
      group.push(target);
      continue;
    }
    const fresh = [target];
    out.push(fresh);
    if (mayJoin(target)) open.set(key, [...candidates, fresh]);
  }
  return out;
}

function mayJoin({ variable, state }: Target): boolean {
  return state.rule.elementwise === true && variable.size > 0 && variable.size <= LARGEST_MEMBER;
}

function alike(one: Target, other: Target): boolean {
  const [a, b] = [one.state, other.state];
  // A limit on the norm is one of a single parameter: those of one size are the rows of a matrix.
  const mayMix = a.clip.clipNorm === Infinity || one.variable.size === other.variable.size;
  return (
    mayMix &&
    a.clip.clipNorm === b.clip.clipNorm &&
    a.rule === b.rule &&
    a.step === b.step &&
    a.clip.clipValue === b.clip.clipValue &&
    same(a.host, b.host) &&
    same(a.hyper, b.hyper) &&
    same(a.schedule?.point, b.schedule?.point)
  );
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [entries, others] = [Object.entries(a), Object.entries(b)];
  const values = b as Record<string, unknown>;
  return entries.length === others.length && entries.every(([key, value]) => same(value, values[key]));
}

/** The numbers of the next step, and the arguments it uses. */
function prepared(state: ParamState, rateScale: number) {
  const { rule } = state;
  const step = state.step + 1;
  const hyper = scheduledHyper(rule, state.hyper, state.schedule?.point);
  return { rule, step, hyper, host: rule.host(scaledRate(rule, hyper, rateScale), step, state.host) };
}

function scaledRate(rule: OptimizerRule, hyper: Hyper, scale: number): Hyper {
  return scale === 1 ? hyper : { ...hyper, [rule.rate]: Number(hyper[rule.rate]) * scale };
}

function planAlone({ name, variable, state, grad }: Target, rateScale: number): PlannedParam {
  const { rule, step, hyper, host } = prepared(state, rateScale);
  return scoped(() => {
    const { place } = state;
    const slots =
      place === undefined ? state.slots : unshelved(gathered([{ ...state, size: variable.size }]), variable);
    const clipped = clipGradient(grad, state.clip);
    const result = rule.update({ value: variable, grad: clipped, slots, hyper, scalars: host });
    for (const tensor of Object.values(result.slots)) tf.keep(tensor);
    const after = { ...state, step, host, slots: result.slots, place: undefined };
    return { name, variable, value: tf.keep(result.value), before: state, after };
  });
}

function unshelved(slots: Record<string, tf.Tensor>, { shape }: tf.Tensor): Record<string, tf.Tensor> {
  // Always tensors of its own: those on the shelf are freed with it.
  return Object.fromEntries(Object.entries(slots).map(([name, x]) => [name, tf.reshape(x, shape)]));
}

function clippedTogether(members: readonly Target[], { state, variable }: Target): tf.Tensor {
  const grads = tf.concat(members.map(({ grad }) => flat(grad)));
  if (state.clip.clipNorm === Infinity) return clipGradient(grads, state.clip);
  return flat(clipGradient(tf.reshape(grads, [-1, variable.size]), state.clip, 1));
}

function planTogether(members: readonly Target[], rateScale: number): PlannedParam[] {
  const [first] = members;
  if (first === undefined) return [];
  const { rule, step, hyper, host } = prepared(first.state, rateScale);
  return scoped(() => {
    const sizes = members.map(({ variable }) => variable.size);
    const slots = gathered(members.map(({ state, variable }) => ({ ...state, size: variable.size })));
    const result = rule.update({
      value: tf.concat(members.map(({ variable }) => flat(variable))),
      grad: clippedTogether(members, first),
      slots,
      hyper,
      scalars: host,
    });
    // A slot that the rule handed back is the old shelf's: the new one needs its own.
    const kept = Object.fromEntries(
      Object.entries(result.slots).map(([name, x]) => [name, tf.keep(x === slots[name] ? tf.clone(x) : x)]),
    );
    const values = tf.split(result.value, sizes);
    const shelf = new Shelf(kept, result.value.size, members.length);
    let offset = 0;
    return members.map(({ name, variable, state }, i) => {
      const place = { shelf, offset };
      offset += variable.size;
      const value = values[i];
      if (value === undefined) throw new Error("a parameter's value is missing");
      // With the arguments of the first, which are equal: equal objects are quick to compare next time.
      const after = { ...state, hyper: first.state.hyper, step, host, slots: {}, place };
      const shaped = variable.rank === 1 ? value : tf.reshape(value, variable.shape);
      return { name, variable, value: tf.keep(shaped), before: state, after };
    });
  });
}
