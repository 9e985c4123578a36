// Plain JavaScript for Node >= 20: it runs before anything is installed.
import { readFileSync } from "node:fs";
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
 * Whether `node_modules` holds what package-lock.json asks for. npm writes its own account of what it installed,
 * as the last thing it does, so an interrupted installation has none.
 * @param {string} root the project's folder
 */
export function packagesAreCurrent(root) {
  const wanted = read(join(root, "package-lock.json"))?.packages;
  const present = read(join(root, "node_modules", ".package-lock.json"))?.packages;
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || entry.link) return true;
    const installed = present[path];
    // Packages for other platforms are listed as optional and rightly absent.
    return installed === undefined
      ? Boolean(entry.optional || entry.peer)
      : installed.version === entry.version;
  });
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
