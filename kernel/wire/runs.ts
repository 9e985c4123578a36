import type { Origin } from "./framing.ts";

const remembered = 5000;

/** The requests that main knows by number: outputs, also late ones, find their parent header here. */
export class Runs {
  readonly #requests = new Map<number, Origin>();
  #count = 0;
  #latest: Origin | undefined;

  add({ idents, rawHeader, header }: Origin): number {
    const run = ++this.#count;
    // Not what it carries: thousands of them are remembered.
    const origin = { idents, rawHeader, header };
    this.#requests.set(run, origin);
    this.#latest = origin;
    if (run > remembered) this.#requests.delete(run - remembered);
    return run;
  }

  get(run: number): Origin | undefined {
    return this.#requests.get(run);
  }

  /** Output of nobody in particular belongs to the latest request. */
  parent(run: number): Buffer | undefined {
    return (this.#requests.get(run) ?? this.#latest)?.rawHeader;
  }
}
