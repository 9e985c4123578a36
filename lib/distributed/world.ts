/** The processes that train together: this one alone, or those that mpirun started. */
import { pyroError } from "../errors.ts";
import { notice } from "../notice.ts";
import { setRandomStream } from "../tensor/index.ts";
import { hearExit, loadShim, say } from "./node.ts";
import type { Bytes, Shim, ShimWorld } from "./shim.ts";
import { rankError } from "./trouble.ts";

/** How values of several processes become one. Of a single process each leaves them as they are. */
export type ReduceOp = "average" | "sum" | "adasum";

export interface World {
  /** This process's number, from 0. */
  readonly rank: number;
  readonly size: number;
  /** Its number among those of its machine, and how many those are. */
  readonly localRank: number;
  readonly localSize: number;
  /** Combine the numbers of all ranks: each of them calls it with as many, and gets the same. */
  allreduce(values: Float32Array, op: ReduceOp, compression?: "none" | "fp16"): Float32Array;
  /** The same, while this process goes on: the values may not be written before it is done. */
  allreduceAsync(values: Float32Array, op: "average" | "sum"): Promise<Float32Array>;
  /** The least of all ranks, number by number. */
  least(values: Float64Array): Float64Array;
  /** The bytes of every rank, by rank. */
  gather(bytes: Uint8Array): Uint8Array[];
  /** Give every rank the values of one of them: in place. */
  broadcast(values: Bytes, root: number): void;
  barrier(): void;
  /** What the others are told of where this rank is. */
  at(step: number): void;
  /** End all ranks with an error. */
  abort(reason: string): void;
  finalize(): void;
}

export interface InitOptions {
  /** Random streams: each rank has its own (the default), or all have rank 0's. */
  stream?: "own" | "shared";
  /** Seconds that a rank waits for the others before it says that one hangs (default: 6; TSPYRO_MPI_TIMEOUT). */
  timeout?: number;
}

/** Starting takes longer than a step. */
const START = 60;

/** A process on its own. */
export const oneProcess: World = {
  rank: 0,
  size: 1,
  localRank: 0,
  localSize: 1,
  allreduce: (values) => values.slice(),
  allreduceAsync: async (values) => values.slice(),
  least: (values) => values,
  gather: (bytes) => [bytes],
  broadcast: () => {},
  barrier: () => {},
  at: () => {},
  abort: (reason) => {
    throw pyroError({ what: reason, where: "distributed.abort" });
  },
  finalize: () => {},
};

let current: World | undefined;

/**
 * The world that this process is in; made by the first call.
 * @throws where mpirun has started several and MPI cannot be used: each would train on its own, unnoticed
 */
export function currentWorld(options: InitOptions = {}): World {
  if (current !== undefined) {
    if (options.stream !== undefined) chooseStream(current, options);
    return current;
  }
  const loaded = loadShim();
  if (loaded.shim !== undefined) current = new MpiWorld(loaded.shim, options, loaded.env);
  else if (loaded.alone) {
    current = oneProcess;
    notice(
      "This is a world of one process: MPI is not used, and nothing is exchanged. " +
        "`npx tspyro mpirun -np 4 train.ts` starts several.",
    );
  } else {
    throw pyroError({
      what: "Several processes were started, and MPI cannot be used",
      where: "distributed.init",
      got: loaded.why,
      try: loaded.hint ?? "the package with MPI's headers, or start it without mpirun",
    });
  }
  chooseStream(current, options);
  return current;
}

/** Whether the world is known. */
export function isInitialized(): boolean {
  return current !== undefined;
}

function chooseStream({ rank }: World, { stream = "own" }: InitOptions): void {
  setRandomStream(stream === "own" ? rank : 0);
}

class MpiWorld implements World {
  readonly rank: number;
  readonly size: number;
  readonly localRank: number;
  readonly localSize: number;
  readonly library: string;
  readonly #shim: Shim;
  readonly #patience: number;
  #step = 0;
  #state: "running" | "broken" | "over" = "running";

  constructor(shim: Shim, options: InitOptions, env: Readonly<Record<string, string | undefined>>) {
    this.#shim = shim;
    this.#patience = options.timeout ?? (Number(env.TSPYRO_MPI_TIMEOUT) || 6);
    const start = Math.max(START, this.#patience);
    const made: ShimWorld = shim.init(env.TSPYRO_MPI_SHARED !== "off", start);
    ({
      rank: this.rank,
      size: this.size,
      localRank: this.localRank,
      localSize: this.localSize,
      library: this.library,
    } = made);
    shim.setPatience(this.#patience);
    hearExit((code, error) => this.#end(code, error));
    this.#call(() => shim.barrier(start));
  }

  allreduce(values: Float32Array, op: ReduceOp, compression: "none" | "fp16" = "none"): Float32Array {
    const out = values.slice();
    const kind = op === "adasum" ? 2 : compression === "fp16" ? 1 : 0;
    this.#call(() => this.#shim.allreduce(out, kind));
    return op === "average" ? divided(out, this.size) : out;
  }

  async allreduceAsync(values: Float32Array, op: "average" | "sum"): Promise<Float32Array> {
    const out = values.slice();
    const ticket = this.#call(() => this.#shim.start(out));
    const begun = performance.now();
    const waited = () => (performance.now() - begun) / 1000;
    for (let wait = 0; !this.#call(() => this.#shim.done(ticket, waited())); wait = Math.min(wait + 1, 5))
      await new Promise((resolve) => setTimeout(resolve, wait));
    return op === "average" ? divided(out, this.size) : out;
  }

  least(values: Float64Array): Float64Array {
    this.#call(() => this.#shim.agree(values));
    return values;
  }

  gather(given: Uint8Array): Uint8Array[] {
    const { bytes, counts } = this.#call(() => this.#shim.gather(given));
    let at = 0;
    return counts.map((count) => {
      at += count;
      return new Uint8Array(bytes, at - count, count);
    });
  }

  broadcast(values: Bytes, root: number): void {
    if (!Number.isSafeInteger(root) || root < 0 || root >= this.size) throw noSuchRank(root, this.size);
    this.#call(() => this.#shim.broadcast(values, root));
  }

  barrier(): void {
    this.#call(() => this.#shim.barrier(this.#patience));
  }

  at(step: number): void {
    this.#step = step;
    this.#shim.setStep(step);
  }

  abort(reason: string): void {
    say(`rank ${this.rank}, step ${this.#step}: ${reason}`);
    this.#state = "over";
    this.#shim.leave(reason, 1);
  }

  finalize(): void {
    if (this.#state !== "running") return;
    this.#call(() => this.#shim.finalize(Math.max(START, this.#patience)));
    this.#state = "over";
  }

  #call<T>(f: () => T): T {
    if (this.#state === "over") throw pyroError({ what: "MPI is over", where: "distributed.finalize" });
    try {
      return f();
    } catch (error) {
      if ((error as { code?: string }).code !== "TSPYRO_RANK") throw error;
      this.#state = "broken";
      throw rankError(this.rank, this.#step, this.#shim.culprit(), this.#patience);
    }
  }

  /** The process ends: together with the others, or, after an error, in a way that ends all of them. */
  #end(code: number, error: unknown): void {
    if (this.#state === "over") return;
    let reason: unknown = error ?? (code === 0 ? undefined : `it exited with code ${code}`);
    if (reason === undefined && this.#state === "running") {
      try {
        this.finalize();
        return;
      } catch (late) {
        reason = late;
      }
    }
    this.#state = "over";
    const text = reason instanceof Error ? reason.message : String(reason ?? "another rank failed");
    // Node prints what was not caught only after this, and MPI does not let it come to that.
    if (reason !== undefined)
      say(`rank ${this.rank}, step ${this.#step}: ${reason instanceof Error ? reason.stack : text}`);
    this.#shim.leave(text, code || 1);
  }
}

function divided(values: Float32Array, by: number): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / by;
  return values;
}

function noSuchRank(root: number, size: number): Error {
  return pyroError({
    what: "There is no such rank",
    where: "distributed.broadcast",
    expected: `0 to ${size - 1}`,
    got: String(root),
  });
}
