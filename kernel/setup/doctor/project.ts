import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { readJson } from "../files.ts";
import { placesOf } from "../paths.ts";
import type { Finding, Machine } from "./finding.ts";

/** The project itself, and whether its folders can be written: by trying it, because permissions tell only half. */
export function project({ root }: Machine): Finding {
  const what = "project";
  const { cacheFolder, jupyterFolder, venv } = placesOf(root);
  for (const folder of [
    root,
    cacheFolder,
    jupyterFolder,
    venv,
    join(root, "dist"),
    join(root, "notebooks"),
  ]) {
    if (folder !== root && !existsSync(folder)) continue;
    const why = whyUnwritable(folder);
    if (why === undefined) continue;
    const place = relative(root, folder);
    return {
      what,
      says: `${place === "" ? root : `${place} in ${root}`} cannot be written (${why}): make it yours, or move the project to a folder of your own, then run \`npm run setup\``,
      state: "missing",
    };
  }
  const { version = "?" } = (readJson(join(root, "package.json")) as { version?: string } | undefined) ?? {};
  return { what, says: `tspyro ${version} in ${root}`, state: "ok" };
}

function whyUnwritable(folder: string): string | undefined {
  const trial = join(folder, `.doctor-${process.pid}`);
  try {
    writeFileSync(trial, "");
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    try {
      rmSync(trial, { force: true });
    } catch {
      // What could not be made cannot be removed.
    }
  }
}
