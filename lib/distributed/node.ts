/** What the distributed part needs of Node: the native shim, the end of the process, other processes. */
import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import { buildShim } from "./node/build.ts";
import { startedBy } from "./node/environment.ts";
import type { Shim, ShimResult } from "./shim.ts";

export { runRanks } from "./node/ranks.ts";

/** The shim of the MPI that started this process; built where it is not there yet. */
export function loadShim(env = process.env): ShimResult {
  const started = startedBy(env);
  if (started === undefined) return { shim: undefined, alone: true, why: "mpirun has not started it" };
  if (!isMainThread) {
    const hint = "distributed on the main thread, whose workers get what they need by messages";
    return { shim: undefined, alone: false, why: "a worker asks: MPI is the main thread's", hint };
  }
  const built = buildShim(started.kind, env);
  if ("why" in built) return { shim: undefined, alone: false, why: built.why };
  try {
    return { shim: createRequire(import.meta.url)(built.file) as Shim, env };
  } catch (error) {
    return { shim: undefined, alone: false, why: `the shim cannot be loaded: ${(error as Error).message}` };
  }
}

/** Hear how the process ends, and of what. */
export function hearExit(onExit: (code: number, error: unknown) => void): void {
  let uncaught: unknown;
  process.on("uncaughtExceptionMonitor", (error) => {
    uncaught = error;
  });
  process.on("exit", (code) => onExit(code, uncaught));
}

/** Write a line that is out before the process ends. */
export function say(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // Nobody listens any more.
  }
}
