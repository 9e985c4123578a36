import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, readOr, writeWhole } from "../files.ts";
import { cacheFolder, root } from "../paths.ts";
import type { Report, Step } from "../step.ts";

const made = join(root, "dist/widgets/front.js");
const stamp = join(cacheFolder, "front.stamp");

/** The browser's module that shows views live: one file, because a page gets it over a comm. */
export const front: Step = {
  name: "browser module",
  async run({ again }): Promise<Report> {
    const sources = sourcesNow();
    if (!again && existsSync(made) && readOr(stamp)?.toString() === sources) {
      return { state: "kept", says: "is up to date" };
    }
    // esbuild is loaded only when there is something to do.
    const { buildFront } = await import("../front.ts");
    const bytes = await buildFront(root);
    writeWhole(stamp, sources);
    return { state: "made", says: `built, ${Math.round(bytes / 1000)} kB` };
  },
};

/** One hash over everything that may be bundled. */
function sourcesNow(): string {
  const paths = globSync("widgets/**/*.{ts,css,json}", { cwd: root }).sort();
  const read = ["package-lock.json", "kernel/setup/front.ts", ...paths];
  return fingerprint(...read.flatMap((path) => [path, readOr(join(root, path)) ?? ""]));
}
