import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { writeIfDifferent } from "../files.ts";
import { root } from "../paths.ts";
import type { Report, Step } from "../step.ts";

const script = `#!/usr/bin/env node
import "../../kernel/setup/tspyro.mjs";
`;

/** Makes `npx tspyro` find this project's own command, which npm does not link for the package that it stands in. */
export const command: Step = {
  name: "npx tspyro",
  async run(): Promise<Report> {
    const folder = join(root, "node_modules/.bin");
    if (!existsSync(folder)) return { state: "without", says: "node_modules is missing" };
    let changed = writeIfDifferent(join(folder, "tspyro"), script);
    if (changed) chmodSync(join(folder, "tspyro"), 0o755);
    if (process.platform === "win32") {
      const shim = `@node "%~dp0\\..\\..\\kernel\\setup\\tspyro.mjs" %*\r\n`;
      changed = writeIfDifferent(join(folder, "tspyro.cmd"), shim) || changed;
    }
    return { state: changed ? "made" : "kept", says: "doctor, install, uninstall" };
  },
};
