/**
 * What happens to tensors that nobody disposes: 5000 of 1 MB are made and dropped.
 *
 *     node e2e/bench/memory.ts [awaiting|synchronous|hoarding|tidy]     (with TSPYRO_BACKEND=tensorflow|wasm|cpu)
 *
 * Prints one line with the peak of the process's memory, and fails where it passes the limit of its mode:
 * 1 GB with an await in the loop, 2 GB without. `hoarding` keeps every tensor and must end in an error.
 */
import * as tf from "@tensorflow/tfjs-core";
import { backendName, nativeBytes } from "../../lib/tensor/index.ts";
import { measured } from "./measured.ts";

const MODES = ["awaiting", "synchronous", "hoarding", "tidy"] as const;
const mode = MODES.find((known) => known === process.argv[2]) ?? "awaiting";
const COUNT = 5000;
const LIMIT = mode === "awaiting" || mode === "tidy" ? 1e9 : 2e9;

const one = tf.zeros([512, 512]);
let peak = 0;
let peakBytes = 0;
function note(i: number): void {
  peakBytes = Math.max(peakBytes, nativeBytes());
  if (i % 20 === 0) peak = Math.max(peak, process.memoryUsage.rss());
}

const kept: tf.Tensor[] = [];
let error = "";
const start = performance.now();
try {
  for (let i = 0; i < COUNT; i++) {
    if (mode === "tidy") tf.tidy(() => tf.exp(tf.add(one, i)));
    else if (mode === "hoarding") kept.push(tf.add(one, i));
    else tf.add(one, i);
    note(i);
    if (mode === "awaiting" && i % 10 === 0) await tf.nextFrame();
  }
} catch (caught) {
  error = caught instanceof Error ? caught.message : String(caught);
}
const milliseconds = performance.now() - start;
await tf.nextFrame();

const gb = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
console.log(
  `${backendName()} ${mode}: peak RSS ${gb(peak)}, peak tensor bytes ${gb(peakBytes)}, ` +
    `${milliseconds.toFixed(0)} ms, tensors at the end ${tf.memory().numTensors}`,
);
measured(`${backendName()} ${mode}: peak`, peak / 1e9, "GB");
if (error !== "") console.log(error);
const mustFail = mode === "hoarding";
if ((error !== "") !== mustFail || (mode !== "hoarding" && peak > LIMIT)) {
  console.log("FAILED");
  process.exitCode = 1;
}
