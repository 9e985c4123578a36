// `npm run browser:build`: the library as scripts that a page can import, in dist/browser.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";

/**
 * What a plain page may import, by the name of its script: the module it comes from. Applications that are bundled take
 * `dist/lib`, file by file, so that they have one copy of everything.
 */
export const ENTRIES = {
  tspyro: "lib/browser/index",
  "tspyro-layers": "lib/browser/layers",
  "tspyro-views": "widgets/views/index",
  "tspyro-widgets": "widgets/page/index",
  "tspyro-notebook": "widgets/page/notebook",
  "tspyro-demo": "widgets/page/demo/index",
} as const;

export interface BrowserBuild {
  readonly folder: string;
  readonly metafile: Metafile;
}

const WASM = join("node_modules", "@tensorflow", "tfjs-backend-wasm", "dist");

/**
 * Bundles the entries as ES modules that share their common parts, with source maps, the declarations that `build.ts`
 * writes, and tfjs's WebAssembly beside. `browser` in package.json says which modules stand for those that need Node.
 *
 * @param root the project's folder
 * @param folder where the scripts go (default: dist/browser); what stood there is gone
 */
export async function buildBrowser(
  root: string,
  folder = join(root, "dist", "browser"),
): Promise<BrowserBuild> {
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(ENTRIES).map(([out, from]) => ({ in: join(root, `${from}.ts`), out })),
    outdir: folder,
    // The library knows its own scripts by how their names begin.
    chunkNames: "tspyro-part-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    // Errors and printed programs name classes and functions.
    keepNames: true,
    sourcemap: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "linked",
    // A page has a document of its own. (package.json says the same of what is built.)
    alias: { linkedom: "./widgets/host/comms.browser.ts" },
    metafile: true,
    logLevel: "silent",
  });
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(join(root, WASM)))
    if (file.endsWith(".wasm")) copyFileSync(join(root, WASM, file), join(folder, file));
  for (const [name, from] of Object.entries(ENTRIES))
    writeFileSync(join(folder, `${name}.d.ts`), `export * from "../${from}.js";\n`);
  return { folder, metafile };
}

/** The scripts that are fetched before an entry runs, itself included: what it loads later does not count. */
export function scriptsOf({ metafile: { outputs } }: BrowserBuild, entry: keyof typeof ENTRIES): string[] {
  const first = Object.keys(outputs).find((path) => path.endsWith(`/${entry}.js`));
  const found = new Set(first === undefined ? [] : [first]);
  for (const path of found)
    for (const { path: next, kind } of outputs[path]?.imports ?? [])
      if (kind === "import-statement") found.add(next);
  return [...found];
}

/** Bytes that a server that compresses sends for an entry. */
export function gzippedSize(root: string, built: BrowserBuild, entry: keyof typeof ENTRIES): number {
  return scriptsOf(built, entry).reduce(
    (sum, path) => sum + gzipSync(readFileSync(resolve(root, path)), { level: 9 }).length,
    0,
  );
}

if (import.meta.main) {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
  const built = await buildBrowser(root);
  for (const entry of Object.keys(ENTRIES) as (keyof typeof ENTRIES)[]) {
    const kilobytes = Math.round(gzippedSize(root, built, entry) / 1000);
    process.stdout.write(`browser: ${entry}.js, ${kilobytes} kB gzipped with what it imports\n`);
  }
}
