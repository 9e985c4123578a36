import type { PicturedProgram } from "../../lib/jit/explain/jit-program.ts";
import { Shown, type ShowOptions } from "./shown.ts";
import type { Studio } from "./static.ts";

/** The picture of a compiled program; in a notebook `jit(fn).program` shows itself so. */
export function programView(program: PicturedProgram, options: ShowOptions = {}): ProgramView {
  return new ProgramView(program, options);
}

export class ProgramView extends Shown {
  readonly #program: PicturedProgram;

  constructor(program: PicturedProgram, options: ShowOptions) {
    super(options);
    this.#program = program;
  }

  override plain(): string {
    const { name, explanation } = this.#program;
    return `Program of ${name}: ${explanation}`;
  }

  protected override draw({ views, document }: Studio): Element {
    return views.program(this.#program, { document, ...this.options });
  }
}
