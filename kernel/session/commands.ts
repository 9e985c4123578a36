import type { Interrupts } from "../execute/interrupts.ts";
import type { Outputs } from "../execute/outputs.ts";
import type { Runner } from "../execute/runner.ts";
import type { LanguageClient } from "../language/client.ts";
import type { Question } from "../magics/question.ts";
import type { MagicLine } from "../magics/split.ts";
import type { After, MagicContext } from "../magics/types.ts";
import type { LibraryLoader } from "./library.ts";
import { obey } from "./obey.ts";
import type { Payloads } from "./payloads.ts";

export interface CommandParts extends Pick<MagicContext, "params" | "types"> {
  interrupts: Interrupts;
  outputs: Outputs;
  runner: Runner;
  library: LibraryLoader;
  language: LanguageClient;
  payloads: Payloads;
}

/** Magics and questions, carried out on the notebook; an interrupt ends those that take time. */
export class Commands {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  async obey(lines: readonly MagicLine[], run: number): Promise<{ after: After[] } | { error: unknown }> {
    if (lines.length === 0) return { after: [] };
    const ending = new AbortController();
    try {
      return { after: await this.#interruptible(() => obey(lines, this.#context(run, ending.signal))) };
    } catch (error) {
      ending.abort();
      return { error };
    }
  }

  /** What is known of a name goes to the front end's pager. */
  async answer({ target, magic, detail }: Question): Promise<void> {
    const { language, outputs, payloads } = this.#parts;
    const code = magic ? `?%${target}` : target;
    const found = await this.#interruptible(() => language.inspect({ code, cursor: code.length, detail }));
    if (found === null) outputs.stream("stdout", `Nothing is known of ${magic ? "%" : ""}${target}.\n`);
    else payloads.page(found.data);
  }

  #context(run: number, signal: AbortSignal): MagicContext {
    const { params, types, outputs, library, runner, language } = this.#parts;
    return {
      ...{ params, types, signal, folder: process.cwd() },
      say: (text) => outputs.stream("stdout", `${text}\n`, run),
      setSeed: async (seed) => (await library.load()).setSeed(seed),
      variables: () => runner.variables(),
      reset: () => this.#reset(),
      packagesChanged: () => language.refresh(),
    };
  }

  async #reset(): Promise<{ variables: string[]; parameters: string[] }> {
    const { runner, language, library } = this.#parts;
    const variables = await runner.forget();
    language.reset();
    const store = library.loaded?.params;
    const parameters = [...(store?.keys() ?? [])];
    store?.clear();
    return { variables, parameters };
  }

  #interruptible<T>(work: () => Promise<T>): Promise<T> {
    return this.#parts.interrupts.interruptible(work);
  }
}
