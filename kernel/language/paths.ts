import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's own folder, whether this file runs from source or from dist. */
export function projectRoot(from: string = dirname(fileURLToPath(import.meta.url))): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).name === "tspyro") return folder;
    if (dirname(folder) === folder) throw new Error(`No package.json of tspyro above ${from}.`);
  }
}

/** Declarations where they are built, sources otherwise: both type a notebook, the first loads faster. */
export function moduleFile(
  root: string,
  name: "lib/index" | "widgets/index" | "kernel/language/notebook-globals",
): string | undefined {
  return [join(root, "dist", `${name}.d.ts`), join(root, `${name}.ts`)].find((file) => existsSync(file));
}

/** Paths as TypeScript writes them. */
export function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}
