import { pyroError } from "../../errors.ts";
import type { RunEvent } from "../../infer/run-events.ts";
import { notice } from "../../notice.ts";
import { getParamStore } from "../../params/index.ts";
import type { FromWorker, News, Order, ParamValue, ToWorker } from "./messages.ts";

export interface WorkerOptions {
  /** What the worker's function gets; it is copied as by `structuredClone`. */
  readonly input?: unknown;
  /** Ends the worker when aborted. */
  readonly signal?: AbortSignal;
  /** Whether the trained parameters are set in this page's store when it is done (default true). */
  readonly adopt?: boolean;
}

/** How far a worker is. */
export interface WorkerState extends RunEvent {
  /** Losses of all steps so far. */
  readonly losses: Float32Array;
  /** Values of the parameters, by name. */
  readonly params: Readonly<Record<string, ParamValue>>;
}

type Listener = (state: WorkerState) => void;

/** Inference that goes on in a worker. It is over when `result` is settled. */
export class WorkerRun<R> implements AsyncIterable<WorkerState> {
  /** What the worker's function returned. */
  readonly result: Promise<R>;
  readonly #worker: Worker;
  readonly #listeners = new Set<Listener>();
  #losses = new Float32Array(1024);
  #count = 0;
  #state: WorkerState | undefined;
  #over = false;
  #fail: (error: Error) => void = () => {};

  constructor(module: URL | string, { input, signal, adopt = true }: WorkerOptions) {
    const worker = new Worker(module, { type: "module" });
    this.#worker = worker;
    const send = (message: ToWorker) => worker.postMessage(message);
    const result = new Promise<R>((resolve, reject) => {
      this.#fail = reject;
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        switch (data.kind) {
          case "ready":
            return send({ kind: "start", input });
          case "news":
            return this.#hear(data);
          case "notice":
            return notice(data.message);
          case "done":
            if (adopt) getParamStore().setState(data.params);
            return resolve(data.result as R);
          case "failed":
            return reject(failure(data));
          default:
            return data satisfies never;
        }
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(
          pyroError({
            what: "The worker could not be started, or failed outside of its function",
            where: String(module),
            expected: "a module that calls serveWorker(f)",
            got: event.message ?? "a script that cannot be loaded",
          }),
        );
      };
    });
    this.result = result.finally(() => this.#end());
    // Whoever iterates hears of an error too; that nobody waits for the result is no second one.
    this.result.catch(() => {});
    const abort = () => this.terminate();
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  }

  /** The last that was heard; undefined before the first step. */
  get state(): WorkerState | undefined {
    return this.#state;
  }

  /** Hear how it goes, at most some twenty times a second. @returns what ends that */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Let `svi.run` in the worker end after the step that it is at; the worker's function goes on. */
  stop(): void {
    this.#order("stop");
  }

  pause(): void {
    this.#order("pause");
  }

  resume(): void {
    this.#order("run");
  }

  /** A factor on the learning rates. */
  set rateScale(scale: number) {
    this.#worker.postMessage({ kind: "rate", scale } satisfies ToWorker);
  }

  /** End it at once, wherever it is: `result` is rejected. */
  terminate(): void {
    this.#fail(pyroError({ what: "The worker was ended before it was done", where: "inWorker" }));
  }

  /** The states one after the other; those that come while nobody asks are passed over, but the last one is not. */
  async *[Symbol.asyncIterator](): AsyncGenerator<WorkerState, void> {
    let seen: WorkerState | undefined;
    let wake = () => {};
    const stop = this.subscribe(() => wake());
    this.result.then(
      () => wake(),
      () => wake(),
    );
    try {
      while (true) {
        const state = this.#state;
        if (state !== undefined && state !== seen) {
          seen = state;
          yield state;
        } else if (this.#over) {
          await this.result;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      stop();
    }
  }

  #order(order: Order): void {
    this.#worker.postMessage({ kind: "order", order } satisfies ToWorker);
  }

  #hear({ event, losses, from, params }: News): void {
    const count = from + losses.length;
    if (count > this.#losses.length) {
      const larger = new Float32Array(2 * count);
      larger.set(this.#losses.subarray(0, from));
      this.#losses = larger;
    }
    this.#losses.set(losses, from);
    this.#count = count;
    this.#state = { ...event, losses: this.#losses.subarray(0, this.#count), params };
    for (const listener of this.#listeners) listener(this.#state);
  }

  #end(): void {
    this.#over = true;
    this.#worker.terminate();
  }
}

/**
 * Lets a module infer in a worker, so that the page answers whoever uses it meanwhile. Models are closures, which
 * cannot be sent to another thread; so they live in the module, which says by `serveWorker` what it does.
 *
 * @example
 * const run = inWorker(new URL("./train.js", import.meta.url), { input: { flips, steps: 5000 } });
 * for await (const { losses, params } of run) show(losses, params.alpha.values[0]);
 * const { compiled } = await run.result;
 *
 * @param module address of the module's script
 */
export function inWorker<R = unknown>(module: URL | string, options: WorkerOptions = {}): WorkerRun<R> {
  return new WorkerRun<R>(module, options);
}

function failure({ name, message, stack }: Extract<FromWorker, { kind: "failed" }>): Error {
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
