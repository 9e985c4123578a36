import type { Log } from "./log.ts";
import type { MemoryUse } from "./memory/guard.ts";
import { gigabytes } from "./memory/limit.ts";
import type { Publisher } from "./publisher.ts";
import type { Runs } from "./runs.ts";
import type { Subshells } from "./subshells.ts";

export interface FarewellParts {
  readonly publisher: Publisher;
  readonly runs: Runs;
  readonly shells: Subshells;
  readonly log: Log;
}

/** What the kernel has to say of its end, as long as it can still say anything. */
export class Farewell {
  readonly #parts: FarewellParts;

  constructor(parts: FarewellParts) {
    this.#parts = parts;
  }

  /** Nothing runs that could be stopped, and memory grows. */
  warnOfMemory({ used, limit }: MemoryUse): void {
    this.#say(
      `The kernel has taken ${gigabytes(used)} of memory, its limit is ${gigabytes(limit)}, and no cell is running: something that a cell has started, such as a timer, goes on taking it. A kernel that takes much more is ended.\n`,
    );
  }

  /** The process cannot be saved: every cell that runs fails with the reason. */
  async outOfMemory(reason: string): Promise<void> {
    const { publisher, shells, log } = this.#parts;
    log(reason);
    const content = { ename: "MemoryLimitError", evalue: reason, traceback: [`MemoryLimitError: ${reason}`] };
    this.#say(`${reason}\n`, shells.main.current?.run);
    for (const queue of shells.all()) {
      if (queue.current === undefined) continue;
      const { run, request } = queue.current;
      publisher.publish({ type: "error", content, parent: request.rawHeader });
      await queue.reply(run, { status: "error", ...content, user_expressions: {} });
      await queue.finished(run);
    }
  }

  /** The code itself has ended the process, by what is named here. */
  async left(run: number | undefined, how: string | undefined): Promise<void> {
    const { shells } = this.#parts;
    if (how !== undefined)
      this.#say(
        `${how} has ended the kernel: all variables are lost, and the next cell finds a fresh one.\n`,
        run,
      );
    if (run === undefined) return;
    const payload = [{ source: "ask_exit", keepkernel: false }];
    await shells.running(run)?.reply(run, { status: "ok", payload, user_expressions: {} });
    await shells.finished(run);
  }

  #say(text: string, run = 0): void {
    const { publisher, runs } = this.#parts;
    publisher.stream(runs.parent(run), "stderr", text);
  }
}
