import type { LossBuffer } from "./losses.ts";
import { Pace } from "./pace.ts";
import { announceRun, type RunEvent, type RunListener } from "./run-events.ts";

/** Milliseconds between two events of a run. */
const INTERVAL = 50;
/** Milliseconds between two lines of text. */
const TEXT_INTERVAL = 200;

/** Tells listeners how a run goes; without any, writes one line to a terminal. */
export class Progress {
  readonly #total: number;
  readonly #losses: LossBuffer;
  readonly #always: ReadonlySet<RunListener>;
  readonly #own = new Set<RunListener>();
  readonly #text: boolean;
  #last = { time: performance.now(), step: 0 };
  readonly #pace = new Pace(this.#last.time);
  #lastText = 0;
  #wroteText = false;

  constructor(total: number, losses: LossBuffer, always: ReadonlySet<RunListener>, show: boolean) {
    this.#total = total;
    this.#losses = losses;
    this.#always = always;
    const seen =
      show &&
      announceRun({
        total,
        losses: () => losses.view(),
        subscribe: (listener) => {
          this.#own.add(listener);
          return () => {
            this.#own.delete(listener);
          };
        },
      });
    this.#text = show && !seen && isTerminal();
  }

  /** Say where the run is, unless that was said just now; where a run stands still, it is said in any case. */
  tell(step: number, { still = false } = {}): void {
    const now = performance.now();
    if (now - this.#last.time < INTERVAL && !(still && step > this.#last.step)) return;
    if (step > this.#last.step) {
      this.#emit(step, false);
      return;
    }
    this.#last = { time: now, step };
    this.#pace.pause(now);
  }

  /** @param how whether the last steps were compiled ones, and why not */
  end(step: number, how: Pick<RunEvent, "compiled" | "reason"> = {}): void {
    this.#emit(step, true, how);
  }

  #emit(step: number, done: boolean, how: Pick<RunEvent, "compiled" | "reason"> = {}): void {
    const time = performance.now();
    this.#pace.measure(step, time);
    const left = done ? undefined : this.#pace.left(this.#total);
    this.#last = { time, step };
    const event: RunEvent = {
      step,
      total: this.#total,
      loss: this.#losses.view().at(-1) ?? Number.NaN,
      rate: this.#pace.rate,
      ...(left !== undefined && { left }),
      done,
      ...how,
    };
    for (const listener of [...this.#always, ...this.#own]) listener(event);
    if (this.#text) this.#write(event, time);
  }

  #write({ step, total, loss, rate, done, compiled, reason }: RunEvent, time: number): void {
    // A run that is over before a line would be read needs none.
    if (done ? !this.#wroteText : time - this.#lastText < TEXT_INTERVAL) return;
    this.#lastText = time;
    this.#wroteText = true;
    const how = compiled === true ? "  compiled" : reason === undefined ? "" : `  eager: ${reason}`;
    const line = `step ${step}/${total}  loss ${loss.toPrecision(5)}  ${Math.round(rate)} steps/s${how}`;
    process.stderr.write(`\r\x1b[K${line}${done ? "\n" : ""}`);
  }
}

function isTerminal(): boolean {
  return typeof process !== "undefined" && process.stderr?.isTTY === true;
}
