import type { Received } from "./framing.ts";

const remembered = 5000;

/** The requests that main knows by number: outputs, also late ones, find their parent header here. */
export class Runs {
  readonly #requests = new Map<number, Received>();
  #count = 0;
  #latest: Received | undefined;

  add(request: Received): number {
    const run = ++this.#count;
    this.#requests.set(run, request);
    this.#latest = request;
    if (run > remembered) this.#requests.delete(run - remembered);
    return run;
  }

  get(run: number): Received | undefined {
    return this.#requests.get(run);
  }

  /** Output of nobody in particular belongs to the latest request. */
  parent(run: number): Buffer | undefined {
    return (this.#requests.get(run) ?? this.#latest)?.rawHeader;
  }
}
