/**
 * Threefry-2x32 with 20 rounds: a function of a key and a counter, 64 bits each, whose outputs are
 * indistinguishable from random ones. There is no state, so any element of any draw can be computed alone,
 * in any order, by any implementation.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), section 4;
 * known answers as published with Random123.
 */
const PARITY = 0x1bd11bda;

/** Words of the last block; read them before the next call. Module state, to spare an allocation a block. */
export const block = { a: 0, b: 0 };

/** Encrypts the counter (c0, c1) under the key (k0, k1) into `block`, as unsigned 32-bit words. */
export function threefry(k0: number, k1: number, c0: number, c1: number): void {
  const k2 = PARITY ^ k0 ^ k1;
  let a = (c0 + k0) | 0;
  let b = (c1 + k1) | 0;
  a = (a + b) | 0;
  b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0;
  b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0;
  b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0;
  b = ((b << 6) | (b >>> 26)) ^ a;
  a = (a + k1) | 0;
  b = (b + k2 + 1) | 0;
  a = (a + b) | 0;
  b = ((b << 17) | (b >>> 15)) ^ a;
  a = (a + b) | 0;
  b = ((b << 29) | (b >>> 3)) ^ a;
  a = (a + b) | 0;
  b = ((b << 16) | (b >>> 16)) ^ a;
  a = (a + b) | 0;
  b = ((b << 24) | (b >>> 8)) ^ a;
  a = (a + k2) | 0;
  b = (b + k0 + 2) | 0;
  a = (a + b) | 0;
  b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0;
  b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0;
  b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0;
  b = ((b << 6) | (b >>> 26)) ^ a;
  a = (a + k0) | 0;
  b = (b + k1 + 3) | 0;
  a = (a + b) | 0;
  b = ((b << 17) | (b >>> 15)) ^ a;
  a = (a + b) | 0;
  b = ((b << 29) | (b >>> 3)) ^ a;
  a = (a + b) | 0;
  b = ((b << 16) | (b >>> 16)) ^ a;
  a = (a + b) | 0;
  b = ((b << 24) | (b >>> 8)) ^ a;
  a = (a + k1) | 0;
  b = (b + k2 + 4) | 0;
  a = (a + b) | 0;
  b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0;
  b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0;
  b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0;
  b = ((b << 6) | (b >>> 26)) ^ a;
  a = (a + k2) | 0;
  b = (b + k0 + 5) | 0;
  block.a = a >>> 0;
  block.b = b >>> 0;
}

/** The key of one draw: the seed's encryption of the call counter, an integer below 2^53. */
export function drawKey(seed0: number, seed1: number, counter: number): [number, number] {
  threefry(seed0, seed1, counter % 0x1_0000_0000, Math.floor(counter / 0x1_0000_0000));
  return [block.a, block.b];
}

/** A word as a number in the open interval (0, 1): 23 bits and a half, which float32 holds exactly. */
export function unit(word: number): number {
  return ((word >>> 9) + 0.5) * 2 ** -23;
}

/** Two words as a float64 in the open interval (0, 1) with 52 bits. */
export function unit52(high: number, low: number): number {
  return (high * 2 ** 20 + (low >>> 12) + 0.5) * 2 ** -52;
}
