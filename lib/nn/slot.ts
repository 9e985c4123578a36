/**
 * Where a network reads a weight: a field of an object. Made a slot, the field gives out its own variable as before,
 * until something else stands in for it: for as long as a function runs, or for as long as a parameter of the store
 * lives. That works for any class, private members and classes of other libraries included, since no method is
 * changed and no object copied.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { restoring } from "../restoring.ts";

/** What to read in place of the variable; undefined where it has gone. */
export type Reader = () => tf.Tensor | undefined;

export class Slot {
  /** The network's own variable. */
  own: tf.Variable;
  /** Stands in whenever it has a value: the parameter that the weight is registered as. */
  standIn: Reader | undefined;
  /** Goes before everything, while a function runs. */
  private current: Reader | undefined;

  constructor(own: tf.Variable) {
    this.own = own;
  }

  get value(): tf.Tensor {
    return this.current?.() ?? this.standIn?.() ?? this.own;
  }

  /** Forgets what stands in: the variable speaks for itself. */
  release(): void {
    this.standIn = undefined;
    this.current = undefined;
  }

  /** Runs `f` while the slots read something else. */
  static during<T>(readers: ReadonlyMap<Slot, Reader>, f: () => T): T {
    const before: [Slot, Reader | undefined][] = [];
    for (const [slot, reader] of readers) {
      before.push([slot, slot.current]);
      slot.current = reader;
    }
    const restore = () => {
      for (const [slot, reader] of before) slot.current = reader;
    };
    return restoring(restore, f);
  }
}

const slots = new WeakMap<object, Map<string, Slot>>();

/** Makes a field a slot; the same one each time. */
export function slotOf(holder: object, key: string, variable: tf.Variable): Slot {
  const own = slots.get(holder) ?? slotsFor(holder);
  const known = own.get(key);
  if (known !== undefined) return known;
  const slot = new Slot(variable);
  own.set(key, slot);
  Object.defineProperty(holder, key, {
    configurable: true,
    enumerable: true,
    get: () => slot.value,
    set: (value: tf.Variable) => {
      slot.release();
      slot.own = value;
    },
  });
  return slot;
}

/** What a network disposes is its own: the parameters that stand in for it belong to the store. */
function slotsFor(holder: object): Map<string, Slot> {
  const own = new Map<string, Slot>();
  slots.set(holder, own);
  const { dispose } = holder as { dispose?: unknown };
  if (typeof dispose !== "function") return own;
  const value = (...args: unknown[]): unknown => {
    for (const slot of own.values()) slot.release();
    return Reflect.apply(dispose, holder, args);
  };
  Object.defineProperty(holder, "dispose", { configurable: true, writable: true, value });
  return own;
}
