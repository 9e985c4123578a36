import { block, drawKey, threefry, unit52 } from "../../tensor/random/threefry.ts";

export interface RandomState {
  readonly key: readonly [number, number];
  readonly counter: number;
  /** The second of a pair of normal numbers. */
  readonly spare?: number | undefined;
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
