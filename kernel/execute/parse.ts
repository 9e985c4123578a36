import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { type Program, parse } from "acorn";
import { analyzeScopes, type ScopeAnalysis } from "./scope.ts";
import { CellSyntaxError } from "./syntax-error.ts";
import { transpile } from "./transpile.ts";

/** A cell as JavaScript, parsed. */
export interface ParsedCell {
  readonly source: string;
  readonly javascript: string;
  /** Source map of `javascript`, as JSON. */
  readonly map: string;
  readonly program: Program;
  readonly scopes: ScopeAnalysis;
}

/** @throws CellSyntaxError */
export async function parseCell(source: string): Promise<ParsedCell> {
  const { code: javascript, map } = await transpile(source);
  try {
    const program = parse(javascript, {
      ecmaVersion: "latest",
      sourceType: "module",
      allowAwaitOutsideFunction: true,
      allowImportExportEverywhere: false,
    });
    return { source, javascript, map, program, scopes: analyzeScopes(program) };
  } catch (error) {
    const { loc, message } = error as SyntaxError & { loc?: { line: number; column: number } };
    if (loc === undefined) throw error;
    const { line, column } = originalPositionFor(new TraceMap(map), loc);
    const text = message.replace(/ \(\d+:\d+\)$/, "");
    throw new CellSyntaxError(text, line === null ? undefined : { line, column: column + 1 });
  }
}
