/**
 * The tensor core in a browser: plain JavaScript, which is there at once, needs no other file and is the fastest one on
 * the small tensors of most models. `loadBackend("wasm")` fetches WebAssembly for large ones.
 *
 * It stands for `backend.ts` wherever the library is bundled for a browser (`browser` in package.json).
 */
// Not the union package: it would bring WebGL and the layers along.
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { LoadResult } from "./backends/load.ts";
import type { BackendName } from "./kernels.ts";
import { watchMemory } from "./memory.ts";
import { prepareTensors } from "./prepare.ts";
import { seedFromEnvironment } from "./random/state.ts";

/** The core that computes now. */
export function backendName(): BackendName {
  return tf.getBackend() as BackendName;
}

/** One sentence on why it is this one. */
export function backendReason(): string {
  return backendName() === "wasm"
    ? "Tensors are computed by WebAssembly, because this page asked for it."
    : "Tensors are computed by plain JavaScript, because a page that asks for nothing else begins with it.";
}

/** Makes a backend available without choosing it. The files of WebAssembly are fetched from beside this script. */
export async function loadBackend(name: BackendName): Promise<LoadResult> {
  switch (name) {
    case "cpu":
      return { ok: true };
    case "wasm": {
      const { loadWasm } = await import("./backends/wasm.browser.ts");
      const result = await loadWasm();
      if (result.ok) watchMemory(name);
      return result;
    }
    case "tensorflow":
      return { ok: false, why: "a browser has no native library" };
    default:
      return name satisfies never;
  }
}

prepareTensors();
seedFromEnvironment(undefined);
// Chosen at once: nothing of this backend is fetched.
void tf.setBackend("cpu");
watchMemory("cpu");
