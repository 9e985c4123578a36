import { inspect } from "node:util";
import type { CellRegistry } from "./cells.ts";
import { hintFor } from "./hints.ts";
import { CellSyntaxError } from "./syntax-error.ts";

/** Content of an `error` message. */
export interface ErrorContent {
  ename: string;
  evalue: string;
  traceback: string[];
}

export interface TracebackContext {
  readonly cells: CellRegistry;
  /** Label and text of the cell that failed. */
  readonly label: string;
  readonly source: string;
  /** Folder of the kernel's package: frames in it are the library's, not the user's. */
  readonly root: string;
}

const red = (text: string) => `\u001b[0;31m${text}\u001b[0m`;
const bold = (text: string) => `\u001b[1m${text}\u001b[0m`;

export function describeError(error: unknown, context: TracebackContext): ErrorContent {
  try {
    return described(error, context);
  } catch {
    // A proxy, or getters that throw.
    const evalue = "a value that throws when it is looked at";
    return { ename: "Thrown", evalue, traceback: [`${red("Thrown")}: ${evalue}`, `    in ${context.label}`] };
  }
}

function described(error: unknown, context: TracebackContext): ErrorContent {
  const { ename, evalue } = nameOf(error);
  const hint = hintFor(error, `${ename}: ${evalue}`, context.source);
  const traceback = [
    `${red(ename)}${evalue === "" ? "" : `: ${evalue}`}`,
    ...(hint === undefined ? [] : [`  try: ${hint}`]),
    ...bodyOf(error, context),
  ];
  const seen = new Set([error]);
  for (let cause = causeOf(error); cause !== undefined && !seen.has(cause); cause = causeOf(cause)) {
    seen.add(cause);
    const own = nameOf(cause);
    // An error that was told again with more about it has said this already.
    if (evalue.includes(own.evalue)) continue;
    traceback.push(`Caused by ${red(own.ename)}: ${own.evalue}`, ...bodyOf(cause, context));
  }
  if (error instanceof AggregateError) {
    for (const one of Array.isArray(error.errors) ? error.errors : []) {
      const own = nameOf(one);
      traceback.push(`  ${red(own.ename)}: ${own.evalue}`);
    }
  }
  return { ename, evalue, traceback };
}

function causeOf(error: unknown): unknown {
  return isError(error) ? (read(error, "cause") ?? undefined) : undefined;
}

function nameOf(error: unknown): { ename: string; evalue: string } {
  if (isError(error)) {
    const own = read(error, "name");
    const ename = typeof own === "string" && own !== "" ? own : "Error";
    const message = read(error, "message") ?? "";
    return { ename, evalue: plain(typeof message === "string" ? message : safeInspect(message)) };
  }
  const evalue = typeof error === "string" ? error : safeInspect(error);
  return { ename: "Thrown", evalue };
}

/** Errors of other realms (a vm context) are errors too. */
function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
  } catch {
    return false;
  }
}

function read(error: Error, key: "name" | "message" | "stack" | "cause"): unknown {
  try {
    return error[key];
  } catch {
    return undefined;
  }
}

function bodyOf(error: unknown, context: TracebackContext): string[] {
  if (error instanceof CellSyntaxError) {
    const { place } = error;
    if (place === undefined) return [`    in ${context.label}`];
    const where = `    at ${bold(`${context.label}, line ${place.line}, column ${place.column}`)}`;
    return [where, ...excerpt(context.source, place.line, place.column, place.length)];
  }
  if (!isError(error)) return [`    in ${context.label}`];
  const lines = folded(framesOf(error), context);
  if (lines.some((line) => !line.startsWith("    ... "))) return lines;
  // No code of the user's is on the stack: it was waiting, say. The cell is named at least.
  return [...(error.name === "KeyboardInterrupt" ? [] : lines), `    in ${context.label}`];
}

/** The lines `    at ...` of its stack; the message may have any number of lines. */
function framesOf(error: Error): string[] {
  const stack = read(error, "stack");
  if (typeof stack !== "string") return [];
  return stack.split("\n").filter((line) => /^ {4}at /.test(line));
}

/** The user's own frames, the first with its line of code; runs of others become one line. */
function folded(frames: readonly string[], { cells, root }: TracebackContext): string[] {
  const lines: string[] = [];
  let shown = false;
  let others: string[] = [];
  const counted = (count: number) => `${count} frame${count === 1 ? "" : "s"}`;
  const fold = () => {
    if (others.length > 0) lines.push(`    ... ${counted(others.length)} of ${origins(others, root)}`);
    others = [];
  };
  // The reader's own line comes first, also where it was a library that threw.
  const own = (frame: string) => /Cell \[[^\]]*\]:\d+:\d+\)?$/.test(frame) || !isForeign(frame, root);
  const deeper = frames.slice(0, Math.max(0, frames.findIndex(own)));
  for (const frame of frames.slice(deeper.length)) {
    const cell = /(Cell \[[^\]]*\]):(\d+):(\d+)\)?$/.exec(frame);
    if (cell === null && isForeign(frame, root)) {
      others.push(frame);
      continue;
    }
    fold();
    if (cell === null) {
      lines.push(frame);
      continue;
    }
    const [label, line, column] = [cell[1] ?? "", Number(cell[2]), Number(cell[3])];
    const place = `${label}, line ${line}, column ${column}`;
    // Who calls it as what is of no use: `self.model [as fn]` is `model`.
    const caller = /^ {4}at (.*) \(Cell /
      .exec(frame)?.[1]
      ?.replace(/^(?:self|globalThis)\.|( \[as \S+\])$/g, "");
    lines.push(`    at ${caller === undefined ? bold(place) : `${caller} (${bold(place)})`}`);
    const source = cells.byLabel(label)?.source;
    if (!shown && source !== undefined) lines.push(...excerpt(source, line, column));
    shown = true;
  }
  fold();
  if (deeper.length > 0)
    lines.push(`    ... thrown ${counted(deeper.length)} deeper, in ${origins(deeper, root)}`);
  return lines.flatMap(repeatedOnce);
}

/** Of lines that are all the same, as a function that calls itself has them, the first and how many more there are. */
function repeatedOnce(line: string, i: number, lines: readonly string[]): string[] {
  if (line !== lines[i - 1]) return [line];
  if (line === lines[i + 1]) return [];
  const first = lines.findLastIndex((other, j) => j < i && other !== line) + 1;
  return [`    ... the same ${i - first} times more`];
}

function isForeign(frame: string, root: string): boolean {
  if (!/[/\\:]/.test(frame)) return true;
  if (/\(?(node:|native |<anonymous>|wasm:)/.test(frame) || frame.includes("/node_modules/")) return true;
  return ["lib", "kernel", "widgets", "dist"].some((room) =>
    frame.replaceAll("\\", "/").includes(`${root.replaceAll("\\", "/")}/${room}/`),
  );
}

function origins(frames: readonly string[], root: string): string {
  const names = frames.map((frame) => {
    const packaged = /\/node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*\/node_modules\/)/.exec(frame);
    if (packaged?.[1] !== undefined) return packaged[1];
    return frame.includes(root) ? "tspyro" : "Node.js";
  });
  return [...new Set(names)].join(", ");
}

function excerpt(source: string, line: number, column: number, length = 1): string[] {
  const text = source.split("\n")[line - 1];
  if (text === undefined || text.trim() === "") return [];
  const number = `${line} | `.padStart(8);
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  const mark = "^".repeat(Math.max(1, Math.min(length, text.length - column + 1)));
  return [`${number}${text}`, `${"| ".padStart(8)}${indent}${red(mark)}`];
}

function safeInspect(value: unknown): string {
  try {
    return inspect(value, { depth: 2, breakLength: 100 });
  } catch {
    return String(typeof value);
  }
}

/** Names that were changed for V8 carry an invisible joiner. */
function plain(text: string): string {
  return text.replaceAll("\u200d", "");
}
