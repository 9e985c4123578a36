import { block, drawKey, threefry, unit52 } from "../../tensor/random/threefry.ts";

export interface RandomState {
  readonly key: readonly [number, number];
  readonly counter: number;
  /** The second of a pair of normal numbers. */
  readonly spare?: number | undefined;
}

/** Where a stream stands in a memory: byte offsets. The key and the counter are two words each; no spare is NaN. */
export interface StreamPlaces {
  readonly key: number;
  readonly counter: number;
  readonly spare: number;
}

/** A stream of random numbers in float64: a function of its key, the same wherever it runs. */
export class Random {
  readonly #key: readonly [number, number];
  #counter: number;
  #spare: number | undefined;

  /** @param key two words of 32 bits */
  constructor(key: readonly [number, number], place: Omit<RandomState, "key"> = { counter: 0 }) {
    this.#key = key;
    this.#counter = place.counter;
    this.#spare = place.spare;
  }

  /** The stream number `index` under a seed and a place in its stream. */
  static derive(seed: readonly [number, number], place: number, index: number): Random {
    const [k0, k1] = drawKey(seed[0], seed[1], place);
    return new Random(drawKey(k0, k1, index));
  }

  /** Key and place: `new Random(state.key, state)` goes on from here. */
  get state(): RandomState {
    return { key: this.#key, counter: this.#counter, spare: this.#spare };
  }

  /** Writes the stream into a memory, for code there to go on with; byte offsets are the places. */
  lend(ints: Int32Array, floats: Float64Array, at: StreamPlaces): void {
    [ints[at.key / 4], ints[at.key / 4 + 1]] = this.#key;
    ints[at.counter / 4] = this.#counter % 0x1_0000_0000;
    ints[at.counter / 4 + 1] = Math.floor(this.#counter / 0x1_0000_0000);
    floats[at.spare / 8] = this.#spare ?? Number.NaN;
  }

  /** Goes on from where that code has left it. */
  takeBack(ints: Int32Array, floats: Float64Array, at: StreamPlaces): void {
    const [low, high] = [ints[at.counter / 4] as number, ints[at.counter / 4 + 1] as number];
    const spare = floats[at.spare / 8] as number;
    this.#counter = (high >>> 0) * 0x1_0000_0000 + (low >>> 0);
    this.#spare = Number.isNaN(spare) ? undefined : spare;
  }

  /** In the open interval (0, 1), with 52 bits. */
  uniform(): number {
    const [k0, k1] = this.#key;
    const counter = this.#counter++;
    threefry(k0, k1, counter % 0x1_0000_0000, Math.floor(counter / 0x1_0000_0000));
    return unit52(block.a, block.b);
  }

  /** Standard normal, by Box and Muller's transform. */
  normal(): number {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare !== undefined) return spare;
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}
