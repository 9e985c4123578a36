/**
 * Tensors that were just made. Most small ones are disposed within the step that made them, and a FinalizationRegistry
 * costs as much as the sum that such a tensor holds, twice. So they are kept here at first, and only those that are
 * left when there are many, or when JavaScript has collected garbage, are handed on to be watched.
 */
export interface Born {
  /** Disposed, or watched already: nobody has to be told any more. */
  settled?: boolean;
}

/** So many small tensors may be held before somebody looks which of them are in use. */
const MOST = 512;

export class Newborn<I extends Born> {
  readonly #ids: object[] = [];
  readonly #infos: I[] = [];
  readonly #settle: (dataId: object, info: I) => void;
  /** A collection that takes the canary means that what is held here could have been taken too. */
  readonly #canary = new FinalizationRegistry<undefined>(() => this.settle());

  constructor(settle: (dataId: object, info: I) => void) {
    this.#settle = settle;
  }

  add(dataId: object, info: I): void {
    if (this.#ids.length >= MOST) this.settle();
    if (this.#ids.length === 0) this.#canary.register({}, undefined);
    this.#ids.push(dataId);
    this.#infos.push(info);
  }

  /** Hand on those that are in use. */
  settle(): void {
    for (;;) {
      const [dataId, info] = [this.#ids.pop(), this.#infos.pop()];
      if (dataId === undefined || info === undefined) return;
      if (info.settled === true) continue;
      info.settled = true;
      this.#settle(dataId, info);
    }
  }
}
