/** `pyro.distributed`: several processes that train together, over MPI. Without mpirun: a world of one. */
import { pyroError } from "../errors.ts";
import type { Bytes } from "./shim.ts";
import { currentWorld, type InitOptions, type ReduceOp } from "./world.ts";

export { launch } from "./launch/index.ts";
export type { LaunchOptions, LaunchResult } from "./launch/options.ts";
export { shard } from "./shard.ts";
export { type InitOptions, isInitialized, type ReduceOp } from "./world.ts";

/**
 * Join the world that mpirun has made. What needs the world calls it by itself: only options make it worth calling.
 * @throws where several processes were started and MPI cannot be used
 */
export function init(options: InitOptions = {}): { rank: number; size: number; localRank: number } {
  const { rank, size, localRank } = currentWorld(options);
  return { rank, size, localRank };
}

/** This process's number, from 0. */
export function rank(): number {
  return currentWorld().rank;
}

/** How many processes there are. */
export function size(): number {
  return currentWorld().size;
}

/** This process's number among those of its machine. */
export function localRank(): number {
  return currentWorld().localRank;
}

/** The numbers of all ranks combined; every rank calls it with as many and gets the same. */
export function allreduce(values: ArrayLike<number>, op: ReduceOp = "sum"): Float32Array {
  return currentWorld().allreduce(floats(values), op);
}

/** The same, while this process goes on with something else. */
export function allreduceAsync(
  values: ArrayLike<number>,
  op: "average" | "sum" = "sum",
): Promise<Float32Array> {
  return currentWorld().allreduceAsync(floats(values), op);
}

/** The numbers of each rank, by rank: they need not be as many everywhere. */
export function allgather(values: ArrayLike<number>): Float32Array[] {
  const own = floats(values);
  const bytes = new Uint8Array(own.buffer, own.byteOffset, own.byteLength);
  return currentWorld()
    .gather(bytes)
    .map((part) => new Float32Array(part.slice().buffer));
}

/** The numbers of one rank; every rank calls it with as many. */
export function broadcast(values: ArrayLike<number>, root = 0): Float32Array {
  const out = floats(values).slice();
  currentWorld().broadcast(out satisfies Bytes, root);
  return out;
}

/** Wait for all ranks. */
export function barrier(): void {
  currentWorld().barrier();
}

/** End all ranks with an error. */
export function abort(reason: string): void {
  currentWorld().abort(reason);
}

/** Leave the world together with all others. It happens by itself when the process ends. */
export function finalize(): void {
  currentWorld().finalize();
}

function floats(values: ArrayLike<number>): Float32Array {
  if (values instanceof Float32Array) return values;
  if (typeof values === "object" && values !== null && typeof values.length === "number")
    return Float32Array.from(values);
  throw pyroError({
    what: "What ranks exchange is arrays of numbers",
    where: "distributed",
    expected: "an array or a typed array",
    got: String(values),
    try: "await tensor.data()",
  });
}
