import { Pace } from "../pace.ts";
import type { Chain } from "./chain.ts";
import { announceSampling, type SamplingListener, type SamplingStart } from "./events.ts";

/** Milliseconds between two events, and between two lines of text. */
const [INTERVAL, TEXT_INTERVAL] = [50, 200];

/** Tells listeners how chains go; without any, writes one line to a terminal. */
export class SamplingProgress {
  readonly #listeners = new Set<SamplingListener>();
  readonly #text: boolean;
  readonly #total: number;
  #last = { time: performance.now(), taken: 0 };
  readonly #pace = new Pace(this.#last.time);
  #lastText = 0;

  constructor(start: Omit<SamplingStart, "subscribe">, show: boolean) {
    this.#total = start.numChains * (start.warmupSteps + start.numSamples);
    const seen =
      show &&
      announceSampling({
        ...start,
        subscribe: (listener) => {
          this.#listeners.add(listener);
          return () => {
            this.#listeners.delete(listener);
          };
        },
      });
    this.#text = show && !seen && isTerminal();
  }

  /** Say how the chains go, unless that was said just now; where they stand still, it is said in any case. */
  tell(chains: readonly Chain[], { still = false } = {}): void {
    const now = performance.now();
    if (now - this.#last.time < INTERVAL && !still) return;
    if (!this.#measure(chains, now)) return;
    this.#send(chains, false);
    if (!this.#text || now - this.#lastText < TEXT_INTERVAL) return;
    this.#lastText = now;
    process.stderr.write(`\r${line(chains, this.#pace.rate)}\x1b[K`);
  }

  end(chains: readonly Chain[]): void {
    this.#measure(chains, performance.now());
    this.#send(chains, true);
    if (this.#text) process.stderr.write(`\r${line(chains, this.#pace.rate)}\x1b[K\n`);
  }

  /** @returns whether there is anything new */
  #measure(chains: readonly Chain[], now: number): boolean {
    const taken = chains.reduce((sum, chain) => sum + chain.taken, 0);
    const moved = taken > this.#last.taken;
    this.#last = { time: now, taken };
    if (moved) this.#pace.measure(taken, now);
    else this.#pace.pause(now);
    return moved;
  }

  #send(chains: readonly Chain[], done: boolean): void {
    const left = done ? undefined : this.#pace.left(this.#total);
    const news = { chains, rate: this.#pace.rate, ...(left !== undefined && { left }), done };
    for (const listener of this.#listeners) listener(news);
  }
}

function line(chains: readonly Chain[], rate: number): string {
  const chain = chains.at(-1);
  if (chain === undefined) return "";
  const divergences = chains.reduce((sum, { divergences: n }) => sum + n, 0);
  return (
    `chain ${chain.index + 1}: ${chain.warmingUp ? "warm-up" : "draws"} ${chain.taken} of ${chain.total} · ` +
    `step size ${chain.stepSize.toPrecision(2)} · ${Math.round(rate)} a second` +
    (divergences === 0 ? "" : ` · ${divergences} divergent`)
  );
}

function isTerminal(): boolean {
  return typeof process !== "undefined" && process.stderr?.isTTY === true;
}
