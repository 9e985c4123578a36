import { randomUUID } from "node:crypto";
import type { Displays } from "../execute/display.ts";
import type { Interrupts } from "../execute/interrupts.ts";
import { KeyboardInterrupt } from "../execute/keyboard-interrupt.ts";
import { isLive, mimeBundle } from "../execute/mime.ts";
import type { Outputs } from "../execute/outputs.ts";
import type { RunOutcome } from "../execute/runner.ts";
import type { ExecuteRequest } from "../wire/messages.ts";
import type { LibraryLoader } from "./library.ts";

export interface LastOutputParts {
  interrupts: Interrupts;
  outputs: Outputs;
  displays: Displays;
  library: Pick<LibraryLoader, "loaded">;
}

/** What a cell shows when its code is through: displays that are still being drawn, and its result last. */
export class LastOutput {
  readonly #parts: LastOutputParts;

  constructor(parts: LastOutputParts) {
    this.#parts = parts;
  }

  /** @returns what came of the cell, with what went wrong while it was shown */
  async send(
    outcome: RunOutcome,
    { run, silent, executionCount }: Pick<ExecuteRequest, "run" | "silent" | "executionCount">,
  ): Promise<RunOutcome> {
    const { interrupts, outputs, displays, library } = this.#parts;
    try {
      interrupts.enter(run);
      interrupts.poll();
      await interrupts.race(() =>
        outputs.within(run, async () => {
          await displays.settled(run);
          if (outcome.status === "ok" && outcome.result !== undefined && !silent)
            await this.#result(outcome.result.value, executionCount, run);
          const interrupted = outcome.status === "error" && isInterrupt(outcome.error);
          await library.loaded?.widgets.widgetCellEnd({ interrupted });
        }),
      );
      return outcome;
    } catch (error) {
      return outcome.status === "error" ? outcome : { status: "error", error, terminated: false };
    } finally {
      interrupts.leave();
    }
  }

  async #result(value: unknown, executionCount: number, run: number): Promise<void> {
    if (value === undefined) return;
    const { outputs, displays } = this.#parts;
    if (isLive(value)) {
      displays.display(value, { displayId: randomUUID() });
      return displays.settled(run);
    }
    const data = await mimeBundle(value);
    if (Object.keys(data).length === 0) return;
    const content = { execution_count: executionCount, data, metadata: {} };
    outputs.publish("execute_result", { content, run });
  }
}

export function isInterrupt(error: unknown): boolean {
  return error instanceof KeyboardInterrupt;
}
