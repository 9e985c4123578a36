import { randomUUID } from "node:crypto";
import { intrinsic } from "./intrinsics.ts";
import { type MimeBundle, mimeBundle } from "./mime.ts";
import type { Outputs } from "./outputs.ts";

export interface DisplayHandle {
  readonly displayId: string;
  update(value: unknown): void;
}

/** `display`, `clearOutput` and their handles. What takes time to draw itself is waited for at the end of its cell. */
export class Displays {
  readonly #outputs: Outputs;
  readonly #pending = new Map<number, Set<Promise<void>>>();
  readonly #report: (error: unknown) => void;

  constructor(outputs: Outputs, report: (error: unknown) => void) {
    this.#outputs = outputs;
    this.#report = report;
  }

  display(value: unknown, { displayId = randomUUID() }: { displayId?: string } = {}): DisplayHandle {
    this.#show("display_data", value, displayId);
    return {
      displayId,
      update: (next) => this.#show("update_display_data", next, displayId),
      // A handle that is a cell's last expression shows nothing more.
      [Symbol.for("Jupyter.display")]: () => ({}),
    } as DisplayHandle;
  }

  clearOutput({ wait = false }: { wait?: boolean } = {}): void {
    this.#outputs.publish("clear_output", { content: { wait } });
  }

  /** Resolves when everything the run has shown so far has been sent. */
  async settled(run: number): Promise<void> {
    const pending = this.#pending.get(run);
    while (pending !== undefined && pending.size > 0) await intrinsic.Promise.all(pending);
    this.#pending.delete(run);
  }

  #show(message: "display_data" | "update_display_data", value: unknown, displayId: string): void {
    const { run } = this.#outputs;
    const send = (data: MimeBundle) => {
      if (Object.keys(data).length === 0) return;
      const content = { data, metadata: {}, transient: { display_id: displayId } };
      this.#outputs.publish(message, { content, run });
    };
    const bundle = mimeBundle(value, displayId);
    if (!(bundle instanceof Promise)) return send(bundle);
    const pending = this.#pending.get(run) ?? new Set();
    this.#pending.set(run, pending);
    const task: Promise<void> = bundle.then(send, this.#report).finally(() => {
      pending.delete(task);
      // A timer may show something long after its cell.
      if (pending.size === 0) this.#pending.delete(run);
    });
    pending.add(task);
  }
}
