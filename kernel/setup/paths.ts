import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** The project's folder. */
export const root = resolve(import.meta.dirname, "../..");

/** Where everything lies that set-up makes. */
export interface Places {
  root: string;
  cacheFolder: string;
  jupyterFolder: string;
  venv: string;
  /** Where the `.venv` has its commands. */
  venvScripts: string;
  venvPython: string;
  kernelspecFolder: string;
}

/** The places of a project in `root`. */
export function placesOf(root: string, platform: string = process.platform): Places {
  const venv = join(root, ".venv");
  const venvScripts = join(venv, platform === "win32" ? "Scripts" : "bin");
  return {
    root,
    cacheFolder: join(root, ".cache"),
    jupyterFolder: join(root, ".jupyter"),
    venv,
    venvScripts,
    venvPython: join(venvScripts, platform === "win32" ? "python.exe" : "python"),
    kernelspecFolder: join(venv, "share", "jupyter", "kernels", "tspyro"),
  };
}

export const { cacheFolder, jupyterFolder, venv, venvScripts, venvPython, kernelspecFolder } = placesOf(root);

/** Whether the project has a JupyterLab: a .venv alone may be one that pip could not fill. */
export function hasLab(): boolean {
  return existsSync(join(venvScripts, process.platform === "win32" ? "jupyter-lab.exe" : "jupyter-lab"));
}

/** Where an executable lies on the PATH, or undefined. */
export function onPath(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (existsSync(path)) return path;
    }
  }
  return undefined;
}
