#!/usr/bin/env node
// `npx tspyro <command>`: finds Node 24 and hands over to cli.ts.
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { handOver } from "./hand-over.mjs";
import { findNode24 } from "./node24.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const node = findNode24(root);
if (node === undefined) {
  process.stderr.write(
    `MISSING  Node 24: this one is ${process.version}, and set-up has not brought another yet: ` +
      `run \`npm run setup\` in ${root} first.\n`,
  );
  process.exit(1);
}
handOver(node, [join(here, "cli.ts"), ...process.argv.slice(2)]);
