import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { readOr, writeIfDifferent } from "../files.ts";
import { root, venv } from "../paths.ts";
import type { Report, Step } from "../step.ts";

const name = "tspyro_papermill";
const folder = join(root, "kernel/setup/papermill");

/** What pip would write for that folder; without a build, which would want a network. */
const metadata: Readonly<Record<string, string>> = {
  METADATA: "Metadata-Version: 2.1\nName: tspyro-papermill\nVersion: 0.1.0\n",
  "entry_points.txt": `[papermill.engine]\ntspyro = ${name}:Engine\n`,
  INSTALLER: "tspyro\n",
};

/** Lets the papermill of `.venv` write parameters into TypeScript notebooks. */
export const papermill: Step = {
  name: "papermill",
  async run(): Promise<Report> {
    const [packages] = globSync(["lib/python*/site-packages", "Lib/site-packages"], { cwd: venv });
    if (packages === undefined || !existsSync(join(venv, packages, "papermill")))
      return { state: "without", says: "not in .venv" };
    const module = readOr(join(folder, `${name}.py`)) ?? "";
    let changed = writeIfDifferent(join(venv, packages, `${name}.py`), module);
    for (const [file, text] of Object.entries(metadata))
      changed = writeIfDifferent(join(venv, packages, `${name}-0.1.0.dist-info`, file), text) || changed;
    return { state: changed ? "made" : "kept", says: "writes parameters into TypeScript notebooks" };
  },
};
