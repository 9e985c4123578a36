import { parseCell } from "./cell.ts";
import type { LanguageAnswer, LanguageEvent, LanguageRequest } from "./types.ts";

export type Reply = (message: LanguageAnswer | LanguageEvent) => void;
export interface Question {
  readonly request: LanguageRequest;
  readonly reply: Reply;
}
export type Job = Question | { readonly control: "reset" | "refresh" };

/**
 * What the language thread has to do, in an order in which the reader waits least. Checks follow each other. `isComplete`
 * depends on nothing: it goes first. A completion or an inspection goes before the checks that wait, as far back as
 * the last one of a cell that declares what it may mean. Questions of one port stay in their order.
 */
export class JobQueue {
  readonly #jobs: Job[] = [];
  readonly #declared = new WeakMap<LanguageRequest, readonly string[]>();

  add(job: Job): void {
    if (!("request" in job) || job.request.method === "check") this.#jobs.push(job);
    else if (job.request.method === "isComplete") this.#jobs.unshift(job);
    else this.#jobs.splice(this.#behind(job), 0, job);
  }

  shift(): Job | undefined {
    return this.#jobs.shift();
  }

  /** Whether the reader has typed on: a newer completion of the same port waits. */
  isSuperseded({ request, reply }: Question): boolean {
    return (
      request.method === "complete" &&
      this.#jobs.some((one) => isQuestion(one) && one.reply === reply && one.request.method === "complete")
    );
  }

  #behind({ request, reply }: Question): number {
    const may = meaning(request);
    const last = this.#jobs.findLastIndex((one) => {
      if (!isQuestion(one)) return true;
      if (one.request.method === "check") return this.#namesOf(one.request).some(may);
      return one.reply === reply && one.request.method !== "isComplete";
    });
    return last + 1;
  }

  #namesOf(request: Extract<LanguageRequest, { method: "check" }>): readonly string[] {
    const known = this.#declared.get(request);
    if (known !== undefined) return known;
    const names = declaredBy(request.params.code);
    this.#declared.set(request, names);
    return names;
  }
}

function isQuestion(job: Job): job is Question {
  return "request" in job;
}

function declaredBy(code: unknown): string[] {
  try {
    return parseCell(String(code)).declared.map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Whether a question may mean a name: it has the word, or what is typed begins it. */
function meaning(request: LanguageRequest): (name: string) => boolean {
  const code = String(request.params.code);
  const words = new Set(code.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu));
  const cursor = "cursor" in request.params ? request.params.cursor : code.length;
  const before = code.slice(0, cursor);
  const typed = /[\p{ID_Continue}$]*$/u.exec(before)?.[0] ?? "";
  const member = /[.?]\s*$/.test(before.slice(0, before.length - typed.length));
  if (request.method !== "complete" || member) return (name) => words.has(name);
  const start = typed.toLowerCase();
  return (name) => words.has(name) || name.toLowerCase().startsWith(start);
}
