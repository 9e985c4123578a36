/** `tf.layers` for pages that use it: in a browser `tf` is TensorFlow.js's core alone. */
import "../tensor/backend.ts";

export * from "@tensorflow/tfjs-layers";
