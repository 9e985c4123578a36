/** tfjs's WebAssembly backend, from the files of its package. */
import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { fillMissingKernels } from "./fallback.ts";
import type { LoadResult } from "./load.ts";

export async function loadWasm(): Promise<LoadResult> {
  const require = createRequire(import.meta.url);
  try {
    setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
    // Its threads are workers that would keep the process alive.
    setThreadsCount(1);
    const previous = tf.engine().backendName;
    const ok = await tf.setBackend("wasm");
    if (previous) await tf.setBackend(previous);
    if (!ok) return { ok: false, why: "WebAssembly could not be started" };
  } catch (error) {
    return {
      ok: false,
      why: `WebAssembly could not be started: ${error instanceof Error ? error.message : error}`,
    };
  }
  fillMissingKernels("wasm");
  return { ok: true };
}
