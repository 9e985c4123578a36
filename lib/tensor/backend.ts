import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs";
import { seedFromEnvironment } from "./random/state.ts";
import { registerAll } from "./register.ts";

registerAll();
seedFromEnvironment(process.env.TSPYRO_SEED);
await tf.setBackend("cpu");
export function backendName(): "tensorflow" | "wasm" | "cpu" {
  return "cpu";
}
export function backendReason(): string {
  return "";
}
