import type { CallProgram } from "../call/call-program.ts";

/** What became of a function that `jit` was given: its program, or why there is none. */
export class JitProgram {
  readonly #calls: CallProgram | undefined;
  /** Why calls like the last one are not compiled, in one sentence; undefined where they are. */
  readonly reason: string | undefined;

  constructor(calls: CallProgram | undefined, reason: string | undefined) {
    this.#calls = calls;
    this.reason = reason;
  }

  get compiled(): boolean {
    return this.#calls !== undefined;
  }

  /** The steps of the program. */
  toString(): string {
    return this.#calls === undefined ? `not compiled: ${this.reason}` : this.#calls.program.toString();
  }
}
