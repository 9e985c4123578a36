import { notice } from "../notice.ts";
import { makeRunControl, type RunControl } from "./control.ts";
import { Pace } from "./pace.ts";

/** News of a long call that gives the event loop no turn. */
export interface CallEvent {
  /** Units so far. */
  readonly step: number;
  /** Units a second, of late. */
  readonly rate: number;
  /** Seconds left; absent while nobody can tell. */
  readonly left?: number;
  readonly done: boolean;
}

export type CallListener = (event: CallEvent) => void;

/** What a listener for long calls is told. */
export interface CallStart {
  /** What runs, such as "Predictive". */
  readonly what: string;
  /** What is counted, in the plural: "draws". */
  readonly unit: string;
  /** Units in all, where that is known. */
  readonly total: number | undefined;
  /** Hear this call's events; returns a function that ends that. */
  subscribe(listener: CallListener): () => void;
}

type StartListener = (call: CallStart) => void;
const starts = new Set<StartListener>();

/** Be told of every call of this process that takes longer than a moment; returns a function that ends that. */
export function onCallStart(listener: StartListener): () => void {
  starts.add(listener);
  return () => {
    starts.delete(listener);
  };
}

/** Milliseconds after which a call is a long one, and between two events. */
const [MOMENT, INTERVAL] = [500, 100];

/**
 * The progress of a synchronous loop. A call that is over in a moment is never announced; a longer one shows how far it
 * is, and can be stopped: then it keeps what it has.
 *
 * @example
 * const call = new LongCall({ what: "Predictive", unit: "draws", total: 1000 });
 * for (let i = 0; i < 1000 && call.goesOn(i); i++) draw();
 * call.end();
 */
export class LongCall {
  readonly #call: Omit<CallStart, "subscribe">;
  readonly #listeners = new Set<CallListener>();
  readonly #begun = performance.now();
  readonly #pace = new Pace(this.#begun);
  #last = this.#begun;
  #control: RunControl | undefined;
  #step = 0;
  stopped = false;

  constructor(call: Omit<CallStart, "subscribe">) {
    this.#call = call;
  }

  /**
   * @param step units so far
   * @returns false where the call has been told to stop
   */
  goesOn(step: number): boolean {
    this.#step = step;
    if (starts.size === 0 || step === 0) return true;
    const now = performance.now();
    if (this.#control === undefined) {
      if (now - this.#begun < MOMENT) return true;
      this.#announce();
    }
    if (this.#control?.poll() === "stop") {
      this.stopped = true;
      notice(`${this.#call.what} was stopped after ${this.#soFar()}; what there is so far is kept.`);
      return false;
    }
    if (now - this.#last >= INTERVAL) this.#tell(now, false);
    return true;
  }

  /** @param step units in all, where the loop has not told of the last ones */
  end(step = this.#step): void {
    this.#step = step;
    if (this.#control === undefined) return;
    this.#tell(performance.now(), true);
    this.#control.close?.();
  }

  #soFar(): string {
    const { total, unit } = this.#call;
    return total === undefined ? `${this.#step} ${unit}` : `${this.#step} of ${total} ${unit}`;
  }

  #announce(): void {
    this.#control = makeRunControl(this.#call.total ?? 0, { stopOnly: true });
    const subscribe = (listener: CallListener) => {
      this.#listeners.add(listener);
      return () => {
        this.#listeners.delete(listener);
      };
    };
    for (const listener of starts) listener({ ...this.#call, subscribe });
  }

  #tell(now: number, done: boolean): void {
    this.#last = now;
    this.#pace.measure(this.#step, now);
    const { total } = this.#call;
    const left = done || total === undefined ? undefined : this.#pace.left(total);
    const event = { step: this.#step, rate: this.#pace.rate, ...(left !== undefined && { left }), done };
    for (const listener of this.#listeners) listener(event);
  }
}
