import { Module } from "node:module";
import ts from "#typescript";
import { blankMagics } from "../magics/split.ts";
import type { Completeness } from "./types.ts";

/**
 * Is the cell whole, does it go on, or can it never become right? The parser's complaints decide: a thing that is
 * missing at the very end may still come; anything else is wrong. Where a cell goes on, tslab's `isCompleteCode`
 * knows how the next line is indented.
 */
export function isComplete(code: string): Completeness {
  const text = blankMagics(code);
  const end = text.trimEnd().length;
  if (end === 0) return { status: "complete" };
  const file = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const [first] = (file as WithParseDiagnostics).parseDiagnostics ?? [];
  if (first === undefined) {
    return isOpen(file) ? { status: "incomplete", indent: indentAfter(text) } : { status: "complete" };
  }
  const atEnd = ((first.start ?? 0) >= end && first.code !== OPEN_STRING) || UNTERMINATED.has(first.code);
  return atEnd ? { status: "incomplete", indent: indentAfter(text) } : { status: "invalid" };
}

interface WithParseDiagnostics extends ts.SourceFile {
  readonly parseDiagnostics?: readonly ts.Diagnostic[];
}

/** A comment or a template that is not closed may run over many lines. */
const UNTERMINATED: ReadonlySet<number> = new Set([1010, 1160]);

/** A string in quotes ends on its line or not at all. */
const OPEN_STRING = 1002;

/** A function without its body is right for the parser (an overload) and never for a reader. */
function isOpen(file: ts.SourceFile): boolean {
  const last = file.statements.at(-1);
  return (
    last !== undefined &&
    ts.isFunctionDeclaration(last) &&
    last.body === undefined &&
    !file.text.trimEnd().endsWith(";")
  );
}

function indentAfter(text: string): string {
  // tslab takes a blank line at the end for the wish to run the cell, and reads JSX, where `<T>(x: T) =>` is none.
  const lines = text.replace(/\s+$/, "");
  const line = /[^\n]*$/.exec(lines)?.[0] ?? "";
  return tslab().isCompleteCode(lines).indent ?? /^\s*/.exec(line)?.[0] ?? "";
}

interface Tslab {
  isCompleteCode(code: string): { completed: boolean; indent?: string };
}
let loaded: Tslab | undefined;

/** tslab's converter on this project's TypeScript: a second compiler would cost 70 MB for a question about brackets. */
function tslab(): Tslab {
  if (loaded === undefined) {
    const require = Module.createRequire(import.meta.url);
    const own = require.resolve("tslab/dist/converter");
    const compiler = Module.createRequire(own).resolve("@tslab/typescript-for-tslab");
    const stand = new Module(compiler);
    stand.exports = ts;
    stand.loaded = true;
    require.cache[compiler] ??= stand;
    loaded = require(own) as Tslab;
  }
  return loaded;
}
