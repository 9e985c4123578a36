export interface Random {
  /** A number in [0, 1). */
  (): number;
  /** A whole number below `n`. */
  below(n: number): number;
  pick<T>(list: readonly T[]): T;
}

/** The same numbers in every run with the same seed. */
export function seeded(seed: number): Random {
  let a = seed;
  const random = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number) => Math.floor(random() * n);
  return Object.assign(random, { below, pick: <T>(list: readonly T[]) => list[below(list.length)] as T });
}
