// The first step of every command: it runs on any Node >= 20, before anything is installed, brings Node 24 and the
// npm packages, and hands over to a script of this folder under Node 24.
//   node kernel/setup/bootstrap.mjs setup.ts|start.ts|test.ts [arguments]
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { handOver } from "./hand-over.mjs";
import { ensureNode24, refuseOldNode } from "./node24.mjs";
import { ensurePackages } from "./packages.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const say = (line) => process.stderr.write(`tspyro set-up: ${line}\n`);

try {
  const [script, ...args] = process.argv.slice(2);
  if (script === undefined)
    throw new Error("bootstrap.mjs wants the name of a script of kernel/setup, then its arguments");
  refuseOldNode(root);
  const node = ensureNode24(root, say);
  ensurePackages(root, node, say);
  handOver(node, [join(here, script), ...args]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
