/**
 * A handler that is told about sites by name does nothing where no site has that name. Mistyped names are common, and
 * silence hides them; but a name may also be another program's, or of a branch that was not taken. So it is a notice,
 * after the first run.
 */
import { nearest } from "../nearest.ts";
import { notice } from "../notice.ts";
import type { Table } from "./lookup.ts";
import { Trace } from "./trace-struct.ts";

/** A loop that makes its handlers anew says it once; a cell that is run again says it again. Milliseconds. */
const pause = 2000;
const said = new Map<string, number>();

export class UnmetNames {
  readonly #handler: string;
  readonly #unmet: Set<string>;
  readonly #met = new Set<string>();
  #open: boolean;

  /** @param table a function may answer for any name, and a trace is of a program that may have had more sites */
  constructor(handler: string, table: Table<unknown>) {
    this.#handler = handler;
    this.#unmet = new Set(namesOf(table));
    this.#open = this.#unmet.size > 0;
  }

  meet(name: string): void {
    if (!this.#open) return;
    this.#unmet.delete(name);
    this.#met.add(name);
  }

  /** The program ran to its end. */
  ended(): void {
    if (!this.#open || this.#met.size === 0) return;
    this.#open = false;
    for (const name of this.#unmet) this.#tell(name);
  }

  #tell(name: string): void {
    const meant = nearest(name, this.#met);
    const has = [...this.#met].map((one) => `"${one}"`).join(", ");
    const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
    const text = `${this.#handler} names the site "${name}", but the program ran without one, so nothing was done there.${hint} Its sites: ${has}.`;
    const now = performance.now();
    const last = said.get(text);
    said.set(text, now);
    if (last === undefined || now - last > pause) notice(text);
  }
}

function namesOf(table: Table<unknown>): Iterable<string> {
  if (typeof table === "function" || table instanceof Trace) return [];
  if (table instanceof Map) return table.keys();
  return Object.entries(table ?? {}).flatMap(([name, answer]) => (answer === undefined ? [] : [name]));
}
