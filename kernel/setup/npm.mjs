// Plain JavaScript for Node >= 20: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * Runs npm and waits for it. Inside an npm script the very npm that runs it is used; else the one on the PATH.
 * @param {string[]} args
 * @param {{ cwd: string, node?: string }} options `node`: the Node that npm itself runs on
 * @returns {{ status: number | null, output: string }} output is only filled when npm failed to start or to work
 */
export function runNpm(args, { cwd, node = process.execPath }) {
  const script = process.env.npm_execpath;
  const byScript = script !== undefined && /npm-cli\.c?js$/.test(script);
  const options = { cwd, env: nodeEnvironment(node), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
  const result = byScript
    ? spawnSync(node, [script, ...args], options)
    : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  if (result.error !== undefined) return { status: 1, output: `npm did not start: ${result.error.message}` };
  if (result.signal !== null) {
    process.stderr.write(`\nnpm was ended by ${result.signal}; run the command again to go on.\n`);
    process.exit(130);
  }
  return { status: result.status, output: `${result.stdout}${result.stderr}` };
}

/**
 * The environment of what runs on Node 24: it is first in the PATH, and keeps what it compiled inside the project
 * (compiler and npm ask Node to do that, which else writes to the machine's folder for temporary files).
 * @param {string} node the executable
 */
export function nodeEnvironment(node) {
  return {
    ...process.env,
    PATH: prependPath(dirname(node)),
    NODE_COMPILE_CACHE: join(root, ".cache", "node"),
  };
}

function prependPath(folder) {
  const separator = process.platform === "win32" ? ";" : ":";
  const rest = process.env.PATH ?? process.env.Path ?? "";
  return rest.split(separator)[0] === folder ? rest : `${folder}${separator}${rest}`;
}
