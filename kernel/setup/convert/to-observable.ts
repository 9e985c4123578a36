import MagicString from "magic-string";
import { type Code, nameOf, parse } from "./code.ts";
import type { Cell, Loss, Notebook } from "./notebook.ts";

/** How the cell of the names begins: it is made, and falls away on the way back. */
export const NAMES = "// The names of a fresh notebook.";
/** The lines that are put around a cell's code. */
export const startOf = (cell: number, keep: boolean): string =>
  `startCell(${cell}, invalidation${keep ? ", { keep: true }" : ""});`;
export const orderOf = (cell: number, before: number | undefined): string =>
  `const cell${cell} = ${before === undefined ? "true" : `cell${before}`};`;
export const isStart = (line: string): boolean => /^startCell\(\d+, invalidation.*\);$/.test(line);
export const isOrder = (line: string): boolean => /^const cell(\d+) = (?:cell\d+|true);$/.test(line);

/** What Observable gives to each cell. */
const OBSERVABLE = new Set(["display", "invalidation", "view", "visibility", "now", "width"]);
/** What only the kernel has. */
const KERNEL =
  /^(?:prompt|confirm|clearOutput|onCellStart|onCellEnd|process|require|Buffer|math|md|html|svg|tex)$/;

/**
 * A Jupyter notebook as one of Observable's. Jupyter's cells run one after the other, Observable's when what they use is
 * there; so each cell uses a name of the one before, and runs after it. The names that a fresh notebook has in
 * scope are imported in a cell of their own.
 *
 * @param library the exported names of the module at `address`
 * @returns the notebook, and what it cannot do that the other did
 */
export function toObservable(
  notebook: Notebook,
  library: ReadonlySet<string>,
  address = "./tspyro.js",
): { notebook: Notebook; losses: Loss[] } {
  const losses: Loss[] = [];
  const codes = notebook.cells.map(({ kind, source }) => (kind === "code" ? parse(source) : undefined));
  const home = new Map<string, number>();
  codes.forEach((code, i) => {
    const lose = (what: string) => losses.push({ cell: i + 1, what });
    for (const name of code?.declared ?? []) {
      const first = home.get(name);
      if (first === undefined) home.set(name, i + 1);
      else lose(`"${name}" is declared in cell ${first} already; in Observable a name is declared once`);
    }
    for (const module of code?.imports ?? [])
      if (module.startsWith("node:"))
        lose(`the module "${module}" is Node's; a page has no files: fetch, or FileAttachment`);
    for (const name of code?.used ?? [])
      if (KERNEL.test(name) && !library.has(name) && !code?.declared.includes(name))
        lose(`"${name}" is the kernel's own`);
    if (/^\s*%/m.test(notebook.cells[i]?.kind === "code" ? (notebook.cells[i]?.source ?? "") : ""))
      lose("magics are the kernel's own");
    if (notebook.cells[i]?.kind === "markdown" && /(^|[^\\])\$[^{\s]/.test(notebook.cells[i]?.source ?? ""))
      lose("formulas between $ signs are shown as they are written");
  });
  const wanted = new Set(["startCell"]);
  let before: number | undefined;
  const cells = notebook.cells.map((cell, i): Cell => {
    const code = codes[i];
    if (code === undefined) return { ...cell, source: cell.source.replace(/\$(\\*)\{/g, "$\\$1{") };
    const text = rewritten(cell.source, code);
    for (const name of parse(text).used)
      if (library.has(name) && !home.has(name) && !OBSERVABLE.has(name)) wanted.add(name);
    const source = [startOf(i + 1, cell.tags.includes("keep-params")), text, orderOf(i + 1, before)].join(
      "\n",
    );
    before = i + 1;
    return { ...cell, source };
  });
  const names = [...wanted].sort();
  const prelude: Cell = {
    id: "names",
    kind: "code",
    source: [NAMES, "import {", ...names.map((name) => `  ${name},`), `} from "${address}";`].join("\n"),
    tags: [],
  };
  return { notebook: { title: notebook.title, cells: [prelude, ...cells] }, losses };
}

/** What a Jupyter cell shows by itself, or prints, is displayed. */
function rewritten(source: string, { file, value, calls }: Code): string {
  const out = new MagicString(source);
  for (const call of calls) {
    const name = nameOf(call);
    const [first, ...others] = call.arguments;
    if (name === "display" && first !== undefined && others.length === 0) {
      out.appendLeft(first.getStart(file), "cellView(").appendRight(first.end, ", invalidation)");
    } else if (name === "console.log") {
      out.overwrite(call.expression.getStart(file), call.expression.end, "display(cellText");
      out.appendRight(call.end, ")");
    }
  }
  if (value !== undefined) {
    out.prependLeft(value.getStart(file), "display(cellValue(").appendRight(value.end, ", invalidation));");
  }
  return out.toString();
}
