/** `substitute` gives sample sites and parameters fixed values; unlike `condition`, sample sites stay latent. */
import { type Numeric, toTensor } from "../tensor/index.ts";
import type { DataOptions } from "./condition.ts";
import { lookup, type Table } from "./lookup.ts";
import type { Message } from "./message.ts";
import { optionOr, Poutine, type Program } from "./poutine.ts";
import { UnmetNames } from "./unmet-names.ts";

export class SubstitutePoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly data: Table<Numeric>;
  readonly #names: UnmetNames;

  constructor(fn: Program<A, R> | null, data: Table<Numeric> | DataOptions) {
    super(fn);
    this.data = optionOr<"data", Table<Numeric>>(data as DataOptions, "data");
    this.#names = new UnmetNames("substitute", this.data);
  }

  override run<T>(body: () => T): T {
    const result = super.run(body);
    this.#names.ended();
    return result;
  }

  override processMessage(msg: Message): undefined {
    this.#names.meet(msg.name);
    if (msg.done || msg.isObserved) return;
    const value = lookup(this.data)(msg);
    if (value === undefined) return;
    msg.value = toTensor(value);
    msg.done = true;
  }
}

/** Fixes values without observing them: `substitute(model, { data: { loc: 0, z: 1 } })`. */
export function substitute<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: Table<Numeric> | DataOptions,
): SubstitutePoutine<A, R> {
  return new SubstitutePoutine(fn, options);
}
