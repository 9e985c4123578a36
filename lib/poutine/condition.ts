/** `condition` turns sample sites into observed ones. */
import { type Numeric, toTensor } from "../tensor/index.ts";
import type { Table } from "./lookup.ts";
import type { Message } from "./message.ts";
import { optionOr, type Program } from "./poutine.ts";
import { TablePoutine } from "./table-poutine.ts";

export interface DataOptions {
  /** Values by site: a function of the site, an object or Map by name, or a trace. */
  data: Table<Numeric>;
}

export class ConditionPoutine<A extends unknown[] = unknown[], R = unknown> extends TablePoutine<
  Numeric,
  A,
  R
> {
  readonly data: Table<Numeric>;

  constructor(fn: Program<A, R> | null, data: Table<Numeric> | DataOptions) {
    const table = optionOr<"data", Table<Numeric>>(data as DataOptions, "data");
    super(fn, "condition", table);
    this.data = table;
  }

  override processMessage(msg: Message): undefined {
    this.meet(msg.name);
    if (msg.type !== "sample" || msg.isSubsample) return;
    const value = this.answer(msg);
    if (value === undefined) return;
    msg.value = toTensor(value);
    msg.isObserved = true;
    msg.done = true;
  }
}

/** Conditions a program on data: `condition(model, { data: { z: 1 } })`. */
export function condition<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: Table<Numeric> | DataOptions,
): ConditionPoutine<A, R> {
  return new ConditionPoutine(fn, options);
}
