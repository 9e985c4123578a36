/**
 * TensorFlow's own library behind `@tensorflow/tfjs-node`. Loaded by `require`, so that it meets the same
 * copy of tfjs-core as everything else, and only where its addon has been built: a machine without a compiler
 * runs on another core.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { fillMissingKernels } from "./fallback.ts";
import type { LoadResult } from "./load.ts";
import { runSmallKernelsOnHost } from "./small.ts";

export function loadNative(): LoadResult {
  const require = createRequire(import.meta.url);
  let folder: string;
  try {
    folder = dirname(require.resolve("@tensorflow/tfjs-node/package.json"));
  } catch {
    return { ok: false, why: "the package @tensorflow/tfjs-node is not installed" };
  }
  if (!existsSync(join(folder, "lib", "napi-v8", "tfjs_binding.node"))) {
    return { ok: false, why: "the addon of @tensorflow/tfjs-node has not been built" };
  }
  prepareProcess(require);
  try {
    require("@tensorflow/tfjs-node");
  } catch (error) {
    return { ok: false, why: `the addon cannot be loaded: ${firstLine(error)}` };
  }
  if (tf.findBackend("tensorflow") === null) {
    return { ok: false, why: "@tensorflow/tfjs-node uses another copy of @tensorflow/tfjs-core" };
  }
  fillMissingKernels("tensorflow");
  runSmallKernelsOnHost();
  return { ok: true };
}

/** What must hold before the addon is loaded. */
function prepareProcess(require: NodeJS.Require): void {
  // TensorFlow's information lines go to stderr, where a reader would take them for trouble.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  // One operation of a small model gains nothing from threads and pays for waking them; hyperthreads cost more still.
  process.env.TF_NUM_INTRAOP_THREADS ??= String(
    Math.max(1, Math.min(8, Math.floor(availableParallelism() / 2))),
  );
  // tfjs-node 4.22 calls one function that Node 23 removed and another whose use it reports as deprecated.
  const util = require("node:util") as Partial<
    Record<"isNullOrUndefined" | "isArray", (x: unknown) => boolean>
  >;
  util.isNullOrUndefined ??= (x) => x === null || x === undefined;
  util.isArray = Array.isArray;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
