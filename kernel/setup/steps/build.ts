import { existsSync } from "node:fs";
import { join } from "node:path";
import { build as compile } from "../build.ts";
import { root } from "../paths.ts";
import { lastLines } from "../processes.ts";
import type { Report, Step } from "../step.ts";

/** `lib`, `kernel` and `widgets` as JavaScript, file by file, with their types. */
export const build: Step = {
  name: "dist",
  async run({ again }): Promise<Report> {
    const { built, errors, seconds, output } = await compile({ root, quiet: true, force: again });
    if (!existsSync(join(root, "dist/kernel/main.js"))) {
      throw new Error(`The kernel could not be built into dist/:\n${lastLines(output, 20)}`);
    }
    // TypeScript is loaded only when there is something to do.
    if (built || !existsSync(join(root, "dist/globals.d.ts")))
      (await import("../globals.ts")).writeGlobals(root);
    // A kernel with a type error somewhere in it still runs; `npm test` is where that counts.
    if (errors > 0)
      return { state: "without", says: `built with ${errors} type errors (npm run types lists them)` };
    return built
      ? { state: "made", says: `built in ${seconds} s` }
      : { state: "kept", says: "is up to date" };
  },
};
