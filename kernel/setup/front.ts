import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

/** No view is a map: a twelfth of the module would be projections that Plot names and nobody draws with. */
const withoutMaps: Plugin = {
  name: "without-maps",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/]d3-geo[\\/]/ }, async ({ path }) => {
      const [, list = ""] = /\bexport\s*\{([^}]*)\}\s*;?\s*$/.exec(await readFile(path, "utf8")) ?? [];
      const names = list.split(",").map((entry) => entry.trim().split(" as ").at(-1) ?? "");
      const empty = names.map((name) => `export const ${name} = none;`);
      return list === "" ? undefined : { contents: ["const none = () => none;", ...empty].join("\n") };
    });
  },
};

/**
 * Bundles the browser module of the widgets into `dist/widgets/front.js`: one file for all views, the only
 * bundle of this project, because a page fetches it over a comm and cannot resolve imports.
 *
 * @param root the project's folder
 * @returns the size of the written file in bytes
 */
export async function buildFront(root: string): Promise<number> {
  const result = await build({
    entryPoints: [join(root, "widgets", "front", "index.ts")],
    outfile: join(root, "dist", "widgets", "front.js"),
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    plugins: [withoutMaps],
    logLevel: "silent",
  });
  return Object.values(result.metafile.outputs)[0]?.bytes ?? 0;
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
  process.stdout.write(`front: ${await buildFront(root)} bytes\n`);
}
