// Runs a script or a tool on Node 24, whatever Node npm itself runs on.
//   node kernel/setup/run.mjs <file> [arguments]
import { dirname, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { handOver } from "./hand-over.mjs";
import { findNode24 } from "./node24.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const node = findNode24(root);
if (node === undefined) {
  process.stderr.write("Node 24 is not here yet: run `npm run setup` first.\n");
  process.exit(1);
}
handOver(node, process.argv.slice(2));
