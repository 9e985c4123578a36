import { setImmediate as turn } from "node:timers/promises";
import { collectGarbage } from "../execute/collect.ts";
import { MemoryLimitError } from "../execute/memory-limit.ts";
import { Memory, type Shared } from "../wire/shared.ts";
import type { LibraryLoader } from "./library.ts";

/** Of the limit: above it, what cells let go of is freed at once. */
const tight = 0.8;

/** Gives memory back while it is short: V8 would take its time, and the next cell would pay for it. */
export class MemoryRelief {
  readonly #limits: Shared["memory"];
  readonly #library: LibraryLoader;
  #short = false;

  constructor({ memory }: Shared, library: LibraryLoader) {
    this.#limits = memory;
    this.#library = library;
  }

  /** A cell is through, with an error or without. */
  async afterCell(error: unknown): Promise<void> {
    this.#short ||= error instanceof MemoryLimitError;
    if (!this.#short) return;
    this.collect();
    // Small tensors are freed between turns.
    await turn();
    if (this.#isTight()) this.collect();
    this.#short = this.#isTight();
  }

  #isTight(): boolean {
    return process.memoryUsage.rss() > tight * (this.#limits[Memory.limit] ?? 0);
  }

  collect(): void {
    this.#library.loaded?.collect();
    collectGarbage();
  }
}
