import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { type Program, parse } from "acorn";
import { checkAssignments } from "./constants.ts";
import { analyzeScopes, type ScopeAnalysis } from "./scope.ts";
import { CellSyntaxError } from "./syntax-error.ts";
import { isDeep, stripTypes, type Transpiled, transpile } from "./transpile.ts";

/** A cell as JavaScript, parsed. */
export interface ParsedCell {
  readonly source: string;
  readonly javascript: string;
  /** Source map of `javascript`, as JSON; undefined where all positions are those of the source. */
  readonly map: string | undefined;
  readonly program: Program;
  readonly scopes: ScopeAnalysis;
}

/** @throws CellSyntaxError */
export async function parseCell(source: string): Promise<ParsedCell> {
  const deep = isDeep(source);
  const stripped = deep ? { code: source, map: undefined } : stripTypes(source);
  const plain = stripped === undefined ? undefined : attempt(stripped);
  // V8 has no `using` at its top level, and acorn no decorators.
  const simple = plain?.program.body.every(
    (one) => one.type !== "VariableDeclaration" || !/using/.test(one.kind),
  );
  if (deep && plain === undefined)
    throw new CellSyntaxError(
      "The cell has brackets in more brackets than can be taken apart, or one is missing",
    );
  const { program, code, map } = plain !== undefined && simple ? plain : parsed(await transpile(source));
  const scopes = analyzeScopes(program);
  checkAssignments(program, scopes, code, map);
  return { source, javascript: code, map, program, scopes };
}

type Parsed = Transpiled & { program: Program };

function attempt(transpiled: Transpiled): Parsed | undefined {
  try {
    return parsed(transpiled);
  } catch {
    return undefined;
  }
}

function parsed({ code, map }: Transpiled): Parsed {
  try {
    const program = parse(code, {
      ecmaVersion: "latest",
      sourceType: "module",
      allowAwaitOutsideFunction: true,
    });
    return { code, map, program };
  } catch (error) {
    const { loc, message } = error as SyntaxError & { loc?: { line: number; column: number } };
    if (loc === undefined || map === undefined) throw error;
    const { line, column } = originalPositionFor(new TraceMap(map), loc);
    const text = message.replace(/ \(\d+:\d+\)$/, "");
    throw new CellSyntaxError(text, line === null ? undefined : { line, column: column + 1 });
  }
}
