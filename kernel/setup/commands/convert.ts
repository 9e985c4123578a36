import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { namesOf } from "../browser/names.ts";
import { readJupyter, writeJupyter } from "../convert/jupyter.ts";
import type { Loss, Notebook } from "../convert/notebook.ts";
import { readObservable, writeObservable } from "../convert/observable-html.ts";
import { toJupyter } from "../convert/to-jupyter.ts";
import { toObservable } from "../convert/to-observable.ts";
import { root } from "../paths.ts";

interface Converted {
  readonly notebook: Notebook;
  readonly losses: readonly Loss[];
}

/** `npx tspyro convert <file> --to observable | jupyter`: one source, two notebooks. */
export async function convert(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { to: { type: "string" }, out: { type: "string", short: "o" }, import: { type: "string" } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error("one file is converted at a time");
  if (!existsSync(file)) throw new Error(`there is no file ${file}`);
  const to = values.to ?? (file.endsWith(".ipynb") ? "observable" : "jupyter");
  if (to !== "observable" && to !== "jupyter") throw new Error(`--to takes observable or jupyter, not ${to}`);
  const text = readFileSync(file, "utf8");
  const name = basename(file).replace(/\.(ipynb|html)$/, "");
  const { notebook, losses }: Converted =
    to === "observable"
      ? toObservable(readJupyter(text, name), await namesOf(root), values.import)
      : toJupyter(readObservable(text, name));
  const extension = to === "observable" ? "html" : "ipynb";
  const out = values.out ?? join(file, "..", `${name}.${extension}`);
  writeFileSync(out, to === "observable" ? writeObservable(notebook) : writeJupyter(notebook));
  process.stdout.write(`${out}\n`);
  for (const { cell, what } of losses) process.stdout.write(`  cell ${cell}: ${what}\n`);
  return 0;
}
