/** `condition` turns sample sites into observed ones. */
import { type Numeric, toTensor } from "../tensor/index.ts";
import { lookup, type Table } from "./lookup.ts";
import type { Message } from "./message.ts";
import { optionOr, Poutine, type Program } from "./poutine.ts";
import { UnmetNames } from "./unmet-names.ts";

export interface DataOptions {
  /** Values by site: a function of the site, an object or Map by name, or a trace. */
  data: Table<Numeric>;
}

export class ConditionPoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly data: Table<Numeric>;
  readonly #names: UnmetNames;

  constructor(fn: Program<A, R> | null, data: Table<Numeric> | DataOptions) {
    super(fn);
    this.data = optionOr<"data", Table<Numeric>>(data as DataOptions, "data");
    this.#names = new UnmetNames("condition", this.data);
  }

  override run<T>(body: () => T): T {
    const result = super.run(body);
    this.#names.ended();
    return result;
  }

  override processMessage(msg: Message): undefined {
    this.#names.meet(msg.name);
    if (msg.type !== "sample" || msg.isSubsample) return;
    const value = lookup(this.data)(msg);
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
