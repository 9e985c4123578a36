import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { manifest, packageRoot as rootUrl } from "../package.ts";

export const packageRoot = fileURLToPath(rootUrl).replace(/[\\/]$/, "");

/** Whether the kernel runs from its sources, with Node's type stripping. */
const fromSource = import.meta.url.endsWith(".ts");

/** The URL of `tspyro`, `tspyro/infer` ... : the modules that the notebook itself has, not a second copy. */
export function ownModule(specifier: string): string | undefined {
  if (specifier !== "tspyro" && !specifier.startsWith("tspyro/")) return undefined;
  const entry = manifest.exports?.[`.${specifier.slice("tspyro".length)}`]?.default;
  if (entry === undefined) return undefined;
  const path = fromSource ? entry.replace("/dist/", "/").replace(/\.js$/, ".ts") : entry;
  return pathToFileURL(join(packageRoot, path)).href;
}
