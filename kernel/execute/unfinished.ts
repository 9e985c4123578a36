import { createRequire, type ResolveFnOutput } from "node:module";

/**
 * Modules whose loading V8 may have ended half-way. Such a module stays as it is for ever: an import of it never
 * settles, and `require` gives what little of it there is. So the next import takes the same file as another module.
 */
export class Unfinished {
  readonly #loading = new Set<string>();
  readonly #again = new Map<string, number>();
  #imports = 0;
  #spell = 0;

  /** An import of a cell's; what is loaded meanwhile is its. */
  async during<T>(load: () => Promise<T>): Promise<T> {
    const spell = this.#spell;
    this.#imports++;
    try {
      return await load();
    } finally {
      if (spell === this.#spell && --this.#imports === 0) this.#loading.clear();
    }
  }

  begun(url: string): void {
    if (this.#imports > 0 && !url.startsWith("node:")) this.#loading.add(bare(url));
  }

  interrupted(): void {
    for (const url of this.#loading) this.#again.set(url, (this.#again.get(url) ?? 0) + 1);
    this.#loading.clear();
    this.#imports = 0;
    this.#spell++;
    const { cache } = createRequire(import.meta.url);
    for (const [name, module] of Object.entries(cache)) if (module?.loaded === false) delete cache[name];
  }

  fresh(result: ResolveFnOutput): ResolveFnOutput {
    const again = this.#again.size === 0 ? undefined : this.#again.get(bare(result.url));
    if (again === undefined) return result;
    return { ...result, url: `${result.url}${result.url.includes("?") ? "&" : "?"}again=${again}` };
  }
}

function bare(url: string): string {
  return url.replace(/[?&]again=\d+$/, "");
}
