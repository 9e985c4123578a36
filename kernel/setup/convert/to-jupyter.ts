import MagicString from "magic-string";
import ts from "typescript";
import { nameOf, parse } from "./code.ts";
import type { Cell, Loss, Notebook } from "./notebook.ts";
import { isOrder, isStart, NAMES } from "./to-observable.ts";

/**
 * A notebook of Observable's as one of Jupyter's: what `toObservable` puts in falls away. Cells are in the order of the
 * page, which is the order in which Jupyter runs them.
 */
export function toJupyter(notebook: Notebook): { notebook: Notebook; losses: Loss[] } {
  const losses: Loss[] = [];
  const home = new Map<string, number>();
  const own = notebook.cells.filter(({ source }) => !source.startsWith(NAMES));
  const codes = own.map(({ kind, source }) => (kind === "code" ? parse(source) : undefined));
  codes.forEach((code, i) => {
    for (const name of code?.declared ?? []) if (!home.has(name)) home.set(name, i);
  });
  const cells = own.map((cell, i): Cell => {
    const code = codes[i];
    if (code === undefined) return { ...cell, source: cell.source.replace(/\$\\(\\*)\{/g, "$$$1{") };
    const lose = (what: string) => losses.push({ cell: i + 1, what });
    for (const name of ["view", "Generators", "Mutable", "FileAttachment", "Inputs", "visibility"])
      if (code.used.has(name) && !home.has(name)) lose(`"${name}" is Observable's own`);
    for (const name of code.used) {
      const at = home.get(name);
      if (at !== undefined && at > i && !/^cell\d+$/.test(name))
        lose(`"${name}" is declared in cell ${at + 1}, which runs after this one in Jupyter`);
    }
    const lines = cell.source.split("\n");
    if (isStart(lines[0] ?? "")) lines.shift();
    if (isOrder(lines.at(-1) ?? "")) lines.pop();
    return { ...cell, source: plain(lines.join("\n")) };
  });
  return { notebook: { ...notebook, cells }, losses };
}

const callOf = (node: ts.Expression | undefined, name: string): ts.CallExpression | undefined =>
  node !== undefined && ts.isCallExpression(node) && nameOf(node) === name ? node : undefined;

/** Without the calls that `toObservable` wraps around what is shown. */
function plain(source: string): string {
  const { file, calls } = parse(source);
  const out = new MagicString(source);
  for (const call of calls) {
    if (nameOf(call) !== "display") continue;
    const [only] = call.arguments;
    const [printed, shown, value] = ["cellText", "cellView", "cellValue"].map((name) => callOf(only, name));
    const start = call.getStart(file);
    if (printed !== undefined) {
      out.overwrite(start, printed.expression.end, "console.log").remove(printed.end, call.end);
    } else if (shown?.arguments[0] !== undefined) {
      out
        .remove(shown.getStart(file), shown.arguments[0].getStart(file))
        .remove(shown.arguments[0].end, shown.end);
    } else if (value?.arguments[0] !== undefined) {
      const statement = call.parent;
      out.remove(start, value.arguments[0].getStart(file)).remove(value.arguments[0].end, statement.end);
    }
  }
  return out.toString();
}
