/** Of the time of a run, what those who watch its parameters may take. */
const SHARE = 0.005;
/** And milliseconds beside that, which grow with the steps taken: compiled runs are over in a moment. */
const BESIDE = 150;
/** Looks at a whole run, and those of them at gradients too, beside a beginning with ever larger steps. */
const [LOOKS, GRADIENTS] = [60, 16];
/** The growth of distances in the beginning. */
const GROWTH = 0.25;

/**
 * When a run lets others look at its parameters: at every step at first, then ever more seldom, then evenly. Who looks at
 * a clock instead only sees the end of compiled steps.
 *
 * Compiled steps keep no gradients; so now and then a look asks for an eager step.
 */
export class Looks {
  readonly #watchers: ReadonlySet<() => void>;
  readonly #total: number;
  readonly #begun = performance.now();
  #spent = 0;
  #spentOnGradients = 0;
  /** When an eager step was asked for. */
  #asked: number | undefined;
  /** The step at which the next look is due. */
  next = 1;
  #nextGradient = 8;

  /** @param total steps of the run */
  constructor(watchers: ReadonlySet<() => void>, total: number) {
    this.#watchers = watchers;
    this.#total = total;
  }

  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Steps to the next look. */
  distance(step: number): number {
    return this.watched ? Math.max(1, this.next - step) : Number.POSITIVE_INFINITY;
  }

  /** @returns whether the next step is to keep its gradient */
  look(step: number): boolean {
    const before = performance.now();
    if (this.#asked !== undefined) this.#spentOnGradients += before - this.#asked;
    this.#asked = undefined;
    const even = (looks: number) => Math.ceil(this.#total / looks);
    this.next = step + Math.max(1, Math.min(Math.floor(GROWTH * step), even(LOOKS)));
    const allowance = BESIDE * (0.3 + (0.7 * step) / this.#total) + SHARE * (before - this.#begun);
    if (this.#spent > allowance) return false;
    for (const watch of this.#watchers) watch();
    const after = performance.now();
    this.#spent += after - before;
    if (step < this.#nextGradient || this.#spentOnGradients > allowance / 2) return false;
    this.#nextGradient = Math.min(2 * step, step + even(GRADIENTS));
    this.#asked = after;
    return true;
  }
}
