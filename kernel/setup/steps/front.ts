import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, readOr, writeWhole } from "../files.ts";
import { placesOf, root } from "../paths.ts";
import type { Report, Step } from "../step.ts";

const madeIn = (root: string) => join(root, "dist/widgets/front.js");
const stampIn = (root: string) => join(placesOf(root).cacheFolder, "front.stamp");

/** Whether the module of a project is there, and made of its sources as they are. */
export function stateOfFront(root: string): "current" | "older" | "missing" {
  if (!existsSync(madeIn(root))) return "missing";
  return readOr(stampIn(root))?.toString() === frontSources(root) ? "current" : "older";
}

/** The browser's module that shows views live: one file, because a page gets it over a comm. */
export const front: Step = {
  name: "browser module",
  async run({ again }): Promise<Report> {
    if (!again && stateOfFront(root) === "current") return { state: "kept", says: "is up to date" };
    const sources = frontSources(root);
    // esbuild is loaded only when there is something to do.
    const { buildFront } = await import("../front.ts");
    const bytes = await buildFront(root);
    writeWhole(stampIn(root), sources);
    return { state: "made", says: `built, ${Math.round(bytes / 1000)} kB` };
  },
};

/** One hash over everything that may be bundled. */
export function frontSources(root: string): string {
  const paths = globSync("widgets/**/*.{ts,css,json}", { cwd: root }).sort();
  const read = ["package-lock.json", "kernel/setup/front.ts", ...paths];
  return fingerprint(...read.flatMap((path) => [path, readOr(join(root, path)) ?? ""]));
}
