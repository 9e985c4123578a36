/** The tensor core in a browser: WebAssembly where its files are served beside the page, else plain JavaScript. */
import "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { loadCpu } from "./backends/cpu.ts";
import { fillMissingKernels } from "./backends/fallback.ts";
import { quickenEngine } from "./engine.ts";
import type { BackendName } from "./kernels.ts";
import { watchMemory } from "./memory.ts";
import { seedFromEnvironment } from "./random/state.ts";
import { registerAll } from "./register.ts";

export function backendName(): BackendName {
  return tf.getBackend() as BackendName;
}

export function backendReason(): string {
  return backendName() === "wasm"
    ? "Tensors are computed by WebAssembly, the fastest core in a browser."
    : "Tensors are computed by plain JavaScript, because WebAssembly could not be started.";
}

quickenEngine();
loadCpu();
registerAll();
seedFromEnvironment(undefined);
if (await tf.setBackend("wasm").catch(() => false)) fillMissingKernels("wasm");
else await tf.setBackend("cpu");
watchMemory(backendName());
