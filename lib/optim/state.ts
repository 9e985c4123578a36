import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import type { ClipArgs } from "./clip.ts";
import type { Hyper } from "./hyper.ts";
import { checkedHyper, type Recipe, scheduledHyper } from "./recipe.ts";
import type { HostNumbers, OptimizerRule, Slots } from "./rule.ts";
import type { Schedule, SchedulePoint } from "./schedules/schedule.ts";
import type { ShelfPlace } from "./shelf.ts";

/** What an optimizer keeps for one parameter. Immutable: a step makes the next one. */
export interface ParamState {
  /** Which incarnation of the parameter this belongs to: one created again under the same name differs. */
  readonly life: number;
  readonly rule: OptimizerRule;
  /** Steps taken. */
  readonly step: number;
  /** As given; `schedule` says how far they have moved. */
  readonly hyper: Hyper;
  readonly schedule: ScheduleState | undefined;
  readonly clip: Required<ClipArgs>;
  readonly host: HostNumbers;
  /** Kept tensors, owned by this state; none where they stand on a shelf. */
  readonly slots: Slots;
  /** The gradient of the last step, before it was clipped; for the display, so it is not saved. */
  readonly grad: tf.Tensor | undefined;
  readonly place: ShelfPlace | undefined;
}

/** Where a parameter is in its schedule. */
export interface ScheduleState {
  readonly of: Schedule;
  readonly epoch: number;
  readonly point: SchedulePoint;
}

/** A tensor as plain data. */
export interface PlainTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** One parameter's optimizer state as plain data that outlives tensors and can be saved. */
export interface ParamStateSnapshot {
  readonly optimizer: string;
  readonly step: number;
  readonly hyper: Hyper;
  readonly host: HostNumbers;
  readonly slots: { readonly [slot: string]: PlainTensor };
  /** Where it is in its schedule, if it has one. */
  readonly schedule?: { readonly name: string; readonly epoch: number; readonly point: SchedulePoint };
}

/** The state of a whole optimizer, by parameter name. */
export type OptimState = { readonly [param: string]: ParamStateSnapshot };

/**
 * @param shape the parameter's
 * @param read a tensor's values, not to be changed
 */
export function snapshotOf(
  state: ParamState,
  shape: readonly number[],
  read: (tensor: tf.Tensor) => Float32Array,
): ParamStateSnapshot {
  const { rule, schedule } = state;
  const slots: Record<string, PlainTensor> = {};
  for (const [name, tensor] of Object.entries(state.slots)) {
    slots[name] = { shape: [...tensor.shape], values: read(tensor).slice() };
  }
  const { place } = state;
  if (place !== undefined) {
    const size = shape.reduce((a, b) => a * b, 1);
    for (const [name, tensor] of Object.entries(place.shelf.tensors)) {
      const values = read(tensor).slice(place.offset, place.offset + size);
      slots[name] = { shape: [...shape], values };
    }
  }
  return {
    optimizer: rule.name,
    step: state.step,
    hyper: { ...state.hyper },
    host: { ...state.host },
    slots,
    ...(schedule === undefined
      ? {}
      : { schedule: { name: schedule.of.rule.name, epoch: schedule.epoch, point: { ...schedule.point } } }),
  };
}

/**
 * Check a snapshot that came from outside and copy it.
 * @throws where it is another optimizer's, is damaged, or has arguments that this optimizer refuses
 */
export function readSnapshot(recipe: Recipe, name: string, given: unknown): ParamStateSnapshot {
  const { rule } = recipe;
  const refuse = (expected: string, got: string) =>
    pyroError({
      what: "This is not a state of this optimizer; nothing was changed",
      where: `parameter "${name}" of the state for ${rule.name}`,
      expected,
      got,
    });
  if (!isRecord(given)) throw refuse("an object { optimizer, step, hyper, host, slots }", String(given));
  if (given.optimizer !== rule.name)
    throw refuse(`optimizer: "${rule.name}"`, JSON.stringify(given.optimizer));
  const { step, hyper, host, slots, schedule } = given;
  if (typeof step !== "number" || !Number.isSafeInteger(step) || step < 0) {
    throw refuse("step: a whole number >= 0", String(step));
  }
  if (!isRecord(hyper) || !isRecord(host) || !isRecord(slots)) {
    throw refuse("hyper, host and slots: objects", Object.keys(given).join(", "));
  }
  const numbersOf = (record: Record<string, unknown>, where: string): Record<string, number> => {
    const bad = Object.entries(record).find(([, value]) => typeof value !== "number");
    if (bad !== undefined) throw refuse(`${where}.${bad[0]}: a number`, String(bad[1]));
    return { ...record } as Record<string, number>;
  };
  const numbers = numbersOf(host, "host");
  const wanted = recipe.schedule?.rule.name;
  if (wanted === undefined && schedule !== undefined) throw refuse("no schedule", "the state of a scheduler");
  if (wanted !== undefined && (!isRecord(schedule) || schedule.name !== wanted)) {
    throw refuse(
      `the state of ${wanted}`,
      isRecord(schedule) ? `that of ${String(schedule.name)}` : "no schedule",
    );
  }
  const reached = isRecord(schedule) ? readPoint(schedule) : undefined;
  if (wanted !== undefined && reached === undefined) {
    throw refuse("schedule: { name, epoch, point: { lr } }", JSON.stringify(schedule));
  }
  const tensors: Record<string, PlainTensor> = {};
  for (const [key, value] of Object.entries(slots)) {
    if (!isRecord(value) || !isShape(value.shape) || !(value.values instanceof Float32Array)) {
      throw refuse(`slots.${key}: { shape, values: Float32Array }`, String(value));
    }
    const size = value.shape.reduce((a, b) => a * b, 1);
    if (size !== value.values.length) {
      throw refuse(
        `slots.${key}: ${size} values for shape [${value.shape.join(", ")}]`,
        `${value.values.length} values`,
      );
    }
    tensors[key] = { shape: [...value.shape], values: value.values.slice() };
  }
  const checked = checkedHyper(rule, hyper, `state of parameter "${name}"`);
  return {
    optimizer: rule.name,
    step,
    hyper: checked,
    host: numbers,
    slots: tensors,
    ...(wanted === undefined || reached === undefined ? {} : { schedule: { name: wanted, ...reached } }),
  };
}

function readPoint(schedule: Record<string, unknown>): { epoch: number; point: SchedulePoint } | undefined {
  const { epoch, point } = schedule;
  if (typeof epoch !== "number" || !Number.isSafeInteger(epoch) || epoch < 0) return undefined;
  if (!isRecord(point) || typeof point.lr !== "number") return undefined;
  if (Object.values(point).some((value) => typeof value !== "number")) return undefined;
  return { epoch, point: { ...point } as { [own: string]: number; lr: number } };
}

/**
 * The state that a snapshot describes, for a parameter that exists. Its tensors are kept.
 * @throws where the slots do not fit the parameter, naming both shapes
 */
export function restoreState(
  recipe: Recipe,
  name: string,
  target: { value: tf.Tensor; life: number; clip: Required<ClipArgs> },
  snapshot: ParamStateSnapshot,
): ParamState {
  const { rule } = recipe;
  const hyper = scheduledHyper(rule, snapshot.hyper, snapshot.schedule?.point);
  const wanted = tf.tidy(() =>
    Object.fromEntries(Object.entries(rule.slots(target.value, hyper)).map(([key, t]) => [key, t.shape])),
  );
  for (const [key, shape] of Object.entries(wanted)) {
    const found = snapshot.slots[key]?.shape;
    if (found === undefined || found.length !== shape.length || found.some((n, i) => n !== shape[i])) {
      throw pyroError({
        what: "The optimizer state does not fit the parameter; nothing was changed",
        where: `parameter "${name}", slot ${key} of ${rule.name}`,
        expected: `shape [${shape.join(", ")}]`,
        got: found === undefined ? "no such slot" : `shape [${found.join(", ")}]`,
        try: "load the state that was saved together with these parameters, or start with a fresh optimizer",
      });
    }
  }
  const slots: Record<string, tf.Tensor> = {};
  for (const key of Object.keys(wanted)) {
    const plain = snapshot.slots[key];
    if (plain !== undefined) slots[key] = tf.keep(tf.tensor(plain.values.slice(), [...plain.shape]));
  }
  const { life, clip } = target;
  const schedule =
    recipe.schedule === undefined || snapshot.schedule === undefined
      ? undefined
      : { of: recipe.schedule, epoch: snapshot.schedule.epoch, point: snapshot.schedule.point };
  return {
    life,
    rule,
    step: snapshot.step,
    hyper: snapshot.hyper,
    schedule,
    clip,
    host: snapshot.host,
    slots,
    grad: undefined,
    place: undefined,
  };
}

/** Free what a state owns, but for what another one owns as well. */
export function releaseState(state: ParamState, except?: ParamState): void {
  if (state.place !== undefined) state.place.shelf.release();
  const spared = new Set(Object.values(except?.slots ?? {}));
  for (const tensor of Object.values(state.slots)) if (!spared.has(tensor)) tensor.dispose();
  if (state.grad !== except?.grad) state.grad?.dispose();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
