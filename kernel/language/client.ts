import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { setFlagsFromString } from "node:v8";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { intrinsic } from "../execute/intrinsics.ts";
import type {
  CheckParams,
  Completeness,
  CompleteParams,
  Completion,
  Diagnostic,
  Inspection,
  InspectParams,
  IsCompleteParams,
  Language,
  LanguageAnswer,
  LanguageControl,
  LanguageEvent,
  LanguageMethod,
  LanguageOptions,
  LanguageParams,
  LanguageRequest,
  LanguageResults,
} from "./types.ts";

export interface ClientOptions extends LanguageOptions {
  /** Told in a sentence what is wrong with the language service itself. */
  onWarning?: (message: string) => void;
  onReady?: (milliseconds: number) => void;
  /** What must be typed in a healthy notebook; `dist.Normal`. */
  probe?: readonly [module: string, member: string];
  /**
   * Most memory of the worker's heap, in MB (512). It bounds garbage more than need: the live heap is about 130 MB,
   * and without a bound V8 lets the process grow by another 400. Past it a fresh worker with twice as much takes over.
   */
  heap?: number;
}

interface Pending {
  readonly method: LanguageMethod;
  readonly params: unknown;
  readonly settle: (result: LanguageResults[LanguageMethod]) => void;
  tries: number;
}

/**
 * Of threads from now on, in MB. Nearly all that TypeScript makes when it reads its libraries stays: with room for half
 * of it V8 copies it less often, and the worker begins with an eighth of the work less.
 */
const YOUNG = ["--max-semi-space-size=32", "--min-semi-space-size=16"];
const RESTARTS = 3;
const REMEMBERED = 1_000_000;

/**
 * The language worker as main sees it: started when first asked (or by `start`), started anew when it dies, with
 * the cells it knew. No question is ever left without an answer, and none throws: a notebook whose types are broken
 * still runs.
 */
export class LanguageClient implements Language {
  readonly #options: ClientOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #connections = new Set<(port: MessagePort) => void>();
  #worker: Worker | undefined;
  #cells: CheckParams[] = [];
  #size = 0;
  #count = 0;
  #restarts = 0;
  #closed = false;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  check(params: CheckParams): Promise<Diagnostic[]> {
    return this.#ask("check", params).finally(() => this.#remember(params));
  }
  complete(params: CompleteParams): Promise<Completion> {
    return this.#ask("complete", params);
  }
  inspect(params: InspectParams): Promise<Inspection | null> {
    return this.#ask("inspect", params);
  }
  isComplete(params: IsCompleteParams): Promise<Completeness> {
    return this.#ask("isComplete", params);
  }

  /**
   * Gives another thread a port of its own: `deliver` gets it now and again after each restart of the worker (the
   * port before is then closed). Returns the function that ends it.
   */
  connect(deliver: (port: MessagePort) => void): () => void {
    this.#connections.add(deliver);
    if (this.#worker !== undefined) this.#deliver(this.#worker, deliver);
    else this.start();
    return () => this.#connections.delete(deliver);
  }

  /** Forgets every cell. */
  reset(): void {
    this.#cells = [];
    this.#size = 0;
    this.#worker?.postMessage({ type: "reset" } satisfies LanguageControl);
  }

  /** Looks again for packages that were not there. */
  refresh(): void {
    this.#worker?.postMessage({ type: "refresh" } satisfies LanguageControl);
  }

  start(): void {
    if (this.#worker !== undefined || this.#closed) return;
    const { cwd, library, strict, probe, heap = 512 } = this.#options;
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const compiled = getCompileCacheDir();
    for (const flag of YOUNG) setFlagsFromString(flag);
    const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
      workerData: { cwd, library, strict, probe },
      // A thread has a cache of compiled code only where its own environment names it: half the time to load TypeScript.
      ...(compiled === undefined ? {} : { env: { ...process.env, NODE_COMPILE_CACHE: dirname(compiled) } }),
      resourceLimits: { maxOldGenerationSizeMb: heap * 2 ** this.#restarts },
      // A worker takes none of V8's own flags.
      execArgv: process.execArgv.filter((flag) => !/^--(inspect|cpu-prof|heap-|max-)/.test(flag)),
    });
    this.#worker = worker;
    worker.unref();
    worker.on("message", (message: LanguageAnswer | LanguageEvent) => this.#receive(message));
    worker.on("error", (error) =>
      this.#replace(worker, error instanceof Error ? error.message : String(error)),
    );
    worker.on("exit", (code) => this.#replace(worker, `it ended with code ${code}`));
    if (this.#cells.length > 0) {
      worker.postMessage({ type: "replay", cells: this.#cells } satisfies LanguageControl);
    }
    for (const deliver of this.#connections) this.#deliver(worker, deliver);
  }

  /** Ends the worker as a crash would, for tests: the next one knows what this one knew. */
  async kill(): Promise<void> {
    await this.#worker?.terminate();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    for (const [id, pending] of this.#pending) this.#giveUp(id, pending);
    await worker?.terminate();
  }

  #deliver(worker: Worker, deliver: (port: MessagePort) => void): void {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ type: "port", port: port2 } satisfies LanguageControl, [port2]);
    deliver(port1);
  }

  #ask<M extends LanguageMethod>(method: M, params: LanguageParams[M]): Promise<LanguageResults[M]> {
    if (this.#closed) return intrinsic.Promise.resolve(neutral(method, params));
    return new intrinsic.Promise((resolve) => {
      const id = ++this.#count;
      const settle = resolve as Pending["settle"];
      this.#pending.set(id, { method, params, settle, tries: 0 });
      this.start();
      this.#worker?.postMessage({ id, method, params } as LanguageRequest);
    });
  }

  #receive(message: LanguageAnswer | LanguageEvent): void {
    if ("type" in message) {
      if (message.type === "warning") this.#options.onWarning?.(message.message);
      else this.#options.onReady?.(message.milliseconds);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    this.#pending.delete(message.id);
    pending.settle("error" in message ? neutralAnswer(pending) : message.result);
  }

  #giveUp(id: number, pending: Pending): void {
    this.#pending.delete(id);
    pending.settle(neutralAnswer(pending));
  }

  #remember(params: CheckParams): void {
    this.#cells.push(params);
    this.#size += params.code.length;
    while (this.#size > REMEMBERED) this.#size -= this.#cells.shift()?.code.length ?? REMEMBERED;
  }

  #replace(worker: Worker, reason: string): void {
    if (this.#closed || this.#worker !== worker) return;
    this.#worker = undefined;
    if (++this.#restarts > RESTARTS) {
      this.#closed = true;
      this.#options.onWarning?.(
        `TypeScript's service stopped ${RESTARTS + 1} times (${reason}): cells run without types.`,
      );
      for (const [id, pending] of this.#pending) this.#giveUp(id, pending);
      return;
    }
    this.start();
    for (const [id, pending] of this.#pending) {
      if (++pending.tries > 1) this.#giveUp(id, pending);
      else
        (this.#worker as Worker | undefined)?.postMessage({
          id,
          method: pending.method,
          params: pending.params,
        });
    }
  }
}

function neutralAnswer({ method, params }: Pending): LanguageResults[LanguageMethod] {
  return neutral(method, params as LanguageParams[LanguageMethod]);
}

/** The answer of one who knows nothing. */
function neutral<M extends LanguageMethod>(method: M, params: LanguageParams[M]): LanguageResults[M] {
  const cursor = "cursor" in params ? params.cursor : 0;
  const answers: { [K in LanguageMethod]: LanguageResults[K] } = {
    check: [],
    complete: { start: cursor, end: cursor, matches: [] },
    inspect: null,
    isComplete: { status: "unknown" },
  };
  return answers[method];
}
