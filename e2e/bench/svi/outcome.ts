import type { Values } from "./case.ts";

/** Programs that take the steps. The scan is a model of its own only where the case's is a plain loop. */
export type Engine = "tspyro" | "numpyro" | "pyro";

export interface Estimate {
  readonly mean: number;
  /** Standard error of the mean. */
  readonly error: number;
}

/** What one process that ran one case says: the same of ours and of the peers'. */
export interface Outcome {
  readonly versions: Readonly<Record<string, string>>;
  /** The loss at the first values of the parameters. */
  readonly firstLoss: Estimate;
  /** Microseconds a step, by way of stepping: the median of some windows. */
  readonly stepUs: Readonly<Partial<Record<"eager" | "compiled" | "loop" | "scan", number>>>;
  /** From the first call to the end of the 1 000th step in a process that had taken none. */
  readonly firstToThousandMs?: number;
  /** What the run came to; absent where too many steps would have been needed for it. */
  readonly fit?: Fit;
  /** Sentences on what could not be measured. */
  readonly notes: readonly string[];
}

/** The second half of a run of 32 pieces. */
export interface Fit {
  /** Parameters at the end of each of the pieces. */
  readonly params: readonly Values[];
  /** Mean loss of each of the pieces. */
  readonly losses: readonly number[];
}

export const PIECES = 32;

/** What a process is to do. */
export interface Task {
  readonly seed: number;
  /** Seconds that are spent on each number. */
  readonly seconds: number;
  /** Whether the fit is wanted, which takes 32 pieces. */
  readonly fit: boolean;
  /** Seconds after which something that takes too long is given up, and said so. */
  readonly patience: number;
}
