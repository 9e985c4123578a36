import ts from "#typescript";
import { shortTypes } from "./short-types.ts";
import { type Known, suggesting } from "./suggestions.ts";
import { REWORDED, SUPPRESSED } from "./suppressed.ts";
import type { Diagnostic } from "./types.ts";

const CATEGORIES = { 0: "warning", 1: "error", 2: "suggestion", 3: "message" } as const;

/**
 * TypeScript's problems in positions of the cell. `offset` is the length of the line put before the cell; what lies
 * outside the cell's own text is not the reader's affair.
 */
export function cellDiagnostics(
  found: readonly ts.Diagnostic[],
  code: string,
  offset: number,
  known: Known = { own: [], prelude: [] },
): Diagnostic[] {
  const lines = lineStarts(code);
  const result: Diagnostic[] = [];
  for (const one of found) {
    if (one.start === undefined || SUPPRESSED[one.code] !== undefined) continue;
    const start = one.start - offset;
    if (start < 0 || start > code.length) continue;
    const end = Math.min(code.length, start + (one.length ?? 0));
    const plain = shortTypes(ts.flattenDiagnosticMessageText(one.messageText, "\n"));
    const message = suggesting(REWORDED[one.code]?.(plain) ?? plain, known);
    const from = position(lines, start);
    const to = position(lines, end);
    const category = CATEGORIES[one.category];
    result.push({
      ...from,
      endLine: to.line,
      endColumn: to.column,
      message,
      category,
      code: one.code,
      text: picture(
        code,
        lines,
        from,
        to,
        `${category}${one.code === 0 ? "" : ` TS${one.code}`}: ${message}`,
      ),
    });
  }
  return result;
}

interface Place {
  line: number;
  column: number;
}

function lineStarts(code: string): number[] {
  const starts = [0];
  for (let at = code.indexOf("\n"); at !== -1; at = code.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function position(starts: readonly number[], offset: number): Place {
  let line = starts.length;
  while (line > 1 && (starts[line - 1] ?? 0) > offset) line--;
  return { line, column: offset - (starts[line - 1] ?? 0) + 1 };
}

function picture(code: string, starts: readonly number[], from: Place, to: Place, title: string): string {
  const begin = starts[from.line - 1] ?? 0;
  const source = code.slice(begin, starts[from.line] ?? code.length).replace(/\r?\n$/, "");
  const number = `${from.line}`;
  const last = to.line === from.line ? to.column : source.length + 1;
  const gap = source.slice(0, from.column - 1).replace(/[^\t]/g, " ");
  const mark = "^".repeat(Math.max(1, last - from.column));
  return `line ${from.line}:${from.column} - ${title}\n  ${number} | ${source}\n  ${" ".repeat(number.length)} | ${gap}${mark}`;
}
