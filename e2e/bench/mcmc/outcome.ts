/** What one process that ran one case says: the same of ours and of NumPyro's. */
export interface McmcOutcome {
  readonly versions: Readonly<Record<string, string>>;
  /** The first run of the process. */
  readonly coldMs: number;
  /** The same again, each with another seed. */
  readonly runs: readonly TimedRun[];
  /** The same with compiled programs read from files (NumPyro's runs compile their loop anew each time). */
  readonly cachedMs?: readonly number[];
  /** What one more leapfrog step of a long run costs. */
  readonly leapfrogUs?: number;
  readonly notes: readonly string[];
}

export interface TimedRun {
  readonly ms: number;
  /** The draws of each site, `[draws, ...site]` in row-major order. */
  readonly draws: Readonly<Record<string, readonly number[]>>;
}

export interface McmcTask {
  readonly seed: number;
}
