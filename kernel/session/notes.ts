import type { CellRegistry } from "../execute/cells.ts";
import type { Outputs } from "../execute/outputs.ts";
import { describeError } from "../execute/traceback.ts";
import { html } from "./markup.ts";
import { packageRoot } from "./package.ts";

export interface NoteParts {
  outputs: Outputs;
  cells: CellRegistry;
  /** The number of the cell that began last. */
  latest(): number | undefined;
}

/** What the kernel says of its own under a cell. */
export class Notes {
  readonly #parts: NoteParts;

  constructor(parts: NoteParts) {
    this.#parts = parts;
  }

  say(text: string): void {
    const source = html`<div style="opacity:.7;font-size:90%">${text}</div>`.source;
    const data = { "text/plain": text, "text/html": source };
    this.#parts.outputs.publish("display_data", { content: { data, metadata: {}, transient: {} } });
  }

  /** An error that no cell can fail by any more. */
  readonly report = (error: unknown, what = "Uncaught error"): void => {
    const { outputs, cells, latest } = this.#parts;
    const count = latest();
    const label = count === undefined ? "the kernel" : `Cell [${count}]`;
    const { traceback } = describeError(error, { cells, label, source: "", root: packageRoot });
    outputs.stream("stderr", `${what}: ${traceback.join("\n")}\n`);
  };
}
