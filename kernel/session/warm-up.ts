export interface WarmUpOptions {
  /** Of what every cell needs. */
  readonly prepare: () => Promise<unknown>;
  readonly loadLibrary: () => Promise<unknown>;
  /** TypeScript and the library are there, and what they compiled can be kept. */
  readonly settled: () => void;
}

/** How long nothing has to happen before the library is loaded in advance, in ms as all times here. */
const quiet = 200;
/** How long TypeScript may need before the library is loaded beside it. */
const patience = 8000;
/** What is first called after loading is compiled by then. */
const settling = 2000;

/**
 * What the first cells will need is fetched while nobody waits. TypeScript comes first: it is what a reader asks before
 * any cell, and on two processors the library would take half of its time. A cell that needs the library has
 * it loaded at once.
 */
export class WarmUp {
  readonly #options: WarmUpOptions;
  #started = false;
  #typed = false;
  #loaded = false;
  #settled = false;
  #busy = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WarmUpOptions) {
    this.#options = options;
  }

  /** The front end knows the kernel. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    setTimeout(() => this.typed(), patience).unref();
    this.#rest();
  }

  /** TypeScript is ready, or will never be. */
  typed(): void {
    if (this.#typed) return;
    this.#typed = true;
    this.#rest();
    this.#settle();
  }

  loaded(): void {
    this.#loaded = true;
    this.#settle();
  }

  /** A cell runs until the returned function is called. */
  cell(): () => void {
    this.#busy++;
    clearTimeout(this.#timer);
    return () => {
      this.#busy--;
      this.#rest();
    };
  }

  #rest(): void {
    clearTimeout(this.#timer);
    if (!this.#started || this.#loaded || this.#busy > 0) return;
    this.#timer = setTimeout(async () => {
      await this.#options.prepare().catch(() => {});
      if (this.#typed) await this.#options.loadLibrary().catch(() => {});
    }, quiet);
  }

  #settle(): void {
    if (this.#settled || !this.#typed || !this.#loaded) return;
    this.#settled = true;
    setTimeout(this.#options.settled, settling).unref();
  }
}
