import type { MessagePort } from "node:worker_threads";
import type {
  Completeness,
  Completion,
  Inspection,
  LanguageAnswer,
  LanguageRequest,
} from "../language/types.ts";
import { pointsBefore, unitsBefore } from "./unicode.ts";

type Content = Record<string, unknown>;
type Question = {
  [K in LanguageRequest["method"]]: Omit<Extract<LanguageRequest, { method: K }>, "id">;
}[LanguageRequest["method"]];

/** A question that nobody answers must not hang the front end. */
const patience = 20_000;

/** complete, inspect and is_complete: answered by the language worker over a port of our own, while main computes. */
export class Assistant {
  #port: MessagePort | undefined;
  #count = 0;
  readonly #pending = new Map<number, (answer: unknown) => void>();
  readonly #waiting: (() => void)[] = [];

  connect(port: MessagePort): void {
    this.#port?.close();
    // What the worker before did not answer is asked of nobody: say that nothing is known.
    for (const settle of this.#pending.values()) settle(undefined);
    this.#pending.clear();
    this.#port = port;
    port.on("message", (answer: LanguageAnswer) => {
      const settle = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      settle?.("error" in answer ? undefined : answer.result);
    });
    for (const ask of this.#waiting.splice(0)) ask();
  }

  async complete({ code, cursor_pos }: Content): Promise<Content> {
    const text = String(code ?? "");
    const cursor = typeof cursor_pos === "number" ? unitsBefore(text, cursor_pos) : text.length;
    const found = (await this.#ask({ method: "complete", params: { code: text, cursor } })) as
      | Completion
      | undefined;
    const [start, end] = found === undefined ? [cursor, cursor] : [found.start, found.end];
    const matches = found?.matches ?? [];
    const [cursorStart, cursorEnd] = [pointsBefore(text, start), pointsBefore(text, end)];
    return {
      status: "ok",
      matches: matches.map((match) => match.text),
      cursor_start: cursorStart,
      cursor_end: cursorEnd,
      metadata: {
        _jupyter_types_experimental: matches.map((match) => ({
          text: match.text,
          type: match.type,
          start: cursorStart,
          end: cursorEnd,
        })),
      },
    };
  }

  async inspect({ code, cursor_pos, detail_level }: Content): Promise<Content> {
    const text = String(code ?? "");
    const cursor = typeof cursor_pos === "number" ? unitsBefore(text, cursor_pos) : text.length;
    const params = { code: text, cursor, detail: detail_level === 1 ? 1 : 0 } as const;
    const found = (await this.#ask({ method: "inspect", params })) as Inspection | null | undefined;
    return { status: "ok", found: Boolean(found), data: found?.data ?? {}, metadata: {} };
  }

  async isComplete({ code }: Content): Promise<Content> {
    const found = (await this.#ask({ method: "isComplete", params: { code: String(code ?? "") } })) as
      | Completeness
      | undefined;
    return found?.status === "incomplete"
      ? { status: "incomplete", indent: found.indent ?? "" }
      : { status: found?.status ?? "unknown" };
  }

  #ask(question: Question): Promise<unknown> {
    return new Promise((resolve) => {
      const id = ++this.#count;
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        resolve(undefined);
      }, patience);
      const settle = (answer: unknown) => {
        clearTimeout(timer);
        resolve(answer);
      };
      const ask = () => {
        this.#pending.set(id, settle);
        this.#port?.postMessage({ id, ...question });
      };
      if (this.#port === undefined) this.#waiting.push(ask);
      else ask();
    });
  }
}
