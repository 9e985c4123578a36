import type { AnyNode } from "acorn";
import { type ParsedCell, parseCell } from "../execute/parse.ts";
import { placeOf } from "../execute/place.ts";
import { childrenOf } from "../execute/scope.ts";
import { blankMagics } from "../magics/split.ts";
import type { Place } from "./dap.ts";

/** What a cell's text says about where it can stop. */
export interface CellShape {
  /** Where something is done, in the order of the text. */
  readonly places: readonly Place[];
  /** What stands between `try {` and its `catch`. */
  readonly guarded: readonly (readonly [from: Place, to: Place])[];
}

const statement =
  /^(Expression|Return|Throw|If|Switch|For|ForIn|ForOf|While|DoWhile|Debugger|Break|Continue)Statement$|^(Class|Import|ExportAll)Declaration$/;
const withBody = /^(Arrow)?Function(Expression|Declaration)?$/;

/** A cell that is no TypeScript has no shape. */
export async function shapeOf(written: string): Promise<CellShape> {
  let cell: ParsedCell;
  try {
    cell = await parseCell(blankMagics(written));
  } catch {
    return { places: [], guarded: [] };
  }
  const { program, javascript, map } = cell;
  const starts = new Set<number>();
  const tries: [number, number][] = [];
  const visit = (node: AnyNode): void => {
    if (statement.test(node.type)) starts.add(node.start);
    else if (node.type === "VariableDeclaration") {
      for (const one of node.declarations)
        if (one.init) starts.add(one === node.declarations[0] ? node.start : one.start);
    } else if (node.type === "CallExpression" || node.type === "NewExpression") {
      // Calls in the later lines of a statement.
      const { callee } = node;
      starts.add(callee.type === "MemberExpression" && !callee.computed ? callee.property.start : node.start);
    } else if (
      withBody.test(node.type) &&
      "body" in node &&
      !Array.isArray(node.body) &&
      "expression" in node
    ) {
      if (node.expression === true && node.body) starts.add(node.body.start);
    } else if (node.type === "TryStatement" && node.handler) tries.push([node.block.start, node.block.end]);
    for (const child of childrenOf(node)) visit(child);
  };
  for (const node of program.body) visit(node);
  const place = (offset: number) => placeOf(javascript, map, offset);
  return {
    places: [...starts]
      .map(place)
      .filter((one) => one !== undefined)
      .sort(inOrder),
    guarded: tries.flatMap(([from, to]) => {
      const ends = [place(from), place(to)] as const;
      return ends[0] === undefined || ends[1] === undefined ? [] : [[ends[0], ends[1]] as const];
    }),
  };
}

export function inOrder(a: Place, b: Place): number {
  return a.line - b.line || a.column - b.column;
}

/** Where a breakpoint that is wanted there comes to be: at or behind it, or else before it. */
export function breakableAt({ places }: CellShape, line: number, column = 1): Place | undefined {
  const inLine = places.find((one) => one.line === line && one.column >= column);
  return inLine ?? places.find((one) => one.line > line) ?? places.findLast((one) => one.line <= line);
}

/** Whether an exception from there is caught in the same cell, by what stands around it. */
export function isGuarded({ guarded }: CellShape, at: Place): boolean {
  return guarded.some(([from, to]) => inOrder(from, at) <= 0 && inOrder(at, to) < 0);
}
