// `npm run observable` previews the course in pages, `npm run observable:build` makes a static site of it.
import { spawn } from "node:child_process";
import { copyFileSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { buildBrowser } from "../browser/build.ts";
import { namesOf } from "../browser/names.ts";
import { readFramework } from "../convert/framework.ts";
import { readJupyter } from "../convert/jupyter.ts";
import type { Loss } from "../convert/notebook.ts";
import { readObservable, writeObservable } from "../convert/observable-html.ts";
import { toObservable } from "../convert/to-observable.ts";
import { cacheFolder, root } from "../paths.ts";
import { type Entry, gallery } from "./gallery.ts";

/** Notebooks of the course that a page can run. */
const COURSE = /^(0[1-6]|12)-.*\.ipynb$/;

/** A page with what it imports, beside the library's scripts. */
const PLAIN = ["slide.html", "slide.js"];

/** What they read. */
const DATA = ["penguins.csv"];

export interface Site {
  /** What Notebook Kit takes. */
  readonly folder: string;
  readonly pages: readonly string[];
  /** What cannot be carried, by the name of the notebook. */
  readonly losses: ReadonlyMap<string, readonly Loss[]>;
}

/**
 * Puts the site's sources together: the course's notebooks, converted; those that were written for pages; the library.
 * @param folder where to (default: in .cache)
 */
export async function assemble(folder = join(cacheFolder, "observable")): Promise<Site> {
  const { folder: library } = await buildBrowser(root);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "tspyro"), { recursive: true });
  cpSync(library, join(folder, "tspyro"), {
    recursive: true,
    filter: (path) => !/\.(map|d\.ts|txt)$/.test(path),
  });
  writeFileSync(join(folder, "tspyro.js"), 'export * from "./tspyro/tspyro-notebook.js";\n');
  mkdirSync(join(folder, "data"));
  const data = join(root, "node_modules", "@observablehq", "sample-datasets");
  for (const file of DATA) copyFileSync(join(data, file), join(folder, "data", file));
  copyFileSync(join(root, "notebooks", "observable", "course-files.js"), join(folder, "course-files.js"));
  const names = await namesOf(root);
  const notebooks = join(root, "notebooks");
  const losses = new Map<string, readonly Loss[]>();
  const entries: Entry[] = [];
  for (const file of globSync("*.ipynb", { cwd: notebooks })
    .sort()
    .filter((name) => COURSE.test(name))) {
    const name = basename(file, ".ipynb");
    const { notebook, losses: lost } = toObservable(
      readJupyter(readFileSync(join(notebooks, file), "utf8"), name),
      names,
    );
    writeFileSync(join(folder, `${name}.html`), withFiles(writeObservable(notebook)));
    losses.set(name, lost);
    entries.push({ page: `${name}.html`, title: notebook.title, part: "course" });
  }
  for (const page of globSync("*.html", { cwd: join(notebooks, "observable") }).sort()) {
    copyFileSync(join(notebooks, "observable", page), join(folder, page));
    const { title } = readObservable(readFileSync(join(folder, page), "utf8"), page);
    entries.push({ page, title, part: "sliders" });
  }
  const framework = readFramework(
    readFileSync(join(notebooks, "pages", "framework.md"), "utf8"),
    "framework",
  );
  writeFileSync(join(folder, "framework.html"), writeObservable(framework));
  entries.push({ page: "framework.html", title: framework.title, part: "elsewhere" });
  const pages = ["index.html", ...entries.map(({ page }) => page)];
  // A plain page is no notebook: nothing builds it.
  for (const file of PLAIN) copyFileSync(join(notebooks, "pages", file), join(folder, file));
  entries.push({ page: "slide.html", title: "Two demos for a lecture", part: "elsewhere" });
  writeFileSync(join(folder, "index.html"), gallery(entries));
  return { folder, pages, losses };
}

/** The course reads its data from a package; in the site that lies beside, and a module answers for Node's. */
function withFiles(html: string): string {
  return html.replace(/"node:(?:fs|module)"/g, '"./course-files.js"').replace(/process\.cwd\(\)/g, '"."');
}

/** Runs Notebook Kit's command; resolves with its exit code. */
export function notebookKit(args: readonly string[], quiet = false): Promise<number> {
  const command = join(root, "node_modules", "@observablehq", "notebook-kit", "dist", "bin", "notebooks.js");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], {
      stdio: ["inherit", quiet ? "ignore" : "inherit", "inherit"],
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** @returns the exit code of Notebook Kit */
export async function buildSite(out = join(root, "dist", "observable"), quiet = false): Promise<number> {
  const { folder, pages } = await assemble();
  // Minified, a model would be called by another name in pictures and errors; the library is small as it is.
  const options = ["--no-minify", "--root", folder, "--out", out, "--empty"];
  const code = await notebookKit(["build", ...options, "--", ...pages], quiet);
  if (code !== 0) return code;
  for (const file of PLAIN) copyFileSync(join(folder, file), join(out, file));
  cpSync(join(folder, "tspyro"), join(out, "tspyro"), { recursive: true });
  return 0;
}

if (import.meta.main) {
  if (process.argv[2] === "build") process.exitCode = await buildSite();
  else {
    const { folder, losses } = await assemble();
    for (const [name, lost] of losses)
      for (const { cell, what } of lost) process.stdout.write(`${name}, cell ${cell}: ${what}\n`);
    process.exitCode = await notebookKit(["preview", "--root", folder]);
  }
}
