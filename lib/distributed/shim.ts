/** What the native shim does: MPI's collectives, in place where that is possible. Errors have the code "TSPYRO_RANK". */
export interface Shim {
  /**
   * @param shared whether ranks of one machine may read each other's state in shared memory
   * @param seconds after which the process ends, where others have not come
   */
  init(shared: boolean, seconds: number): ShimWorld;
  /** 0: sum, 1: sum in half precision, 2: Adasum. */
  allreduce(values: Float32Array, kind: 0 | 1 | 2): void;
  /** The least of all ranks. */
  agree(values: Float64Array): void;
  /** Begin a sum; returns its ticket for `done`. The values may not be touched before. */
  start(values: Float32Array): number;
  /** @param waited seconds so far */
  done(ticket: number, waited: number): boolean;
  /** The bytes of all ranks end to end. */
  gather(bytes: Uint8Array): { readonly bytes: ArrayBuffer; readonly counts: readonly number[] };
  broadcast(values: Bytes, root: number): void;
  barrier(seconds: number): void;
  setStep(step: number): void;
  /** Seconds that a rank waits for the others. */
  setPatience(seconds: number): void;
  culprit(): Culprit;
  /** End this process after it has failed, and with it all others: they get time to say why. */
  leave(text: string, code: number): void;
  finalize(seconds: number): void;
}

export type Bytes = Uint8Array | Int32Array | Float32Array | Float64Array;

export interface ShimWorld {
  readonly rank: number;
  readonly size: number;
  readonly localRank: number;
  readonly localSize: number;
  /** What the MPI library says that it is. */
  readonly library: string;
}

/** The rank that keeps the others from going on. */
export interface Culprit {
  readonly rank: number;
  /** As the shim counts them: 3 failed, 4 ended well, others: it is gone or late. */
  readonly state: number;
  readonly step: number;
  /** 1 where it did not come in time. */
  readonly late: number;
  /** What it said. */
  readonly text: string;
}

/** A shim, or why there is none. `alone`: nobody started several processes. */
export type ShimResult =
  | { readonly shim: Shim; readonly env: Readonly<Record<string, string | undefined>> }
  | { readonly shim: undefined; readonly alone: boolean; readonly why: string; readonly hint?: string };
