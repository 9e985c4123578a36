import { matchesGlob } from "./glob.ts";
import type { Entry, Sessions } from "./sessions.ts";

type Content = Record<string, unknown>;
/** Session, execution count, and the input or the pair of input and output. */
type Item = [session: number, line: number, text: string | [input: string, output: string | null]];

/** Longer cells are not kept, longer results are cut. */
const longest = { input: 100_000, output: 10_000 };
const remembered = { cells: 10_000, characters: 10_000_000 };

interface Found extends Entry {
  readonly session: number;
}

/** What was run in this notebook and before, and the answers to `history_request`. Without `sessions` nothing is written. */
export class History {
  readonly #sessions: Sessions | undefined;
  readonly #complain: (text: string) => void;
  readonly #own: Entry[] = [];
  /** This session's number: taken with the first cell, so that kernels which run none leave no file. */
  #number: number | undefined;
  #broken = false;
  #characters = 0;

  constructor(sessions: Sessions | undefined, complain: (text: string) => void) {
    this.#sessions = sessions;
    this.#complain = complain;
  }

  input(line: number, input: string): void {
    if (input.length > longest.input) return;
    this.#own.push({ line, input });
    this.#characters += input.length;
    const { cells, characters } = remembered;
    while (this.#own.length > cells || this.#characters > characters) {
      const oldest = this.#own.shift();
      this.#characters -= (oldest?.input.length ?? 0) + (oldest?.output?.length ?? 0);
    }
    this.#write({ line, input });
  }

  output(line: number, text: string): void {
    const entry = this.#own.findLast((one) => one.line === line);
    if (entry === undefined) return;
    this.#characters -= entry.output?.length ?? 0;
    entry.output = text.slice(0, longest.output);
    this.#characters += entry.output.length;
    this.#write({ line, output: entry.output });
  }

  answer(request: Content): Content {
    const withOutput = request.output === true;
    const history = this.#find(request).map(
      ({ session, line, input, output }): Item => [
        session,
        line,
        withOutput ? [input, output ?? null] : input,
      ],
    );
    return { status: "ok", history };
  }

  #find(request: Content): Found[] {
    switch (request.hist_access_type) {
      case "tail":
        return last(this.#all(), request.n);
      case "search": {
        const pattern = typeof request.pattern === "string" ? request.pattern : "*";
        const found = this.#all().filter(({ input }) => matchesGlob(input, pattern));
        return last(request.unique === true ? newestOfEach(found) : found, request.n);
      }
      case "range":
        return this.#range(request);
      default:
        return [];
    }
  }

  /** Session 0 is this one, -1 the one before; `start` and `stop` below zero count from the end. */
  #range({ session, start, stop }: Content): Found[] {
    const asked = typeof session === "number" ? session : 0;
    const own = this.#current;
    const number = asked > 0 ? asked : asked === 0 ? own : this.#earlier().at(asked);
    if (number === undefined) return [];
    const entries = number === own ? this.#own : (this.#sessions?.read(number) ?? []);
    const end = (entries.at(-1)?.line ?? 0) + 1;
    const from = typeof start === "number" ? (start < 0 ? start + end : start) : 0;
    const to = typeof stop === "number" ? (stop < 0 ? stop + end : stop) : end;
    return entries
      .filter(({ line }) => from <= line && line < to)
      .map((one) => ({ ...one, session: number }));
  }

  #all(): Found[] {
    const earlier = this.#earlier().flatMap(
      (session) => this.#sessions?.read(session).map((one) => ({ ...one, session })) ?? [],
    );
    return [...earlier, ...this.#own.map((one) => ({ ...one, session: this.#current }))];
  }

  #earlier(): number[] {
    return (this.#sessions?.numbers() ?? []).filter((number) => number < this.#current);
  }

  get #current(): number {
    return this.#number ?? (this.#sessions?.numbers().at(-1) ?? 0) + 1;
  }

  #write(row: Parameters<Sessions["append"]>[1]): void {
    if (this.#sessions === undefined || this.#broken) return;
    try {
      this.#number ??= this.#sessions.begin();
      this.#sessions.append(this.#number, row, this.#own);
    } catch (error) {
      this.#broken = true;
      this.#complain(
        `The history of cells cannot be written (${error instanceof Error ? error.message : String(error)}): it is kept until the kernel ends. TSPYRO_HISTORY names another folder, or is "off".`,
      );
    }
  }
}

function last(found: readonly Found[], n: unknown): Found[] {
  return typeof n === "number" && n >= 0 ? found.slice(Math.max(0, found.length - n)) : [...found];
}

function newestOfEach(found: readonly Found[]): Found[] {
  const newest = new Map(found.map((one) => [one.input, one]));
  return found.filter((one) => newest.get(one.input) === one);
}
