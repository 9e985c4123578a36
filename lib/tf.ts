/**
 * `tf` as users get it: all of TensorFlow.js's core and its layers, with the chained methods (`x.add(y)`)
 * both there and typed, on the tensor core that this library chose.
 */
import "./tensor/backend.ts";
// Types only: at run time the union package, which the backend imports, has put the methods on the class.
import type {} from "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";

export * from "@tensorflow/tfjs-core";
export * from "@tensorflow/tfjs-layers";
