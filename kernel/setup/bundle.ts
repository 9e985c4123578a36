import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Plugin } from "esbuild";

/** Where each thread of the kernel begins, and what its one file is called in `dist/kernel`. */
const threads: Readonly<Record<string, string>> = {
  main: "main",
  "wire-thread": "wire/worker",
  "language-thread": "language/worker",
};
const chunk = "thread-";

/**
 * Makes one file of what each thread of the kernel loads at its start, in `dist/kernel`, beside the files that the
 * compiler wrote. To find and read a hundred small files costs half of the time to the first kernel_info.
 * The library and packages stay as they are: what they hold is there once.
 */
export async function bundleThreads(root: string): Promise<void> {
  const [from, to] = [join(root, "kernel"), join(root, "dist", "kernel")];
  if (!existsSync(join(from, "main.ts"))) return;
  const { build } = await import("esbuild");
  for (const name of readdirSync(to)) if (name.startsWith(chunk)) rmSync(join(to, name));
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(threads).map(([name, file]) => [name, join(from, `${file}.ts`)]),
    ),
    outdir: to,
    chunkNames: `${chunk}[hash]`,
    plugins: [inPlace(root)],
    // What cells import is found at run time.
    logLevel: "silent",
    logOverride: { "unsupported-dynamic-import": "silent" },
    ...{ bundle: true, splitting: true, keepNames: true, format: "esm", platform: "node", target: "node22" },
  });
  for (const [name, file] of Object.entries(threads)) {
    if (name === file) continue;
    const up = relative(join(to, file, ".."), to).replaceAll(sep, "/");
    writeFileSync(join(to, `${file}.js`), `import "${up}/${name}.js";\n`);
  }
}

/** Modules of the kernel stand in a file of `dist/kernel`, and find what they look for as if each had its own. */
function inPlace(root: string): Plugin {
  const [from, to] = [join(root, "kernel"), join(root, "dist", "kernel")];
  const url = (path: string) => `./${relative(from, path).replaceAll(sep, "/").replace(/\.ts$/, ".js")}`;
  return {
    name: "in-place",
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ kind, path, resolveDir }) => {
        if (kind === "entry-point") return undefined;
        if (!path.startsWith(".")) return { path, external: true };
        const file = resolve(resolveDir, path);
        if (file.startsWith(from + sep)) return { path: file };
        const built = join(root, "dist", relative(root, file)).replace(/\.ts$/, ".js");
        return { path: relative(to, built).replaceAll(sep, "/"), external: true };
      });
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path, "utf8").replaceAll(
          "import.meta.url",
          `new URL(${JSON.stringify(url(path))}, import.meta.url).href`,
        ),
        loader: "ts",
      }));
    },
  };
}
