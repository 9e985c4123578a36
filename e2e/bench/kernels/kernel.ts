import type { Command } from "../../protocol/client.ts";

/** A kernel that is measured: how it is started, and what it is asked in its language. */
export interface MeasuredKernel {
  readonly name: string;
  readonly version: string;
  /** Of the suite's snippets. */
  readonly language: "tspyro" | "python" | "deno" | "tslab";
  readonly command: Command;
  readonly env: Readonly<Record<string, string>>;
  readonly interruptMode: "message" | "signal";
  /** Words that are typed, and what must be among the answers to each. */
  readonly completions: readonly (readonly [typed: string, expected: string])[];
}

/** One that could not be installed, and why. */
export interface MissingKernel {
  readonly name: string;
  readonly why: string;
}

/** What every language here understands and prints as 2. */
export const SUM = "1+1";
