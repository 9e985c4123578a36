/**
 * `tf` in a browser: TensorFlow.js's core with its chained methods. The layers are a script of their own, 60 kB
 * gzipped: `import * as layers from "tspyro/layers"`.
 */
import "./tensor/backend.ts";
// Types only: at run time the backend has put the methods on the class.
import type {} from "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";

export * from "@tensorflow/tfjs-core";
