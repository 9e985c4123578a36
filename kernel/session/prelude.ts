import { isGlobal } from "../execute/names.ts";
import type { Prelude } from "../execute/runner.ts";
import { LIBRARY_NAME } from "../language/prelude-names.ts";
import type { LibraryLoader } from "./library.ts";
import { loadPlot } from "./plot.ts";

type Names = Record<string, unknown>;

export interface PreludeParts {
  library: LibraryLoader;
  /** `display` and its like, and `require`. */
  helpers: Readonly<Names>;
  complain(message: string): void;
  undisturbed<T>(work: () => Promise<T>): Promise<T>;
}

/** The names of a fresh notebook. Nothing is loaded before a cell names something that only it can have. */
export class NotebookPrelude implements Prelude {
  readonly #parts: PreludeParts;
  readonly #lazy: Record<string, () => Promise<unknown>> = {
    Plot: loadPlot,
    math: () => import("mathjs"),
  };

  constructor(parts: PreludeParts) {
    this.#parts = parts;
  }

  lookUp(names: readonly string[]): Promise<Names> | Names {
    const { helpers } = this.#parts;
    const [found, others]: [Names, string[]] = [{}, []];
    for (const name of names) {
      if (Object.hasOwn(helpers, name)) found[name] = helpers[name];
      else if (!isGlobal(name) && name !== "arguments" && name !== "invalidation") others.push(name);
    }
    return others.length === 0 ? found : this.#load(others, found);
  }

  async #load(names: readonly string[], found: Names): Promise<Names> {
    const fromLibrary: string[] = [];
    for (const name of names) {
      const load = Object.hasOwn(this.#lazy, name) ? this.#lazy[name] : undefined;
      if (load === undefined) fromLibrary.push(name);
      else found[name] = await this.#parts.undisturbed(load);
    }
    if (fromLibrary.length === 0) return found;
    try {
      const { names: exported, pyro, widgets } = await this.#parts.library.load();
      const more: Names = { [LIBRARY_NAME]: pyro, widgets };
      for (const name of fromLibrary) {
        if (Object.hasOwn(more, name)) found[name] = more[name];
        else if (Object.hasOwn(exported, name)) found[name] = exported[name];
      }
    } catch (error) {
      // The cell may mean something else: what it lacks, it will say.
      this.#parts.complain(
        `tspyro could not be loaded: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    return found;
  }
}
