import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { loadBackend } from "../tensor/backend.ts";

/**
 * Chooses what computes tensors in this page: `"cpu"`, plain JavaScript, with which a page begins, or `"wasm"`, tfjs's
 * WebAssembly, which is faster on large tensors: half a megabyte is fetched from beside the library's scripts.
 * Compiled steps run as they did; only what is not compiled changes its speed.
 *
 * @example
 * await useBackend("wasm");
 * @throws where the files are not there, or the page's content policy forbids WebAssembly
 */
export async function useBackend(name: "cpu" | "wasm"): Promise<void> {
  // A script that cannot be fetched, in a page without a network say, is a rejected promise.
  const result = await loadBackend(name).catch(
    (error: Error) => ({ ok: false, why: error.message }) as const,
  );
  if (!result.ok) {
    throw pyroError({
      what: `The tensor core "${name}" cannot be used`,
      where: "useBackend",
      expected:
        "the files tfjs-backend-wasm*.wasm beside the library's scripts, and a policy that allows them",
      got: result.why,
      try: 'useBackend("cpu"), which needs nothing',
    });
  }
  await tf.setBackend(name);
}
