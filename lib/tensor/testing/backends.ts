/** The backends that a machine has, for tests that run on each of them within one process. */
import * as tf from "@tensorflow/tfjs-core";
import { loadBackend } from "../backend.ts";
import { BACKENDS, type BackendName } from "../kernels.ts";

const available: BackendName[] = [];
for (const name of BACKENDS) {
  const result = await loadBackend(name);
  if (result.ok) available.push(name);
}

/** cpu and wasm always; tensorflow where its addon is built. */
export const testBackends: readonly BackendName[] = available;

/** Runs `f` on a backend and comes back to the one before; what it returns must be host values. */
export async function on<T>(backend: BackendName, f: () => T): Promise<T> {
  const before = tf.getBackend();
  await tf.setBackend(backend);
  try {
    return tf.tidy(f as () => tf.TensorContainer) as T;
  } finally {
    await tf.setBackend(before);
  }
}

/** The values of a tensor as plain numbers. */
export function numbers(t: tf.Tensor): number[] {
  return Array.from(t.dataSync());
}

/** |a - b| relative to |b|, absolute below `floor`. Equal infinities and NaNs differ by 0. */
export function relativeError(a: number, b: number, floor = 1e-30): number {
  if (Object.is(a, b) || a === b) return 0;
  return Math.abs(a - b) / Math.max(Math.abs(b), floor);
}
