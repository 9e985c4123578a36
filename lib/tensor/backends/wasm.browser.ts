/** tfjs's WebAssembly backend in a browser; a script of its own, fetched when it is asked for. */
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { fillMissingKernels } from "./fallback.ts";
import type { LoadResult } from "./load.ts";

/** @param folder address of tfjs's three `.wasm` files; by default they lie beside the script of this module */
export async function loadWasm(folder = new URL(".", import.meta.url).href): Promise<LoadResult> {
  const previous = tf.getBackend();
  try {
    setWasmPaths(folder);
    if (!(await tf.setBackend("wasm"))) return refused(`the files at ${folder} could not be used`);
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  } finally {
    await tf.setBackend(previous);
  }
  fillMissingKernels("wasm");
  return { ok: true };
}

function refused(why: string): LoadResult {
  return { ok: false, why: `WebAssembly could not be started: ${why}` };
}
