import * as tf from "@tensorflow/tfjs-core";
import type { World } from "../../distributed/world.ts";
import type { HorovodOptions } from "./options.ts";

export type NamedGradient = readonly [name: string, grad: tf.Tensor];
type Exchange = Required<Pick<HorovodOptions, "compression" | "op" | "fusionThreshold">>;

/**
 * The gradients of all ranks combined: fused into few buffers, as Horovod's tensor fusion does, in the order they
 * come in, which must be that of every rank. As in Horovod a single process exchanges nothing, so nothing is rounded.
 */
export function reduceGradients(
  world: World,
  grads: readonly NamedGradient[],
  { compression, op, fusionThreshold }: Exchange,
): NamedGradient[] {
  if (world.size === 1) return [...grads];
  // Adasum weighs each gradient by its own norm: gradients that travel together would share one.
  const fused = fuse(grads, op === "adasum" ? 0 : fusionThreshold);
  return fused.flatMap((group) => {
    const sent = joined(group);
    return split(group, world.allreduce(sent, op, compression));
  });
}

/** Neighbours together, as many as fit; one that is too large goes on its own. */
function fuse(grads: readonly NamedGradient[], threshold: number): NamedGradient[][] {
  const groups: NamedGradient[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const named of grads) {
    const own = named[1].size * Float32Array.BYTES_PER_ELEMENT;
    bytes += own;
    const last = groups.at(-1);
    if (last !== undefined && bytes <= threshold) last.push(named);
    else {
      groups.push([named]);
      bytes = own;
    }
  }
  return groups;
}

function joined(group: readonly NamedGradient[]): Float32Array {
  const out = new Float32Array(group.reduce((size, [, grad]) => size + grad.size, 0));
  let at = 0;
  for (const [, grad] of group) {
    out.set(grad.dataSync(), at);
    at += grad.size;
  }
  return out;
}

function split(group: readonly NamedGradient[], values: Float32Array): NamedGradient[] {
  let at = 0;
  return group.map(([name, grad]) => {
    const own = values.slice(at, at + grad.size);
    at += grad.size;
    return [name, tf.tensor(own, grad.shape)];
  });
}
