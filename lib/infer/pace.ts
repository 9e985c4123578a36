/** Seconds of work before a rate says anything: the first steps compile, and are a thousand times slower. */
const SETTLING = 1;
/** Seconds over which a rate is averaged. */
const WINDOW = 2;
/** The averaged rate and the last one agree within this factor where a guess at the time left means something. */
const AGREEMENT = 2;

/** How fast a long call goes, and how long it will take, once that can be told. */
export class Pace {
  /** Units a second, of late. */
  rate = 0;
  #smooth = 0;
  #time: number;
  #done = 0;
  #seconds = 0;
  #agrees = false;

  /** @param now milliseconds, as of `performance.now()` */
  constructor(now: number) {
    this.#time = now;
  }

  /** @param done units in all */
  measure(done: number, now: number): void {
    const seconds = (now - this.#time) / 1000;
    const units = done - this.#done;
    this.#done = done;
    if (seconds <= 0 || units <= 0) return;
    this.#time = now;
    this.#seconds += seconds;
    this.rate = units / seconds;
    const weight = this.#smooth === 0 ? 1 : 1 - Math.exp(-seconds / WINDOW);
    const ratio = this.rate / this.#smooth;
    this.#agrees = ratio < AGREEMENT && ratio > 1 / AGREEMENT;
    // A jump of speed (the steps are compiled ones now) is a new beginning.
    this.#smooth =
      this.#agrees || this.#smooth === 0 ? this.#smooth + weight * (this.rate - this.#smooth) : this.rate;
  }

  /** The call stood still: that is no part of its rate. */
  pause(now: number): void {
    this.#time = now;
  }

  /** Seconds left of `total` units; undefined while nobody can tell. */
  left(total: number): number | undefined {
    if (!this.#agrees || this.#seconds < SETTLING || this.#smooth <= 0) return undefined;
    return Math.max(0, total - this.#done) / this.#smooth;
  }
}
