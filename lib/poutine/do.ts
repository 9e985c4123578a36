/**
 * `doIntervene` sets sites to values and cuts them off from what comes before: an intervened site is no longer random,
 * so it has no density and the handlers outside do not see it.
 */
import { type Numeric, toTensor } from "../tensor/index.ts";
import type { DataOptions } from "./condition.ts";
import { lookup, type Table } from "./lookup.ts";
import type { Message } from "./message.ts";
import { optionOr, Poutine, type Program } from "./poutine.ts";
import { UnmetNames } from "./unmet-names.ts";

export class DoPoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly data: Table<Numeric>;
  readonly #names: UnmetNames;

  constructor(fn: Program<A, R> | null, data: Table<Numeric> | DataOptions) {
    super(fn);
    this.data = optionOr<"data", Table<Numeric>>(data as DataOptions, "data");
    this.#names = new UnmetNames("doIntervene", this.data);
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
