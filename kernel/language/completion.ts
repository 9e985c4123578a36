import ts from "#typescript";
import { isNodeGlobal } from "./browser-names.ts";
import type { Completion, CompletionMatch } from "./types.ts";

export interface CompletionContext {
  readonly service: ts.LanguageService;
  readonly path: string;
  /** The cell, and the length of what stands before it in the file. */
  readonly code: string;
  readonly offset: number;
  /** Names of modules that are in scope but not loaded. */
  readonly resting: readonly string[];
}

const LIMIT = 1000;
/** TypeScript's rank of globals and keywords, behind everything nearer. */
const FAR = "15";

export function completion(context: CompletionContext, cursor: number): Completion {
  const { service, path, code, offset } = context;
  const word = wordAround(code, cursor);
  const found = service.getCompletionsAtPosition(path, offset + cursor, { includeSymbol: true });
  const checker = service.getProgram()?.getTypeChecker();
  if (found === undefined || checker === undefined) return { start: word.start, end: word.end, matches: [] };
  const span =
    found.entries.find((entry) => entry.replacementSpan)?.replacementSpan ?? found.optionalReplacementSpan;
  const start = span === undefined ? word.start : Math.min(cursor, span.start - offset);
  const end = span === undefined ? word.end : Math.max(cursor, span.start + span.length - offset);
  const typed = code.slice(start, cursor);
  const inType = /(?::|<|\bas|\bsatisfies|\bextends|\bimplements|\bkeyof|\||&|=>)\s*$/.test(
    code.slice(0, start),
  );
  const afterDot = /\.\s*$/.test(code.slice(0, start));
  const ranked: { rank: string; match: CompletionMatch }[] = [];
  for (const entry of found.entries) {
    const near = nearness(entry.name, typed);
    if (near === undefined || isInternal(entry.name)) continue;
    const far = entry.sortText.startsWith(FAR);
    if (far && !inType && entry.kind !== "keyword" && !isNodeGlobal(entry.name) && found.isGlobalCompletion)
      continue;
    // In an object literal the reader wants options; methods come from a tensor or array that would fit there too.
    const late = found.isMemberCompletion && !afterDot && entry.kind === "method" ? "z" : "";
    ranked.push({
      rank: `${near}${late}${entry.sortText}`,
      match: { text: entry.name, type: kindOf(entry, context, checker) },
    });
  }
  ranked.sort((a, b) => compare(a.rank, b.rank) || compare(a.match.text, b.match.text));
  const best = ranked.some((one) => one.rank < "2") ? ranked.filter((one) => one.rank < "2") : ranked;
  return { start, end, matches: best.slice(0, LIMIT).map((one) => one.match) };
}

/** What a name stands for, where TypeScript only says that it is imported or constant. */
function kindOf(entry: ts.CompletionEntry, { resting }: CompletionContext, checker: ts.TypeChecker): string {
  if (entry.kind !== "alias" && entry.kind !== "const") return entry.kind;
  if (resting.includes(entry.name)) return "module";
  let symbol = entry.symbol;
  if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  if (symbol === undefined) return entry.kind;
  const { flags } = symbol;
  if (flags & ts.SymbolFlags.Class) return "class";
  if (flags & ts.SymbolFlags.Function) return "function";
  if (flags & ts.SymbolFlags.Enum) return "enum";
  if (flags & ts.SymbolFlags.Module) return "module";
  if (flags & ts.SymbolFlags.Interface && !(flags & ts.SymbolFlags.Value)) return "interface";
  if (flags & ts.SymbolFlags.TypeAlias && !(flags & ts.SymbolFlags.Value)) return "type";
  if (!(flags & ts.SymbolFlags.Variable)) return entry.kind;
  const type = checker.getTypeOfSymbol(symbol);
  if (type.getConstructSignatures().length > 0) return "class";
  return type.getCallSignatures().length > 0 ? "function" : "const";
}

/** 0: begins as typed; 1: begins so in other case; 2: contains it. */
function nearness(name: string, typed: string): 0 | 1 | 2 | undefined {
  if (name.startsWith(typed)) return 0;
  const lower = name.toLowerCase();
  const wanted = typed.toLowerCase();
  if (lower.startsWith(wanted)) return 1;
  return lower.includes(wanted) ? 2 : undefined;
}

/** Names that this kernel puts into the file itself, and accessors of symbols that cannot be typed. */
function isInternal(name: string): boolean {
  return /^\$\d+_$/.test(name) || name.startsWith("__@");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function wordAround(code: string, cursor: number): { start: number; end: number } {
  const before = /[\p{ID_Continue}$]*$/u.exec(code.slice(0, cursor))?.[0].length ?? 0;
  const after = /^[\p{ID_Continue}$]*/u.exec(code.slice(cursor))?.[0].length ?? 0;
  return { start: cursor - before, end: cursor + after };
}
