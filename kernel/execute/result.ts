import type { AnyNode, Expression } from "acorn";
import type { ParsedCell } from "./parse.ts";
import { placeOf } from "./place.ts";
import { endsWithSemicolon } from "./semicolon.ts";
import type { CellPlace } from "./syntax-error.ts";

/** The expression whose value is the cell's result: the last one, unless a semicolon hides it. */
export function resultOf(cell: ParsedCell): Expression | undefined {
  const { program, javascript, map } = cell;
  const last = program.body.at(-1);
  if (last === undefined) return undefined;
  if (map !== undefined) return ofTranspiled(cell, map);
  return javascript[last.end - 1] === ";" ? undefined : expressionOf(last);
}

function expressionOf(node: AnyNode): Expression | undefined {
  if (node.type === "ExpressionStatement") return node.expression;
  if (node.type !== "ExportDefaultDeclaration" || /Declaration$/.test(node.declaration.type))
    return undefined;
  return node.declaration as Expression;
}

/** In what esbuild wrote it has to be looked for: there are semicolons everywhere, and statements nobody wrote. */
function ofTranspiled({ program, source, javascript }: ParsedCell, map: string): Expression | undefined {
  let last: AnyNode | undefined = program.body.findLast((one) => one.type !== "EmptyStatement");
  // The cell has a `using`: esbuild put its statements into a `try`.
  if (last?.type === "TryStatement" && last.finalizer && !source.includes("__callDispose")) {
    const { start, end } = last.finalizer;
    if (javascript.slice(start, end).includes("__callDispose")) last = last.block.body.at(-1);
  }
  const expression = last === undefined ? undefined : expressionOf(last);
  if (expression === undefined || last === undefined) return undefined;
  const place = placeOf(javascript, map, last.start);
  // What esbuild makes of a decorated class ends in an expression that nobody wrote.
  if (
    place !== undefined &&
    /^(@|((export|declare|abstract)\s+)*(class|enum|namespace|module)\s)/.test(textAt(source, place))
  )
    return undefined;
  if (endsWithSemicolon(source, map) || endsUndefined(source, javascript)) return undefined;
  return expression;
}

/** esbuild leaves out a last statement such as `undefined` or `void 0`: the one before it is not the result. */
function endsUndefined(source: string, javascript: string): boolean {
  const written = source.replace(/(\/\/[^\n]*|\/\*[\s\S]*?\*\/|\s)+$/, "");
  return /\b(undefined|void\s+\d+)\)*$/.test(written) && !/void 0\)*;?\s*$/.test(javascript);
}

function textAt(source: string, { line, column }: CellPlace): string {
  const lines = source.split("\n").slice(line - 1);
  return lines.join("\n").slice(column - 1);
}
