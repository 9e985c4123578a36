/** tfjs's plain JavaScript backend: always there. */
import * as tf from "@tensorflow/tfjs-core";
import type { LoadResult } from "./load.ts";
import { mendCpuKernels } from "./mended.ts";

/** Its first use in Node prints an advertisement for tfjs-node; this takes the occasion away. */
export function loadCpu(): LoadResult {
  const backend = tf.findBackend("cpu");
  if (backend === null) return { ok: false, why: "tfjs did not register its cpu backend" };
  Reflect.set(backend, "firstUse", false);
  mendCpuKernels();
  return { ok: true };
}
