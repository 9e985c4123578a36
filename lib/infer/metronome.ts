import { pyroError } from "../errors.ts";

/** Milliseconds between two pictures: more are not seen. */
const FRAME = 25;
/** Time that is not made up for, in milliseconds: after a pause a run goes on as it went before. */
const MOST_LATE = 200;

/** Holds a run to so many steps a second, for those who want to watch it. */
export class Metronome {
  readonly #perMillisecond: number;
  #last = performance.now();
  #due = 1;

  /** @param pace steps a second */
  constructor(pace: number) {
    if (!(pace > 0) || !Number.isFinite(pace)) {
      throw pyroError({
        what: "pace must be a positive number of steps a second",
        where: "svi.run",
        got: String(pace),
        try: "leave it out to take as many as possible",
      });
    }
    this.#perMillisecond = pace / 1000;
  }

  /** How many steps may be taken now. */
  get due(): number {
    const now = performance.now();
    this.#due += Math.min(now - this.#last, MOST_LATE) * this.#perMillisecond;
    this.#last = now;
    return Math.floor(this.#due);
  }

  /** Milliseconds until it is worth while to ask again. */
  get rest(): number {
    return Math.max(FRAME, (1 - this.#due) / this.#perMillisecond);
  }

  count(steps: number): void {
    this.#due -= steps;
  }
}
