/**
 * Whether many steps leave memory flat: 100 000 eager steps of the coin, and how much the process grew after
 * the first thousand.
 *
 *     node24 e2e/bench/leak.ts [steps]                               the native core, then the cpu one
 *     TSPYRO_BACKEND=tensorflow node24 e2e/bench/leak.ts [steps]     one of them
 *
 * Node runs with the flags that it has in the kernel, which keep V8's young generation small: left to itself it
 * grows for some ten thousand steps.
 *
 * Exits with 1 if it grew by 50 MB or more, or if a tensor was left behind.
 */
import { spawnSync } from "node:child_process";
import * as tf from "@tensorflow/tfjs-core";
import { growthFlag } from "../../kernel/session/heap-growth.ts";
import { nodeFlags } from "../../kernel/setup/node-flags.ts";
import * as dist from "../../lib/distributions/index.ts";
import { SVI } from "../../lib/infer/index.ts";
import { Adam } from "../../lib/optim/index.ts";
import { param, plate, sample } from "../../lib/primitives.ts";
import { backendName, setSeed } from "../../lib/tensor/index.ts";
import { measured } from "./measured.ts";

const FLAGS = ["--expose-gc", ...nodeFlags, growthFlag];
const LIMIT_MB = 50;
const steps = Number(process.argv[2] ?? 100_000);
const flips = tf.tensor1d([1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
const { positive } = dist.constraints;

function model(): void {
  const p = sample("p", new dist.Beta(10, 10));
  plate("flips", 10, () => sample("flip", new dist.Bernoulli(p), { obs: flips }));
}

function guide(): void {
  const alpha = param("alpha", 15, { constraint: positive });
  const beta = param("beta", 15, { constraint: positive });
  sample("p", new dist.Beta(alpha, beta));
}

/** Resident megabytes, and those of JavaScript's heap, once what is dropped is collected. */
async function megabytes(): Promise<{ rss: number; heap: number }> {
  const gc = (globalThis as { gc?: () => void }).gc;
  for (let i = 0; i < 3; i++) {
    gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20 };
}

async function measure(): Promise<boolean> {
  setSeed(1);
  const svi = new SVI(model, guide, new Adam({ lr: 0.0005 }), "ELBO");
  for (let i = 0; i < 1000; i++) svi.step();
  const before = await megabytes();
  const tensors = tf.memory().numTensors;
  const start = performance.now();
  for (let i = 1000; i < steps; i++) {
    svi.step();
    if (i % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const micros = ((performance.now() - start) * 1000) / Math.max(1, steps - 1000);
  const after = await megabytes();
  const grown = after.rss - before.rss;
  const left = tf.memory().numTensors - tensors;
  console.log(
    `${backendName()}: ${steps} steps, ${micros.toFixed(0)} µs a step; after the first thousand ` +
      `RSS ${before.rss.toFixed(0)} -> ${after.rss.toFixed(0)} MB (${grown.toFixed(1)}), ` +
      `heap ${before.heap.toFixed(0)} -> ${after.heap.toFixed(0)} MB, tensors ${left >= 0 ? "+" : ""}${left}`,
  );
  measured(`${backendName()}: a step`, micros, "µs");
  measured(`${backendName()}: growth after the first thousand of ${steps} steps`, grown, "MB");
  return grown < LIMIT_MB && left <= 0;
}

/** Measure in a process of its own with the flags that it needs. */
function measureElsewhere(backend: string): boolean {
  const script = [...FLAGS, import.meta.filename, String(steps)];
  const env = { ...process.env, TSPYRO_BACKEND: backend };
  return spawnSync(process.execPath, script, { env, stdio: "inherit" }).status === 0;
}

const asked = process.env.TSPYRO_BACKEND;
const flagged = process.execArgv.includes(FLAGS[0] as string);
const ok =
  flagged && asked !== undefined
    ? await measure()
    : (asked === undefined ? ["tensorflow", "cpu"] : [asked]).map(measureElsewhere).every(Boolean);
process.exitCode = ok ? 0 : 1;
