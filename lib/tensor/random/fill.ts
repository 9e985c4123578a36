/**
 * Uniform, normal and permutation draws over typed arrays: element `i` of a draw depends on the draw's key
 * and on `i` alone.
 */
import { block, threefry, unit } from "./threefry.ts";

const TWO_PI = 2 * Math.PI;

/** Block j gives the elements 2j and 2j + 1. */
export function fillUniform(out: Float32Array, k0: number, k1: number): void {
  const n = out.length;
  for (let i = 0; i < n; i += 2) {
    threefry(k0, k1, i >>> 1, 0);
    out[i] = unit(block.a);
    if (i + 1 < n) out[i + 1] = unit(block.b);
  }
}

/** Box and Muller's transform: block j gives the elements 2j (cosine) and 2j + 1 (sine). |z| <= 5.9. */
export function fillNormal(out: Float32Array, k0: number, k1: number): void {
  const n = out.length;
  for (let i = 0; i < n; i += 2) {
    threefry(k0, k1, i >>> 1, 0);
    const radius = Math.sqrt(-2 * Math.log(unit(block.a)));
    const angle = TWO_PI * unit(block.b);
    out[i] = radius * Math.cos(angle);
    if (i + 1 < n) out[i + 1] = radius * Math.sin(angle);
  }
}

/** The first `k` places of a Fisher-Yates shuffle of 0..n-1, in O(k) time and memory. */
export function partialPermutation(n: number, k: number, k0: number, k1: number): Int32Array {
  const out = new Int32Array(k);
  const moved = new SparseInts(k);
  for (let i = 0; i < k; i++) {
    const j = i + below(n - i, i, k0, k1);
    out[i] = moved.get(j);
    moved.set(j, moved.get(i));
  }
  return out;
}

/** The places of a shuffled array that differ from the identity: a table of open addressing. */
class SparseInts {
  readonly #keys: Int32Array;
  readonly #values: Int32Array;
  readonly #mask: number;

  /** @param count how many places may be set */
  constructor(count: number) {
    const size = 1 << Math.max(2, 33 - Math.clz32(count));
    this.#mask = size - 1;
    this.#keys = new Int32Array(size).fill(-1);
    this.#values = new Int32Array(size);
  }

  get(key: number): number {
    const at = this.#find(key);
    return this.#keys[at] === key ? (this.#values[at] as number) : key;
  }

  set(key: number, value: number): void {
    const at = this.#find(key);
    this.#keys[at] = key;
    this.#values[at] = value;
  }

  #find(key: number): number {
    let at = (Math.imul(key, 0x9e3779b1) >>> 7) & this.#mask;
    while (this.#keys[at] !== -1 && this.#keys[at] !== key) at = (at + 1) & this.#mask;
    return at;
  }
}

/** A uniform integer below `m`: words in the last, incomplete run of length `m` are refused. */
function below(m: number, index: number, k0: number, k1: number): number {
  const limit = 0x1_0000_0000 - (0x1_0000_0000 % m);
  for (let attempt = 0; ; attempt++) {
    threefry(k0, k1, index, attempt);
    if (block.a < limit) return block.a % m;
    if (block.b < limit) return block.b % m;
  }
}
