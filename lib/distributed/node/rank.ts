/** What `launch` starts on each rank: `node rank.ts FILE`, with what is to be done in the file. */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { deserialize } from "node:v8";
import { constants, Script } from "node:vm";
import { Worker } from "node:worker_threads";
import type { RunStart } from "../../infer/run-events.ts";
import { isAnothers } from "../trouble.ts";
import type { LaunchJob, RankFailure, RankMessage } from "./launch-messages.ts";
import type { LineData } from "./rank-line.ts";
import { type FunctionContent, leftBehind, pack, unpack } from "./travel.ts";

const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const rank = Number(process.env.OMPI_COMM_WORLD_RANK ?? process.env.PMI_RANK ?? 0);
const file = process.argv[2] as string;
const job = deserialize(readFileSync(file)) as LaunchJob;
const sent = new SharedArrayBuffer(4);
const words = new Int32Array(sent);
let told = 0;
const line = new Worker(new URL(`./rank-line.${extension}`, import.meta.url), {
  workerData: { address: job.line, files: dirname(file), sent } satisfies LineData,
});
line.unref();
const tell = (message: RankMessage) => {
  told++;
  line.postMessage(message);
};
tell({ type: "hello", rank, pid: process.pid });

/** Nothing that was told is lost when the process ends; whoever listens no more ends it by itself. */
function flush(): void {
  for (;;) {
    const out = Atomics.load(words, 0);
    if (out >= told || Atomics.wait(words, 0, out, 5000) === "timed-out") return;
  }
}

/** Messages that may be under way, before who prints waits for who reads. */
const UNDER_WAY = 512;

/** What is printed goes the same way, because mpirun tears the lines of those who print much. */
for (const stream of ["stdout", "stderr"] as const) {
  const write = (text: string | Uint8Array, ...rest: unknown[]): boolean => {
    tell({ type: "printed", stream, text: typeof text === "string" ? text : Buffer.from(text).toString() });
    while (told - Atomics.load(words, 0) > UNDER_WAY) Atomics.wait(words, 0, Atomics.load(words, 0), 100);
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  };
  process[stream].write = write as typeof process.stdout.write;
}

const pyro = await import("../../index.ts");
const { currentWorld, isInitialized } = await import("../world.ts");
const library: Readonly<Record<string, unknown>> = { ...pyro, pyro };
// A script's own `tspyro` is this one: its parameters are those that are sent.
const own: Readonly<Record<string, string>> = {
  tspyro: new URL(`../../index.${extension}`, import.meta.url).href,
};
for (const part of ["infer", "optim", "nn", "formula", "params", "jit", "poutine"])
  Object.assign(own, {
    [`tspyro/${part}`]: new URL(`../../${part}/index.${extension}`, import.meta.url).href,
  });
Object.assign(own, {
  "tspyro/dist": new URL(`../../distributions/index.${extension}`, import.meta.url).href,
});
registerHooks({
  resolve: (specifier, context, next) => {
    const url = own[specifier];
    return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
  },
});

/** A function of its text, among the library's names; what it imports is looked for from where the launcher is. */
function evaluate({ source, name }: FunctionContent): unknown {
  const names = Object.keys(library);
  const named = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && !isReserved(name);
  const body = named ? `{ const ${name} = (${source}\n); return ${name}; }` : `return (${source}\n);`;
  const code = `"use strict"; (({ ${names.join(", ")} }) => { ${job.preamble}\n${body} })`;
  const filename = join(job.folder, "launch");
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  return (
    new Script(code, { filename, importModuleDynamically }).runInThisContext() as (names: object) => unknown
  )(library);
}

function isReserved(name: string): boolean {
  try {
    new Function(`"use strict"; const ${name} = 0;`);
    return false;
  } catch {
    return true;
  }
}

/** Losses of all runs, end to end. */
let before = 0;
let run: RunStart | undefined;
pyro.infer.onRunStart((next) => {
  const own = next.losses().length;
  const base = before - own;
  let known = own;
  run = next;
  next.subscribe(({ done, step, total, rate, left, loss }) => {
    const losses = next.losses();
    // Compiled steps may have been taken back.
    if (losses.length < known) known = losses.length;
    tell({
      type: "losses",
      at: base + known,
      values: losses.slice(known),
      news: { step, total, rate, loss, done, ...(left !== undefined && { left }) },
    });
    known = losses.length;
    before = base + known;
    if (done) run = undefined;
  });
});

function failureOf(error: unknown): RankFailure {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const steps = run === undefined ? before : run.losses().length + 1;
  return { name, message, stack: stack ?? "", step: steps, another: isAnothers(error) };
}

/** A name that nobody has where the function runs is, most likely, a variable that it has captured. */
function explained(error: unknown): unknown {
  if (!(error instanceof ReferenceError) || typeof job.task === "string") return error;
  const name = /^(\S+) is not defined$/.exec(error.message)?.[1];
  return name === undefined ? error : leftBehind([name], "The function");
}

try {
  pyro.getParamStore().setState(job.params);
  const { setRngState } = await import("../../tensor/index.ts");
  setRngState(job.rng);
  const args = unpack(job.args, evaluate) as unknown[];
  let task: unknown;
  if (typeof job.task === "string") {
    const script = resolve(job.folder, job.task);
    process.argv.splice(1, process.argv.length, script, ...args.map(String));
    task = ((await import(pathToFileURL(script).href)) as { default?: unknown }).default;
  } else task = unpack(job.task, evaluate);
  const value: unknown =
    typeof task === "function" ? await (task as (...args: unknown[]) => unknown)(...args) : undefined;
  const packed = pack(value, `what rank ${rank} returns`);
  if (isInitialized()) currentWorld().finalize();
  const params = rank === 0 ? pyro.getParamStore().getState() : undefined;
  tell({ type: "finished", value: packed, params });
  flush();
  process.exit(0);
} catch (thrown) {
  const error = explained(thrown);
  tell({ type: "failed", failure: failureOf(error) });
  flush();
  if (isInitialized() && currentWorld().size > 1) currentWorld().abort(failureOf(error).message);
  process.exit(1);
}
