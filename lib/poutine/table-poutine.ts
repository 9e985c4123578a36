import { lookup, type Table } from "./lookup.ts";
import type { Site } from "./message.ts";
import { Poutine, type Program } from "./poutine.ts";
import { UnmetNames } from "./unmet-names.ts";

/** A handler that a table tells by name what to do at a site. Names that no site has are told of. */
export abstract class TablePoutine<T, A extends unknown[], R> extends Poutine<A, R> {
  readonly #names: UnmetNames;
  readonly #answer: (site: Site) => T | undefined;

  /** @param handler as its user calls it */
  constructor(fn: Program<A, R> | null, handler: string, table: Table<T>) {
    super(fn);
    this.#names = new UnmetNames(handler, table);
    this.#answer = lookup(table);
  }

  override run<B>(body: () => B): B {
    const result = super.run(body);
    this.#names.ended();
    return result;
  }

  /** To be called for each site, also for those that the handler leaves alone. */
  protected meet(name: string): void {
    this.#names.meet(name);
  }

  /** What the table says of a site; undefined where it says nothing. */
  protected answer(site: Site): T | undefined {
    return this.#answer(site);
  }
}
