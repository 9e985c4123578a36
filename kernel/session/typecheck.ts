import { intrinsic } from "../execute/intrinsics.ts";
import type { LanguageClient } from "../language/client.ts";
import type { Diagnostic } from "../language/types.ts";

export type TypecheckMode = "error" | "warn" | "off";

/**
 * How long a cell that is done waits for what TypeScript has to say about it: a moment that nobody sees, so that
 * clients which read a cell's outputs up to its idle message get it. One-liners do not wait.
 */
const patience = 50;
const short = 60;

export class TypeCheckError extends Error {
  override readonly name = "TypeCheckError";
}

/** One cell's types, looked at while it runs. */
export class CellCheck {
  readonly #diagnostics: Promise<Diagnostic[]> | undefined;
  readonly #show: (text: string) => void;
  readonly #patience: number;
  #shown = false;

  constructor(diagnostics: Promise<Diagnostic[]> | undefined, code: string, show: (text: string) => void) {
    this.#diagnostics = diagnostics;
    this.#patience = code.trim().length > short ? patience : 0;
    this.#show = show;
  }

  /** @throws TypeCheckError where the cell must not run */
  async demand(): Promise<void> {
    const errors = ((await this.#diagnostics) ?? []).filter((one) => one.category === "error");
    this.#shown = true;
    if (errors.length > 0)
      throw new TypeCheckError(`TypeScript finds fault with this cell.\n${join(errors)}`);
  }

  /** Shows warnings, now or, where they take longer, when they come. */
  async end(): Promise<void> {
    if (this.#diagnostics === undefined || this.#shown) return;
    const shown = this.#diagnostics.then((found) => {
      const worth = found.filter((one) => one.category === "error" || one.category === "warning");
      if (worth.length > 0) this.#show(`${join(worth)}\n`);
    });
    if (this.#patience === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const enough = new intrinsic.Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#patience);
    });
    await intrinsic.Promise.race([shown, enough]);
    clearTimeout(timer);
  }
}

function join(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((one) => one.text).join("\n");
}

export class TypeChecks {
  mode: TypecheckMode = "warn";
  readonly #client: LanguageClient;

  constructor(client: LanguageClient) {
    this.#client = client;
  }

  /** Also without a warning wanted, later cells need to know what this one declares. */
  begin(code: string, cellId: string | undefined, show: (text: string) => void): CellCheck {
    const diagnostics = this.#client.check({ code, cellId });
    return new CellCheck(this.mode === "off" ? undefined : diagnostics, code, show);
  }
}
