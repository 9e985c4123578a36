import type { World } from "../../distributed/world.ts";
import type { HorovodOptions } from "./options.ts";

export type FuseOptions = Required<Pick<HorovodOptions, "compression" | "op" | "fusionThreshold">>;

/**
 * The gradients of all ranks combined, end to end: in as few messages as the threshold allows, as Horovod's tensor
 * fusion does. Sizes and order must be those of every rank.
 */
export function reduceFused(
  world: World,
  values: Float32Array,
  sizes: readonly number[],
  { compression, op, fusionThreshold }: FuseOptions,
): Float32Array {
  const out = new Float32Array(values.length);
  let at = 0;
  // Adasum weighs each gradient by its own norm: gradients that travel together would share one.
  for (const length of messageLengths(sizes, op === "adasum" ? 0 : fusionThreshold)) {
    out.set(world.allreduce(values.subarray(at, at + length), op, compression), at);
    at += length;
  }
  return out;
}

/** Neighbours together, as many as fit; one that is too large goes on its own. */
export function messageLengths(sizes: readonly number[], threshold: number): number[] {
  const lengths: number[] = [];
  for (const size of sizes) {
    const together = (lengths.at(-1) ?? 0) + size;
    if (lengths.length > 0 && together * Float32Array.BYTES_PER_ELEMENT <= threshold)
      lengths[lengths.length - 1] = together;
    else lengths.push(size);
  }
  return lengths;
}
