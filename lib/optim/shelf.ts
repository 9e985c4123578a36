import * as tf from "@tensorflow/tfjs-core";
import type { Slots } from "./rule.ts";

/**
 * The slots of many small parameters that are optimised alike, laid end to end: one flat tensor for each slot.
 * It lives as long as the state of one of them refers to it.
 */
export class Shelf {
  /** Kept tensors, all of the same length. */
  readonly tensors: Slots;
  readonly length: number;
  #grad: tf.Tensor | undefined;
  #users: number;

  constructor(tensors: Slots, length: number, users: number, grad: tf.Tensor | undefined) {
    this.tensors = tensors;
    this.length = length;
    this.#grad = grad;
    this.#users = users;
  }

  /** The last gradients, flat. */
  get grad(): tf.Tensor | undefined {
    return this.#grad;
  }

  /** A step was taken that keeps none. */
  forgetGradient(): void {
    this.#grad?.dispose();
    this.#grad = undefined;
  }

  release(): void {
    this.#users--;
    if (this.#users > 0) return;
    tf.dispose(Object.values(this.tensors));
    this.forgetGradient();
  }
}

/** One parameter's stretch of a shelf. */
export interface ShelfPlace {
  readonly shelf: Shelf;
  readonly offset: number;
}

/** The slots of parameters in a row, end to end. Tensors of the scope that is open. */
export function gathered(
  members: readonly {
    readonly slots: Slots;
    readonly place: ShelfPlace | undefined;
    readonly size: number;
  }[],
): Slots {
  const whole = wholeShelf(members);
  if (whole !== undefined) return whole.tensors;
  const [first] = members;
  const names = Object.keys(first?.place?.shelf.tensors ?? first?.slots ?? {});
  return Object.fromEntries(
    names.map((name) => [
      name,
      tf.concat(
        members.map(({ slots, place, size }) => {
          const shelved = place?.shelf.tensors[name];
          if (place !== undefined && shelved !== undefined) return tf.slice(shelved, [place.offset], [size]);
          const own = slots[name];
          if (own === undefined) throw new Error(`optimizer slot "${name}" is missing`);
          return flat(own);
        }),
      ),
    ]),
  );
}

/** The shelf on which these and no others stand, in this order. */
function wholeShelf(
  members: readonly { readonly place: ShelfPlace | undefined; readonly size: number }[],
): Shelf | undefined {
  const shelf = members[0]?.place?.shelf;
  let offset = 0;
  for (const { place, size } of members) {
    if (place?.shelf !== shelf || place?.offset !== offset) return undefined;
    offset += size;
  }
  return offset === shelf?.length ? shelf : undefined;
}

/**
 * Where parameters in a row stand on a shelf of these slots: the one they are on already, if it is that.
 * @param sameStep whether they are those of the same step as before, told by another: its gradient is theirs
 */
export function placesOn(
  members: readonly {
    readonly variable: tf.Variable;
    readonly state: { readonly place: ShelfPlace | undefined };
  }[],
  slots: Slots,
  sameStep: boolean,
): ShelfPlace[] {
  const rows = members.map(({ variable, state: { place } }) => ({ place, size: variable.size }));
  const holds = (shelf: Shelf | undefined): boolean =>
    shelf !== undefined && Object.entries(slots).every(([name, x]) => shelf.tensors[name] === x);
  const known = wholeShelf(rows);
  const own = (): Shelf => {
    const taken = rows.some(({ place }) => holds(place?.shelf));
    const length = rows.reduce((sum, { size }) => sum + size, 0);
    const users = members.filter(({ variable }) => !variable.isDisposed).length;
    const grad = sameStep && known?.grad !== undefined ? tf.keep(tf.clone(known.grad)) : undefined;
    return new Shelf(taken ? copied(slots) : slots, length, users, grad);
  };
  if (!sameStep) known?.forgetGradient();
  const shelf = known !== undefined && holds(known) ? known : own();
  let offset = 0;
  return rows.map(({ size }) => {
    const place = { shelf, offset };
    offset += size;
    return place;
  });
}

/** Tensors of its own, where another shelf frees those. */
function copied(slots: Slots): Slots {
  return Object.fromEntries(Object.entries(slots).map(([name, x]) => [name, tf.keep(tf.clone(x))]));
}

/** With one axis. */
export function flat(x: tf.Tensor): tf.Tensor {
  return x.rank === 1 ? x : tf.reshape(x, [-1]);
}
