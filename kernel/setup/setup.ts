// `npm run setup`: everything that the commands need, one step after another; each is quick when nothing is left to do.
import { join } from "node:path";
import { sweep } from "./files.ts";
import { withLock } from "./lock.ts";
import { cacheFolder } from "./paths.ts";
import { endChildrenOnSignals } from "./processes.ts";
import type { Step } from "./step.ts";
import { build } from "./steps/build.ts";
import { command } from "./steps/command.ts";
import { front } from "./steps/front.ts";
import { kernel } from "./steps/kernelspec.ts";
import { nativeCore } from "./steps/native-core/index.ts";
import { papermill } from "./steps/papermill.ts";
import { python } from "./steps/python.ts";

// Python comes first: its pip may be what fetches the tensor core.
const steps: readonly Step[] = [python, nativeCore, build, front, kernel, papermill, command];

/**
 * Runs all steps.
 * @param options.again do the work of steps that are done already, too
 * @param options.quiet print only what was made, and what had to be done without
 * @throws Error when a step fails that nothing can go on without
 */
export async function setup(options: { again?: boolean; quiet?: boolean } = {}): Promise<void> {
  const say = (line: string) => process.stderr.write(`tspyro set-up: ${line}\n`);
  await withLock(say, async () => {
    sweep(join(cacheFolder, "tmp"));
    for (const step of steps) {
      const report = await step.run({
        announce: (line) => say(`${line} ...`),
        again: options.again ?? false,
      });
      if (report.state === "kept" && options.quiet) continue;
      say(`${step.name}: ${report.says}`);
    }
  });
}

if (import.meta.main) {
  endChildrenOnSignals();
  try {
    await setup({ again: process.argv.includes("--again") });
  } catch (error) {
    process.stderr.write(
      `${error instanceof Error ? error.message : error}\nIt can be run again: npm run setup\n`,
    );
    process.exitCode = 1;
  }
}
