import type { ToWire } from "../wire/messages.ts";
import { type Shared, Word } from "../wire/shared.ts";

const patience = 4000;
/** What a shell makes of an abort. */
const aborted = 134;

export interface ExitParts {
  words: Shared["words"];
  post(message: ToWire): void;
  /** The cell that runs, which gets its reply before the process ends. */
  run(): number | undefined;
}

/**
 * The process never ends with open sockets: Node would abort. So `process.exit`, the front end's shutdown and a
 * signal all come by here.
 */
export class Exit {
  readonly #parts: ExitParts;
  readonly #exit = process.exit.bind(process);

  constructor(parts: ExitParts) {
    this.#parts = parts;
    process.exit = ((code?: number | string | null) =>
      this.now(code, `process.exit(${code ?? ""})`)) as typeof process.exit;
    // A real one would take the last messages with it.
    process.abort = () => this.now(aborted, "process.abort()");
    // Ctrl-C in the terminal of the server is meant for the server, which tells the kernel by a message.
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => this.now(0));
    process.on("SIGHUP", () => this.now(0));
  }

  /** @param how the call of the user's that it comes of */
  now(code?: number | string | null, how?: string): never {
    const { words, post, run } = this.#parts;
    post({ type: "exit", run: run(), how });
    Atomics.wait(words, Word.closed, 0, patience);
    return this.#exit(code ?? process.exitCode ?? 0);
  }
}
