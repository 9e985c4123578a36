// `npm run handout [-- --execute]`: the notebooks of the course as HTML files in handout/, pictures inside.
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectEnvironment } from "./environment.ts";
import { hasLab, root, venvPython } from "./paths.ts";
import { setup } from "./setup.ts";

interface Page {
  /** Of the file, without its ending. */
  name: string;
  title: string;
}

/** The first heading of a notebook, or `name` where it has none. */
export function titleOf(notebook: string, name: string): string {
  const { cells } = JSON.parse(notebook) as { cells: { cell_type: string; source: string | string[] }[] };
  const text = cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => [source].flat().join(""))
    .join("\n");
  return /^# +(.+)$/m.exec(text)?.[1] ?? name;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** A page of links to the others. */
export function indexOf(pages: readonly Page[]): string {
  const items = pages.map(
    ({ name, title }) => `    <li><a href="${encodeURIComponent(name)}.html">${escaped(title)}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>tspyro: the course</title>
  <style>body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; font: 1.1rem/1.7 sans-serif } ul { list-style: none; padding: 0 }</style>
  <h1>The course</h1>
  <ul>
${items.join("\n")}
  </ul>
</html>
`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { execute: { type: "boolean" } } });
  await setup({ quiet: true });
  if (!hasLab()) throw new Error("There is no nbconvert: the lines above say what is missing.");
  const notebooks = join(root, "notebooks");
  const handout = join(root, "handout");
  const names = (await readdir(notebooks))
    .filter((file) => file.endsWith(".ipynb"))
    .map((file) => file.slice(0, -".ipynb".length))
    .sort();
  await rm(handout, { recursive: true, force: true });
  await mkdir(handout);
  const files = names.map((name) => join(notebooks, `${name}.ipynb`));
  const options = ["--to", "html", "--embed-images", "--output-dir", handout, "--log-level", "WARN"];
  const { status } = spawnSync(
    venvPython,
    ["-m", "jupyter", "nbconvert", ...options, ...(values.execute ? ["--execute"] : []), ...files],
    { env: projectEnvironment(), stdio: "inherit" },
  );
  if (status !== 0) throw new Error("nbconvert failed; its messages are above.");
  const pages = await Promise.all(
    names.map(async (name, i) => ({ name, title: titleOf(await readFile(files[i] ?? "", "utf8"), name) })),
  );
  await writeFile(join(handout, "index.html"), indexOf(pages));
  process.stdout.write(`${names.length} notebooks are in ${join(handout, "index.html")}\n`);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
