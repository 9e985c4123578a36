/** `substitute` gives sample sites and parameters fixed values; unlike `condition`, sample sites stay latent. */
import { type Numeric, toTensor } from "../tensor/index.ts";
import type { DataOptions } from "./condition.ts";
import type { Table } from "./lookup.ts";
import type { Message } from "./message.ts";
import { optionOr, type Program } from "./poutine.ts";
import { TablePoutine } from "./table-poutine.ts";

export class SubstitutePoutine<A extends unknown[] = unknown[], R = unknown> extends TablePoutine<
  Numeric,
  A,
  R
> {
  readonly data: Table<Numeric>;

  constructor(fn: Program<A, R> | null, data: Table<Numeric> | DataOptions) {
    const table = optionOr<"data", Table<Numeric>>(data as DataOptions, "data");
    super(fn, "substitute", table);
    this.data = table;
  }

  override processMessage(msg: Message): undefined {
    this.meet(msg.name);
    if (msg.done || msg.isObserved) return;
    const value = this.answer(msg);
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
