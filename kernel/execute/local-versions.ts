import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** When a file was last written; undefined where there is none. */
export type ModifiedAt = (path: string) => number | undefined;

interface Known {
  modified: number;
  version: number;
  /** What it has imported, each in which version. */
  imports: Map<string, number>;
}

/**
 * Local modules as they are edited. V8 keeps a module for ever, so one that has changed, or that imports one that has,
 * is loaded under another URL.
 */
export class LocalVersions {
  readonly #known = new Map<string, Known>();
  readonly #modifiedAt: ModifiedAt;

  constructor(modifiedAt: ModifiedAt) {
    this.#modifiedAt = modifiedAt;
  }

  /** The URL under which `url` is to be loaded now, asked for by `parent`. */
  current(url: string, parent: string | undefined): string {
    const modified = this.#modifiedAt(fileURLToPath(url));
    if (modified === undefined) return url;
    const known = this.#known.get(url);
    if (known === undefined) this.#known.set(url, { modified, version: 0, imports: new Map() });
    else if (this.#isStale(url, new Set())) {
      known.version++;
      known.modified = modified;
      known.imports = new Map();
      // CommonJS is kept by its path, whatever the URL says.
      delete createRequire(import.meta.url).cache[fileURLToPath(url)];
    }
    const { version } = this.#known.get(url) ?? { version: 0 };
    if (parent !== undefined) this.#known.get(bare(parent))?.imports.set(url, version);
    return version === 0 ? url : `${url}?changed=${version}`;
  }

  #isStale(url: string, seen: Set<string>): boolean {
    const known = this.#known.get(url);
    if (known === undefined || seen.has(url)) return false;
    seen.add(url);
    const modified = this.#modifiedAt(fileURLToPath(url));
    if (modified !== undefined && modified !== known.modified) return true;
    for (const [imported, version] of known.imports) {
      if (this.#known.get(imported)?.version !== version || this.#isStale(imported, seen)) return true;
    }
    return false;
  }
}

const bare = (url: string) => url.split("?")[0] ?? url;
