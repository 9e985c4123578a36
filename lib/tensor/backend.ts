/**
 * Chooses the tensor core when it is imported: TensorFlow's own library where it is built, else WebAssembly,
 * else plain JavaScript. `TSPYRO_BACKEND=tensorflow|wasm|cpu` chooses by hand.
 *
 * The one module of the library whose import has an effect; whatever needs tensors imports it first.
 */
// The union package, because it is what registers tfjs's gradients and the chained methods (`x.add(y)`).
import "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { loadCpu } from "./backends/cpu.ts";
import type { LoadResult } from "./backends/load.ts";
import { loadNative } from "./backends/native.ts";
import { loadWasm } from "./backends/wasm.ts";
import { nodeCollector } from "./collector.ts";
import { BACKENDS, type BackendName } from "./kernels.ts";
import { configureMemory, watchMemory } from "./memory.ts";
import { prepareTensors } from "./prepare.ts";
import { seedFromEnvironment } from "./random/state.ts";

const LOADERS: Record<BackendName, () => LoadResult | Promise<LoadResult>> = {
  tensorflow: loadNative,
  wasm: loadWasm,
  cpu: loadCpu,
};
const LABELS: Record<BackendName, string> = {
  tensorflow: "TensorFlow's native library",
  wasm: "WebAssembly",
  cpu: "plain JavaScript",
};

let reason = "";

/** The core that computes now. */
export function backendName(): BackendName {
  return tf.getBackend() as BackendName;
}

/** One sentence on why it is this one. */
export function backendReason(): string {
  return reason;
}

/** Makes a backend available without choosing it; for tests that run on all of them. */
export async function loadBackend(name: BackendName): Promise<LoadResult> {
  const chosen = tf.engine().backendName;
  const result = await LOADERS[name]();
  if (result.ok) watchMemory(name);
  if (chosen) await tf.setBackend(chosen);
  return result;
}

async function choose(): Promise<void> {
  const asked = process.env.TSPYRO_BACKEND;
  if (asked !== undefined && asked !== "") return chooseByHand(asked);
  const failures: string[] = [];
  for (const name of ["tensorflow", "wasm", "cpu"] as const) {
    const result = await loadBackend(name);
    if (!result.ok) {
      failures.push(`${LABELS[name]} cannot be used (${result.why})`);
      continue;
    }
    await tf.setBackend(name);
    const because = failures.length === 0 ? "it is installed and the fastest" : failures.join(", and ");
    reason = `Tensors are computed by ${LABELS[name]}, because ${because}.`;
    return;
  }
  throw pyroError({ what: "No tensor core could be started", got: failures.join("; ") });
}

async function chooseByHand(asked: string): Promise<void> {
  const name = BACKENDS.find((known) => known === asked);
  if (name === undefined) {
    throw pyroError({
      what: "TSPYRO_BACKEND names no tensor core",
      where: "environment",
      expected: BACKENDS.join(", "),
      got: asked,
    });
  }
  const result = await loadBackend(name);
  if (!result.ok) {
    throw pyroError({
      what: `TSPYRO_BACKEND asks for ${LABELS[name]}, which cannot be used`,
      where: "environment",
      got: result.why,
      try:
        name === "tensorflow" ? "npm run setup builds it; or unset TSPYRO_BACKEND" : "unset TSPYRO_BACKEND",
    });
  }
  await tf.setBackend(name);
  reason = `Tensors are computed by ${LABELS[name]}, because TSPYRO_BACKEND=${asked}.`;
}

configureMemory({ collector: nodeCollector(), turnBytes: process.env.TSPYRO_TURN_BYTES });
prepareTensors();
seedFromEnvironment(process.env.TSPYRO_SEED);
await choose();
