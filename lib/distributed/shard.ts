import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { currentWorld } from "./world.ts";

/**
 * This rank's part of the data: rows in a row along the first axis, of sizes that differ by one at most. A tensor gives
 * a tensor, an array or a typed array one of its kind.
 *
 * With `op: "average"` a model's data terms are to be scaled by the number of ranks (`scale(null, { scale: size })`, or a
 * plate of the whole size), as those of a subsample are; with `op: "sum"` its priors are to be divided.
 * @throws where there are fewer rows than ranks
 */
export function shard<T extends tf.Tensor | readonly unknown[] | Float32Array | Int32Array | Uint8Array>(
  data: T,
  { rank, size }: { rank: number; size: number } = currentWorld(),
): T {
  const rows = data instanceof tf.Tensor ? data.shape[0] : data.length;
  if (rows === undefined || rows < size) {
    throw pyroError({
      what: "There are fewer rows than ranks",
      where: "distributed.shard",
      expected: `at least ${size} along the first axis`,
      got: rows === undefined ? "a scalar" : String(rows),
    });
  }
  const [begin, end] = [Math.floor((rows * rank) / size), Math.floor((rows * (rank + 1)) / size)];
  return (data instanceof tf.Tensor ? tf.slice(data, begin, end - begin) : data.slice(begin, end)) as T;
}
