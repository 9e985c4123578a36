import { AsyncLocalStorage } from "node:async_hooks";
import type { Content, ToWire } from "../wire/messages.ts";

export interface Publication {
  content: Content;
  metadata?: Content | undefined;
  buffers?: readonly Uint8Array[] | undefined;
  /** The run whose output it is, where that is not the one that is running. */
  run?: number | undefined;
}

/**
 * All that main says to the front end, in order. What a timer or a promise prints belongs to the cell that started
 * it, however many cells have run since.
 */
export class Outputs {
  readonly #post: (message: ToWire) => void;
  readonly #context = new AsyncLocalStorage<number>();
  #latest = 0;

  constructor(post: (message: ToWire) => void) {
    this.#post = post;
  }

  /** The run that the code asking this belongs to. */
  get run(): number {
    return this.#context.getStore() ?? this.#latest;
  }

  /** Runs `body` so that its output, also its later one, is the run's. */
  within<T>(run: number, body: () => T): T {
    this.#latest = run;
    return this.#context.run(run, body);
  }

  stream(name: "stdout" | "stderr", text: string, run = this.run): void {
    if (text !== "") this.#post({ type: "stream", run, name, text });
  }

  publish(message: string, { content, metadata, buffers, run = this.run }: Publication): void {
    this.#post({ type: "publish", run, message, content, metadata, buffers });
  }
}
