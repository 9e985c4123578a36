/** What one step of set-up reports: the line that is printed for it. */
export interface Report {
  /** "kept": nothing was left to do; "made": it did its work; "without": it could not, and the rest goes on without it. */
  state: "kept" | "made" | "without";
  /** What there is now and why, in one line (`without` may say on more lines what to do). */
  says: string;
}

/** One step of set-up: can be run again at any time, and is quick when nothing is left to do. */
export interface Step {
  name: string;
  run(context: StepContext): Promise<Report>;
}

export interface StepContext {
  /** Says, before something slow, what is about to happen. */
  announce(line: string): void;
  /** Do the work again even if the stamp says that it is done. */
  again: boolean;
}
