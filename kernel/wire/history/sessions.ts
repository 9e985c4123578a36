import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** A cell that was run: its execution count, its text, and its result as text where it had one. */
export interface Entry {
  readonly line: number;
  readonly input: string;
  output?: string;
}

/** A line of a session's file: a cell, or the result of one that stands above. */
type Row = { line: number; input: string } | { line: number; output: string };

export interface Bounds {
  /** Most sessions that are kept. */
  readonly sessions: number;
  /** Most bytes of all files together; one session may have a quarter of them. */
  readonly bytes: number;
}

const usual: Bounds = { sessions: 200, bytes: 4_000_000 };

/**
 * The sessions of a folder: one file of JSON lines each, named by its number. A kernel writes to its own file only and
 * takes its number by creating that file, so that kernels side by side never share a line or a number; a line that was
 * cut off by a crash is the last of its file, and left out.
 */
export class Sessions {
  readonly #folder: string;
  readonly #bounds: Bounds;
  #written = 0;

  constructor(folder: string, bounds: Bounds = usual) {
    this.#folder = folder;
    this.#bounds = bounds;
  }

  /** Numbers of the sessions on disk, oldest first. */
  numbers(): number[] {
    try {
      return readdirSync(this.#folder)
        .map((name) => Number(/^(\d+)\.jsonl$/.exec(name)?.[1] ?? Number.NaN))
        .filter((number) => !Number.isNaN(number))
        .sort((a, b) => a - b);
    } catch {
      return [];
    }
  }

  read(session: number): Entry[] {
    let text: string;
    try {
      text = readFileSync(this.#file(session), "utf8");
    } catch {
      // Another kernel may have dropped it meanwhile.
      return [];
    }
    const entries = new Map<number, Entry>();
    for (const line of text.split("\n")) {
      const row = parsed(line);
      if (row === undefined) continue;
      if ("input" in row) entries.set(row.line, { line: row.line, input: row.input });
      else {
        const entry = entries.get(row.line);
        if (entry !== undefined) entry.output = row.output;
      }
    }
    return [...entries.values()];
  }

  /** Begins a session and drops the oldest ones that are too many. @throws where the folder cannot be written */
  begin(): number {
    mkdirSync(this.#folder, { recursive: true });
    for (let number = (this.numbers().at(-1) ?? 0) + 1; ; number++) {
      try {
        writeFileSync(this.#file(number), "", { flag: "wx" });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
        throw error;
      }
      this.#prune(number);
      return number;
    }
  }

  /** Adds a line; `all` is what the session has, of which the newest half stays where it has become too much. */
  append(session: number, row: Row, all: readonly Entry[]): void {
    const text = `${JSON.stringify(row)}\n`;
    appendFileSync(this.#file(session), text);
    this.#written += Buffer.byteLength(text);
    if (this.#written > this.#bounds.bytes / 4) this.#shorten(session, all);
  }

  #shorten(session: number, all: readonly Entry[]): void {
    const lines: string[] = [];
    let size = 0;
    for (const entry of all.toReversed()) {
      const text = `${JSON.stringify({ line: entry.line, input: entry.input })}\n${
        entry.output === undefined ? "" : `${JSON.stringify({ line: entry.line, output: entry.output })}\n`
      }`;
      size += Buffer.byteLength(text);
      if (size > this.#bounds.bytes / 8) break;
      lines.unshift(text);
    }
    const file = this.#file(session);
    writeFileSync(`${file}.new`, lines.join(""));
    renameSync(`${file}.new`, file);
    this.#written = size;
  }

  #prune(own: number): void {
    let [count, bytes] = [0, 0];
    for (const number of this.numbers().toReversed()) {
      bytes += statSync(this.#file(number), { throwIfNoEntry: false })?.size ?? 0;
      const fits = ++count <= this.#bounds.sessions && bytes <= this.#bounds.bytes;
      if (!fits && number !== own) rmSync(this.#file(number), { force: true });
    }
  }

  #file(session: number): string {
    return join(this.#folder, `${String(session).padStart(6, "0")}.jsonl`);
  }
}

function parsed(line: string): Row | undefined {
  if (line === "") return undefined;
  try {
    const row = JSON.parse(line) as Partial<Record<"line" | "input" | "output", unknown>> | null;
    if (typeof row?.line !== "number") return undefined;
    if (typeof row.input === "string") return { line: row.line, input: row.input };
    return typeof row.output === "string" ? { line: row.line, output: row.output } : undefined;
  } catch {
    return undefined;
  }
}
