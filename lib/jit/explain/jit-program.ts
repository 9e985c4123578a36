import type { CallProgram } from "../call/call-program.ts";
import type { Program } from "../program.ts";
import { type Explanation, explain } from "./explain.ts";
import { explanationText } from "./text.ts";

type Bundle = Record<string, unknown>;
/** What a picture is drawn from. */
export interface PicturedProgram {
  readonly name: string;
  readonly explanation: Explanation;
}
type Picture = (program: PicturedProgram) => Bundle | Promise<Bundle>;

let picture: Picture | undefined;

/** How a program is drawn where there are pictures: a host's business, because the library has none. */
export function setProgramPicture(draw: Picture | undefined): void {
  picture = draw;
}

/** What `explain` returns: the numbers, and a table of them as text. */
export type ExplainedProgram = Explanation & { toString(): string };

/** What became of a function that `jit` was given: its program, or why there is none. Shows itself in a notebook. */
export class JitProgram {
  /** Of the function. */
  readonly name: string;
  /** Why calls like the last one are not compiled, in one sentence; undefined where they are. */
  readonly reason: string | undefined;
  readonly #program: Program | undefined;

  constructor(name: string, calls: CallProgram | undefined, reason: string | undefined) {
    this.name = name === "" ? "a function" : name;
    this.reason = calls === undefined ? reason : undefined;
    this.#program = calls?.program;
  }

  get compiled(): boolean {
    return this.#program !== undefined;
  }

  /** What runs the steps; undefined where there is no program. */
  get mode(): Program["mode"] | undefined {
    return this.#program?.mode;
  }

  /** The generated JavaScript. */
  get code(): string {
    return this.#program?.code ?? "";
  }

  /**
   * What was fused into what, which kernels run as they are, microseconds by group (measured here and now, in about
   * a quarter of a second), and memory. Undefined where there is no program.
   */
  explain(): ExplainedProgram | undefined {
    if (this.#program === undefined) return undefined;
    const explanation = explain(this.#program);
    const text = () => explanationText(explanation);
    return Object.defineProperty(explanation, "toString", { value: text }) as ExplainedProgram;
  }

  /** The steps of the program. */
  toString(): string {
    return this.#program?.toString() ?? `not compiled: ${this.reason}`;
  }

  /** In a notebook: the picture. Elsewhere the explanation as text. */
  [Symbol.for("Jupyter.display")](): Bundle | Promise<Bundle> {
    const explanation = this.explain();
    if (explanation === undefined) return { "text/plain": `${this.name} is not compiled: ${this.reason}` };
    return picture?.({ name: this.name, explanation }) ?? { "text/plain": explanation.toString() };
  }
}
