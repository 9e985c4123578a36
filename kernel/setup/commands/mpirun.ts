import { spawn } from "node:child_process";

/** Milliseconds in which an mpirun that has heard of ctrl-C by itself has ended. */
const ONCE_TOLD = 3000;
const SCRIPT = /\.[cm]?[jt]s$/;

/**
 * `npx tspyro mpirun -np 4 [options] train.ts [arguments]`: the script on several processes. What stands before it is
 * mpirun's, what stands behind it is its own. `TSPYRO_MPI=openmpi|mpich` chooses where both are installed.
 */
export async function mpirun(args: readonly string[]): Promise<number> {
  const at = args.findIndex((arg) => SCRIPT.test(arg));
  if (at < 0) throw new Error("there is no script among the arguments: mpirun -np 4 train.ts");
  // The other commands answer without the library too.
  const { findRunner } = await import("../../../lib/distributed/node/runner.ts");
  const { buildShim } = await import("../../../lib/distributed/node/build.ts");
  const runner = findRunner(undefined, process.env);
  if (runner === undefined) {
    throw new Error("there is no mpirun (apt install openmpi-bin libopenmpi-dev, or mpich libmpich-dev)");
  }
  // Once, and not by every rank at the same time.
  const built = buildShim(runner.kind, process.env);
  if ("why" in built) throw new Error(built.why);
  const rank = [...runner.wrapper, process.execPath, "--no-warnings", ...args.slice(at)];
  const child = spawn(runner.command, [...runner.options, ...args.slice(0, at), ...rank], {
    stdio: "inherit",
    env: { ...runner.env },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // mpirun ends its ranks, and then itself. A terminal tells mpirun too: at a second one it would leave ranks behind.
    process.removeAllListeners(signal);
    process.on(signal, () => {
      setTimeout(() => child.kill(signal), signal === "SIGINT" ? ONCE_TOLD : 0).unref();
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}
