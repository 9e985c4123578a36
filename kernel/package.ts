import { readFileSync } from "node:fs";

/** The folder of the package: above the sources, or above dist. */
export const packageRoot = new URL(import.meta.url.endsWith(".ts") ? "../" : "../../", import.meta.url);

interface Manifest {
  readonly version: string;
  readonly exports?: Readonly<Record<string, { readonly default?: string }>>;
}

export const manifest = JSON.parse(readFileSync(new URL("package.json", packageRoot), "utf8")) as Manifest;
