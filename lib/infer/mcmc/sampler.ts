import { pollInterrupt } from "../../interrupt.ts";
import { notice } from "../../notice.ts";
import { otherCodeRan } from "../compiled/other-code.ts";
import { makeRunControl } from "../control.ts";
import { turnOfEventLoop } from "../turn.ts";
import type { Chain } from "./chain.ts";
import type { Potential } from "./potential.ts";
import type { SamplingProgress } from "./sampling-progress.ts";

/** Milliseconds of computing before the event loop gets a turn, and between two looks at the clock. */
const [SLICE, GLANCE] = [40, 2];
const PAUSE = 20;

/** Takes transitions in slices, so that the page, the buttons and the interrupt are heard. */
export class Sampler {
  readonly #potential: Potential;
  readonly #chains: readonly Chain[];
  readonly #news: SamplingProgress;
  readonly #signal: AbortSignal | undefined;
  readonly #control;
  #sliceEnd = performance.now() + SLICE;
  #stride = 1;
  stopped = false;

  constructor(
    potential: Potential,
    chains: readonly Chain[],
    news: SamplingProgress,
    signal: AbortSignal | undefined,
    total: number,
  ) {
    this.#potential = potential;
    this.#chains = chains;
    this.#news = news;
    this.#signal = signal;
    this.#control = makeRunControl(total);
  }

  async run(chain: Chain): Promise<void> {
    while (chain.taken < chain.total && !this.stopped) {
      const order = this.#signal?.aborted === true ? "stop" : this.#control.poll();
      if (order === "stop") {
        this.stopped = true;
        return;
      }
      if (order === "pause" || performance.now() >= this.#sliceEnd) {
        await this.#yield({ still: order === "pause" });
        continue;
      }
      this.#some(chain, order === "step");
    }
  }

  close(): void {
    this.#control.close?.();
  }

  #some(chain: Chain, single: boolean): void {
    const begun = performance.now();
    const end = Math.min(chain.total, chain.taken + (single ? 1 : this.#stride));
    const before = chain.taken;
    while (chain.taken < end) chain.step();
    pollInterrupt();
    const each = (performance.now() - begun) / Math.max(1, chain.taken - before);
    this.#stride = Math.max(1, Math.min(2 * this.#stride, Math.floor(GLANCE / Math.max(each, 1e-4))));
  }

  async #yield({ still }: { still: boolean }): Promise<void> {
    this.#news.tell(this.#chains, { still });
    if (await otherCodeRan(() => turnOfEventLoop(still ? PAUSE : 0), 2)) this.#verify();
    pollInterrupt();
    this.#sliceEnd = performance.now() + SLICE;
  }

  /** A chain has one target: where the model became another one, the run ends with what was drawn from the first. */
  #verify(): void {
    const changed = this.#potential.changed();
    if (changed === undefined) return;
    this.stopped = true;
    notice(
      `The model changed while it was being sampled: ${changed}. Sampling has stopped; what was drawn before is kept.`,
    );
  }
}
