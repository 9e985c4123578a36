import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** The project's folder. */
export const root = resolve(import.meta.dirname, "../..");

export const cacheFolder = join(root, ".cache");
export const jupyterFolder = join(root, ".jupyter");
export const venv = join(root, ".venv");
/** Where the `.venv` has its commands. */
export const venvScripts = join(venv, process.platform === "win32" ? "Scripts" : "bin");
export const venvPython = join(venvScripts, process.platform === "win32" ? "python.exe" : "python");
export const kernelspecFolder = join(venv, "share", "jupyter", "kernels", "tspyro");

/** Whether the project has a JupyterLab: a .venv alone may be one that pip could not fill. */
export function hasLab(): boolean {
  return existsSync(join(venvScripts, process.platform === "win32" ? "jupyter-lab.exe" : "jupyter-lab"));
}

/** Where an executable lies on the PATH, or undefined. */
export function onPath(name: string): string | undefined {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (existsSync(path)) return path;
    }
  }
  return undefined;
}
