import { intrinsic } from "../execute/intrinsics.ts";
import type { LanguageClient } from "../language/client.ts";
import type { Diagnostic } from "../language/types.ts";

export type TypecheckMode = "error" | "warn" | "off";

/**
 * How long a cell that is done waits for what TypeScript has to say about it. Front ends, a terminal too, take output
 * that comes later: they wait a moment that nobody sees, and not at all for one-liners. Programs that run a notebook
 * (nbclient, nbconvert, papermill) keep only what comes before, so a notebook that they save would lack its
 * warnings: for them a cell waits until TypeScript has answered, once a session for as long as it takes to start.
 */
const moment = 50;
const short = 60;
const longest = 3000;

/** What a cell is for whom. */
export interface CheckedCell {
  readonly code: string;
  readonly cellId?: string | undefined;
  readonly silent?: boolean;
  /** Nobody reads along. */
  readonly unattended?: boolean;
  readonly show: (text: string) => void;
}

export class TypeCheckError extends Error {
  override readonly name = "TypeCheckError";
}

/** One cell's types, looked at while it runs. */
export class CellCheck {
  readonly #diagnostics: Promise<Diagnostic[]> | undefined;
  readonly #show: (text: string) => void;
  readonly #patience: number;
  readonly #late: () => void;
  #shown = false;

  constructor(
    diagnostics: Promise<Diagnostic[]> | undefined,
    show: (text: string) => void,
    patience: number,
    late: () => void,
  ) {
    this.#diagnostics = diagnostics;
    this.#patience = patience;
    this.#show = show;
    this.#late = late;
  }

  /** Whether it may wait longer than anybody would overlook. */
  get waitsLong(): boolean {
    return this.#patience > moment;
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
      timer = setTimeout(() => {
        if (this.waitsLong) this.#late();
        resolve();
      }, this.#patience);
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
  /** It has been waited for in vain: not again for every cell, before it answers. */
  #late = false;

  constructor(client: LanguageClient) {
    this.#client = client;
  }

  /** Also without a warning wanted, later cells need to know what this one declares. */
  begin(cell: CheckedCell): CellCheck {
    const { code, cellId, show } = cell;
    const diagnostics = this.#client.check({ code, cellId });
    void diagnostics.then(() => {
      this.#late = false;
    });
    const late = () => {
      this.#late = true;
    };
    return new CellCheck(this.mode === "off" ? undefined : diagnostics, show, this.#patience(cell), late);
  }

  #patience({ code, unattended = false, silent = false }: CheckedCell): number {
    // What has no name in it, like 1 + 1, is hardly ever wrong.
    if (silent || !/[\p{ID_Start}$_]/u.test(code)) return 0;
    if (unattended && !this.#late) return longest;
    return code.trim().length > short ? moment : 0;
  }
}
