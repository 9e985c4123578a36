/**
 * What the rest of the kernel knows of TypeScript: four questions about a cell.
 * Cursor positions and offsets count UTF-16 code units of the cell's text; lines and columns count from 1.
 */
export interface Language {
  /** Types of a cell that runs now: its problems, and its declarations become known to later cells. */
  check(cell: CheckParams): Promise<Diagnostic[]>;
  complete(params: CompleteParams): Promise<Completion>;
  inspect(params: InspectParams): Promise<Inspection | null>;
  isComplete(params: IsCompleteParams): Promise<Completeness>;
}

export interface CheckParams {
  code: string;
  cellId?: string | undefined;
}
export interface CompleteParams {
  code: string;
  cursor: number;
}
export interface InspectParams {
  code: string;
  cursor: number;
  /** 0: signature and documentation; 1: the source lines of the declaration too. */
  detail?: 0 | 1 | undefined;
}
export interface IsCompleteParams {
  code: string;
}

export interface Diagnostic {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  message: string;
  category: "error" | "warning" | "suggestion" | "message";
  /** TypeScript's number, as in TS2322; 0 where it is the kernel that says so. */
  code: number;
  /** Ready to print: message, the line of the cell, and a mark under the place. */
  text: string;
}

export interface CompletionMatch {
  text: string;
  /** TypeScript's kind of thing: function, class, method, property, const, keyword, ... */
  type: string;
}

export interface Completion {
  /** The text between `start` and `end` is what a match replaces. */
  start: number;
  end: number;
  matches: CompletionMatch[];
  /** True when a newer completion request stood behind this one, which was then not computed. */
  superseded?: boolean;
}

export interface Inspection {
  /** MIME bundle with text/plain and text/markdown. */
  data: { "text/plain": string; "text/markdown": string };
  start: number;
  end: number;
}

export interface Completeness {
  status: "complete" | "incomplete" | "invalid" | "unknown";
  /** What the next line should start with, when incomplete. */
  indent?: string;
}

export interface LanguageParams {
  check: CheckParams;
  complete: CompleteParams;
  inspect: InspectParams;
  isComplete: IsCompleteParams;
}
export interface LanguageResults {
  check: Diagnostic[];
  complete: Completion;
  inspect: Inspection | null;
  isComplete: Completeness;
}
export type LanguageMethod = keyof LanguageParams;

export type LanguageRequest = {
  [M in LanguageMethod]: { id: number; method: M; params: LanguageParams[M] };
}[LanguageMethod];

export type LanguageAnswer =
  | { id: number; result: LanguageResults[LanguageMethod] }
  | { id: number; error: string };

/** Messages to the worker itself, beside requests. */
export type LanguageControl =
  | { type: "port"; port: import("node:worker_threads").MessagePort }
  | { type: "replay"; cells: CheckParams[] }
  /** All cells are forgotten. */
  | { type: "reset" }
  /** Packages have come or gone. */
  | { type: "refresh" };

/** Messages from the worker to main, beside answers. */
export type LanguageEvent = { type: "warning"; message: string } | { type: "ready"; milliseconds: number };

export interface LanguageOptions {
  /** The folder of the notebook: relative imports start here. */
  cwd: string;
  /** The module whose exports every cell has in scope; found by itself when left out. */
  library?: string | undefined;
  /** Null checks and implicit any as in `strict` projects; off by default, as cells are drafts. */
  strict?: boolean | undefined;
}
