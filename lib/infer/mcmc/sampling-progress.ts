import type { Chain } from "./chain.ts";
import { announceSampling, type SamplingListener, type SamplingStart } from "./events.ts";

/** Milliseconds between two events, and between two lines of text. */
const [INTERVAL, TEXT_INTERVAL] = [50, 200];

/** Tells listeners how chains go; without any, writes one line to a terminal. */
export class SamplingProgress {
  readonly #listeners = new Set<SamplingListener>();
  readonly #text: boolean;
  #last = { time: performance.now(), taken: 0 };
  #lastText = 0;
  #rate = 0;

  constructor(start: Omit<SamplingStart, "subscribe">, show: boolean) {
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

  tell(chains: readonly Chain[]): void {
    const now = performance.now();
    if (now - this.#last.time < INTERVAL) return;
    this.#measure(chains, now);
    this.#send(chains, false);
    if (!this.#text || now - this.#lastText < TEXT_INTERVAL) return;
    this.#lastText = now;
    process.stderr.write(`\r${line(chains, this.#rate)}\x1b[K`);
  }

  end(chains: readonly Chain[]): void {
    this.#measure(chains, performance.now());
    this.#send(chains, true);
    if (this.#text) process.stderr.write(`\r${line(chains, this.#rate)}\x1b[K\n`);
  }

  #measure(chains: readonly Chain[], now: number): void {
    const taken = chains.reduce((sum, chain) => sum + chain.taken, 0);
    const seconds = (now - this.#last.time) / 1000;
    if (seconds > 0 && taken > this.#last.taken) this.#rate = (taken - this.#last.taken) / seconds;
    this.#last = { time: now, taken };
  }

  #send(chains: readonly Chain[], done: boolean): void {
    for (const listener of this.#listeners) listener({ chains, rate: this.#rate, done });
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
