import { setImmediate as turn } from "node:timers/promises";
import type { Received } from "./framing.ts";
import type { History } from "./history/history.ts";
import type { ExecuteRequest, ToMain } from "./messages.ts";
import type { Publisher } from "./publisher.ts";
import type { Runs } from "./runs.ts";

export interface ExecutionPorts {
  publisher: Publisher;
  runs: Runs;
  history: Pick<History, "input" | "output">;
  toMain(message: ToMain): void;
  reply(request: Received, content: Record<string, unknown>): void;
  /** A cell begins, by its name, or is through. */
  works(cell: string | undefined, parent: Buffer): void;
}

interface Current {
  readonly run: number;
  readonly request: Received;
  readonly stopOnError: boolean;
  readonly storeHistory: boolean;
  replied: Promise<void> | undefined;
}

/**
 * The queue of cells. It stays on this thread, so that main gets them one at a time and those behind an error
 * can be answered `aborted` before the next client's request is looked at.
 */
export class Executions {
  readonly #ports: ExecutionPorts;
  readonly #subshell: string | undefined;
  readonly #queue: Received[] = [];
  #current: Current | undefined;
  #count = 0;

  /** @param subshell whose cells these are, where they are not the kernel's own */
  constructor(ports: ExecutionPorts, subshell?: string) {
    this.#ports = ports;
    this.#subshell = subshell;
  }

  get current(): { run: number; request: Received } | undefined {
    return this.#current;
  }

  push(request: Received): void {
    this.#queue.push(request);
    this.#next();
  }

  async reply(run: number, content: Record<string, unknown>): Promise<void> {
    const current = this.#current;
    if (current === undefined || current.run !== run || current.replied !== undefined) return;
    current.replied = this.#reply(current, content);
    await current.replied;
  }

  async finished(run: number): Promise<void> {
    const current = this.#current;
    if (current === undefined || current.run !== run) return;
    await current.replied;
    this.#current = undefined;
    this.#ports.works(undefined, current.request.rawHeader);
    this.#ports.publisher.status(current.request.rawHeader, "idle");
    this.#next();
  }

  /** What a cell came to, for the history. */
  result(run: number, data: unknown): void {
    const current = this.#current;
    if (current?.run !== run || !current.storeHistory || typeof data !== "object" || data === null) return;
    const text = "text/plain" in data ? data["text/plain"] : undefined;
    if (typeof text === "string") this.#ports.history.output(this.#count, text);
  }

  /** The process ends: what waits is answered. */
  close(): void {
    this.#abort();
  }

  async #reply(current: Current, content: Record<string, unknown>): Promise<void> {
    const failed = content.status === "error" && current.stopOnError;
    // What the client has already sent is behind this error, also if it has not been read yet.
    if (failed) for (let i = 0; i < 3; i++) await turn();
    this.#ports.publisher.flush();
    this.#ports.reply(current.request, { execution_count: this.#count, ...content });
    if (failed) this.#abort();
  }

  #abort(): void {
    for (const request of this.#queue.splice(0)) {
      this.#ports.publisher.status(request.rawHeader, "busy");
      this.#ports.reply(request, { status: "aborted", execution_count: this.#count });
      this.#ports.publisher.status(request.rawHeader, "idle");
    }
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const request = this.#queue.shift();
    if (request === undefined) return;
    const { publisher, runs, history } = this.#ports;
    publisher.status(request.rawHeader, "busy");
    const run = runs.add(request);
    const { content } = request;
    const silent = content.silent === true;
    const storeHistory = !silent && content.store_history !== false;
    const code = String(content.code ?? "");
    if (storeHistory && code.trim() !== "") history.input(++this.#count, code);
    // What runs silently fails silently: nobody's queue is cleared for it.
    const stopOnError = !silent && content.stop_on_error !== false;
    this.#current = { run, request, stopOnError, storeHistory, replied: undefined };
    if (isUnattended(request)) publisher.unattended(request.rawHeader);
    if (!silent) {
      const shown = { code, execution_count: this.#count };
      publisher.publish({ type: "execute_input", content: shown, parent: request.rawHeader });
    }
    const subshell = this.#subshell;
    this.#ports.works(`Cell [${this.#count}]`, request.rawHeader);
    this.#ports.toMain(executeRequest(run, this.#count, request, { code, silent, storeHistory, subshell }));
  }
}

function executeRequest(
  run: number,
  executionCount: number,
  { content, metadata }: Received,
  own: Pick<ExecuteRequest, "code" | "silent" | "storeHistory" | "subshell">,
): ExecuteRequest {
  const expressions = content.user_expressions;
  return {
    type: "execute",
    run,
    ...own,
    executionCount,
    allowStdin: content.allow_stdin !== false,
    stopOnError: content.stop_on_error !== false,
    cellId: cellIdOf(metadata),
    unattended: isUnattended({ content, metadata }),
    tags: strings(metadata.tags),
    deletedCells: strings(metadata.deletedCells),
    userExpressions: texts(expressions),
  };
}

function cellIdOf({ cellId }: Received["metadata"]): string | undefined {
  return typeof cellId === "string" ? cellId : undefined;
}

/** Front ends name their cells, and whoever types can be asked; programs that run a notebook do neither. */
function isUnattended({ content, metadata }: Pick<Received, "content" | "metadata">): boolean {
  return cellIdOf(metadata) === undefined && content.allow_stdin === false;
}

function texts(value: unknown): Record<string, string> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter(([, text]) => typeof text === "string"));
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
