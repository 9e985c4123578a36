const MULTIPLIER = 0x5bd1e995;

/**
 * MurmurHash2 (Austin Appleby), 32 bits, of the UTF-8 bytes of a text. Front ends compute the same to find the name of a
 * cell by its code.
 */
export function murmur2(text: string, seed: number): number {
  const bytes = new TextEncoder().encode(text);
  const whole = bytes.length & ~3;
  let hash = seed ^ bytes.length;
  for (let i = 0; i < whole; i += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(i, i + 4);
    let word = Math.imul(a | (b << 8) | (c << 16) | (d << 24), MULTIPLIER);
    word = Math.imul(word ^ (word >>> 24), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  if (whole < bytes.length) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(whole);
    hash = Math.imul(hash ^ (a | (b << 8) | (c << 16)), MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return (hash ^ (hash >>> 15)) >>> 0;
}
