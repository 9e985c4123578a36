import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Converter } from "../converter.ts";
import type { LanguageOptions } from "../types.ts";

export const LIBRARY = fileURLToPath(new URL("./library.ts", import.meta.url));

/** A notebook in a folder of its own, far from the project: nothing there but what the test writes. */
export class Notebook {
  readonly folder = mkdtempSync(join(tmpdir(), "tspyro-language-"));
  readonly converter: Converter;

  constructor(options: Partial<LanguageOptions> = {}) {
    this.converter = new Converter({ cwd: this.folder, library: LIBRARY, ...options });
  }

  /** Runs cells in order; the messages of each as `TS<code> <message>`. */
  run(...cells: string[]): string[][] {
    return cells.map((code) => this.converter.check({ code }).map((one) => `TS${one.code} ${one.message}`));
  }

  /** The type of an expression as a reader sees it, in one line. */
  typeOf(expression: string): string {
    const code = `const $probe = ${expression};`;
    const shown = this.converter.inspect({ code, cursor: 6 })?.data["text/plain"] ?? "";
    return shown.replace(/^const \$probe: /, "").replace(/\s+/g, " ");
  }

  /** Completes at `|`. */
  complete(code: string): { start: number; end: number; names: string[]; types: Record<string, string> } {
    const cursor = code.indexOf("|");
    const { start, end, matches } = this.converter.complete({ code: code.replace("|", ""), cursor });
    const names = matches.map((one) => one.text);
    return { start, end, names, types: Object.fromEntries(matches.map((one) => [one.text, one.type])) };
  }

  /** Inspects at `|`. */
  inspect(code: string, detail: 0 | 1 = 0): { plain: string; markdown: string } | null {
    const found = this.converter.inspect({ code: code.replace("|", ""), cursor: code.indexOf("|"), detail });
    return found && { plain: found.data["text/plain"], markdown: found.data["text/markdown"] };
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), text);
  }

  close(): void {
    this.converter.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
