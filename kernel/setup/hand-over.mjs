// Plain JavaScript for Node >= 20: it runs before anything is installed.
import { spawn } from "node:child_process";
import process from "node:process";
import { nodeEnvironment } from "./npm.mjs";

/**
 * Becomes, as far as Node can, another Node process: same terminal, same signals, same exit code.
 * @param {string} node the executable
 * @param {string[]} args
 */
export function handOver(node, args) {
  const child = spawn(node, args, {
    stdio: "inherit",
    env: nodeEnvironment(node),
  });
  // The child decides when to end; the terminal's Ctrl-C reaches it twice, which it must bear.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // npm and the shell between it and us may be killed without passing that on.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) child.kill("SIGTERM");
  }, 1000);
  watch.unref();
  child.on("error", (error) => {
    process.stderr.write(`${node} did not start: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
}
