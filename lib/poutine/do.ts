/**
 * `doIntervene` sets sites to values and cuts them off from what comes before: an intervened site is no longer random,
 * so it has no density and the handlers outside do not see it.
 */
import { type Numeric, toTensor } from "../tensor/index.ts";
import type { DataOptions } from "./condition.ts";
import type { Table } from "./lookup.ts";
import type { Message } from "./message.ts";
import { optionOr, type Program } from "./poutine.ts";
import { TablePoutine } from "./table-poutine.ts";

export class DoPoutine<A extends unknown[] = unknown[], R = unknown> extends TablePoutine<Numeric, A, R> {
  readonly data: Table<Numeric>;

  constructor(fn: Program<A, R> | null, data: Table<Numeric> | DataOptions) {
    const table = optionOr<"data", Table<Numeric>>(data as DataOptions, "data");
    super(fn, "doIntervene", table);
    this.data = table;
  }

  override processMessage(msg: Message): undefined {
    this.meet(msg.name);
    if (msg.type !== "sample" || msg.isSubsample) return;
    const value = this.answer(msg);
    if (value === undefined) return;
    msg.value = toTensor(value);
    msg.done = true;
    msg.stop = true;
  }
}

/** Intervenes in a program: `doIntervene(model, { data: { treatment: 1 } })`. */
export function doIntervene<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: Table<Numeric> | DataOptions,
): DoPoutine<A, R> {
  return new DoPoutine(fn, options);
}
