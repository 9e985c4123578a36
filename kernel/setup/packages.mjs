// Plain JavaScript for Node >= 20: it runs before anything is installed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runNpm } from "./npm.mjs";

function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * The packages of package-lock.json that `node_modules` lacks or has in another version. npm writes its own account of
 * what it installed, as the last thing it does, so an interrupted installation has none; a folder may have gone since.
 * @param {string} root the project's folder
 * @returns {string[] | undefined} undefined where there is no lock file or no account
 */
export function missingPackages(root) {
  const wanted = read(join(root, "package-lock.json"))?.packages;
  const present = read(join(root, "node_modules", ".package-lock.json"))?.packages;
  if (wanted === undefined || present === undefined) return undefined;
  return Object.entries(wanted)
    .filter(([path, entry]) => {
      if (path === "" || entry.link) return false;
      const installed = present[path];
      // Packages for other platforms are listed as optional and rightly absent.
      if (installed === undefined) return !(entry.optional || entry.peer);
      return installed.version !== entry.version || !existsSync(join(root, path, "package.json"));
    })
    .map(([path]) => path.replace(/^.*node_modules\//, ""));
}

/** Whether `node_modules` holds what package-lock.json asks for. */
export function packagesAreCurrent(root) {
  return missingPackages(root)?.length === 0;
}

/**
 * Installs the npm packages, without their install scripts (the one that matters is a step of its own).
 * @param {string} root
 * @param {string} node Node 24
 * @param {(line: string) => void} say
 */
export function ensurePackages(root, node, say) {
  if (packagesAreCurrent(root)) return;
  say("npm packages of package-lock.json");
  const npm = runNpm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: root, node });
  if (npm.status === 0) return;
  throw new Error(`npm ci did not succeed:\n${npm.output.trim()}\nIt can be run again: npm run setup`);
}
