/**
 * Fills of uniform and normal numbers: the stream of `lib/tensor/random`, four blocks of threefry at a time. Uniform
 * numbers are the same to the bit; normal ones differ by the rounding of the float32 functions that they go through.
 *
 * The fraction of a turn is split into quarters exactly, so that no digit is lost where sine or cosine vanish.
 */
import { type Expr, type FunctionWriter, get, I32, i32Const, ModuleWriter } from "./assembler.ts";
import { wasmAvailable } from "./features.ts";
import { logOfNormal } from "./math/log.ts";
import { sineAndCosine, turnedCosine, turnedSine } from "./math/trigonometric.ts";
import { f32x4, i32x4, or, scalar, shuffle, store4, storeLane, xor } from "./simd.ts";

/** Fills `size` cells from cell `address` on with the draw of the key (k0, k1). */
export type Fill = (address: number, size: number, k0: number, k1: number) => void;

export interface Fills {
  readonly uniform: Fill;
  readonly normal: Fill;
}

const PARITY = 0x1bd11bda;
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

/** Threefry-2x32 with 20 rounds of the counters (c, 0), or (c, second). */
function threefry(
  f: FunctionWriter,
  keys: readonly [Expr, Expr, Expr],
  counter: Expr,
  second?: Expr,
): [Expr, Expr] {
  let a = f.keep(i32x4.add(counter, keys[0]));
  let b = second === undefined ? keys[1] : f.keep(i32x4.add(second, keys[1]));
  for (let round = 0; round < 20; round++) {
    a = f.keep(i32x4.add(a, b));
    const by = ROTATIONS[round % 8] as number;
    b = f.keep(xor(or(i32x4.shl(b, by), i32x4.shrU(b, 32 - by)), a));
    if (round % 4 !== 3) continue;
    const injection = (round + 1) / 4;
    a = f.keep(i32x4.add(a, keys[injection % 3] as Expr));
    b = f.keep(i32x4.add(i32x4.add(b, keys[(injection + 1) % 3] as Expr), f.i32(injection)));
  }
  return [a, b];
}

/** 23 bits and a half, in (0, 1). */
function unit(f: FunctionWriter, word: Expr): Expr {
  const half = f32x4.add(f32x4.fromInt(i32x4.shrU(word, 9)), f.f32(0.5));
  return f.keep(f32x4.mul(half, f.f32(2 ** -23)));
}

function boxMuller(f: FunctionWriter, u: Expr, turn: Expr): [Expr, Expr] {
  const radius = f.keep(f32x4.sqrt(f32x4.mul(logOfNormal(f, u), f.f32(-2))));
  const quarters = f.keep(f32x4.mul(turn, f.f32(4)));
  const whole = f.keep(f32x4.nearest(quarters));
  const angle = f.keep(f32x4.mul(f32x4.sub(quarters, whole), f.f32(Math.PI / 2)));
  const at = { quadrant: f.keep(i32x4.fromFloat(whole)), ...sineAndCosine(f, angle) };
  return [f.keep(f32x4.mul(radius, turnedCosine(f, at))), f.keep(f32x4.mul(radius, turnedSine(f, at)))];
}

type Pair = (f: FunctionWriter, a: Expr, b: Expr) => [Expr, Expr];

function writeFill(module: ModuleWriter, pair: Pair): void {
  const f = module.define([I32, I32, I32, I32], []);
  const [address, size, k0, k1] = [0, 1, 2, 3];
  f.set(address, scalar.i32Mul(get(address), i32Const(4)));
  const [first, second] = [f.keep(i32x4.splat(get(k0))), f.keep(i32x4.splat(get(k1)))];
  const third = f.keep(xor(xor(first, second), f.i32(PARITY)));
  const counter = f.local(0x7b);
  f.set(counter, f.words(0, 1, 2, 3));
  const eight = (): [Expr, Expr] => {
    const [a, b] = threefry(f, [first, second, third], get(counter));
    const [x, y] = pair(f, unit(f, a), unit(f, b));
    // Block j gives the elements 2j and 2j + 1.
    return [f.keep(shuffle(x, y, [0, 4, 1, 5])), f.keep(shuffle(x, y, [2, 6, 3, 7]))];
  };
  const atLeast = (count: number): Expr => [...get(size), ...i32Const(count), 0x4e];
  f.while(atLeast(8), () => {
    const [low, high] = eight();
    f.emit(store4(get(address), 0, low), store4(get(address), 16, high));
    f.set(counter, i32x4.add(get(counter), f.i32(4)));
    f.advance(address, 32);
    f.advance(size, -8);
  });
  f.if(atLeast(1), () => {
    const [low, high] = eight();
    for (let i = 0; i < 7; i++) {
      const store = storeLane(get(address), 4 * i, i < 4 ? low : high, i % 4);
      f.if(atLeast(i + 1), () => f.emit(store));
    }
  });
  module.export(f);
}

/** The third word of a key. */
function extended(f: FunctionWriter, first: Expr, second: Expr): [Expr, Expr, Expr] {
  return [first, second, f.keep(xor(xor(first, second), f.i32(PARITY)))];
}

/**
 * Draws of one number each, four at a time: cell `address + i` gets the only element of the draw with counter
 * (low + i, high) under the seed (s0, s1). Up to three cells after the last are overwritten.
 */
export type Singles = (
  address: number,
  count: number,
  s0: number,
  s1: number,
  low: number,
  high: number,
) => void;

function writeSingles(module: ModuleWriter, pair: Pair): void {
  const f = module.define([I32, I32, I32, I32, I32, I32], []);
  const [address, count, s0, s1, low, high] = [0, 1, 2, 3, 4, 5];
  f.set(address, scalar.i32Mul(get(address), i32Const(4)));
  const seed = extended(f, f.keep(i32x4.splat(get(s0))), f.keep(i32x4.splat(get(s1))));
  const second = f.keep(i32x4.splat(get(high)));
  const counter = f.local(0x7b);
  f.set(counter, i32x4.add(i32x4.splat(get(low)), f.words(0, 1, 2, 3)));
  f.while([...get(count), ...i32Const(1), 0x4e], () => {
    const [k0, k1] = threefry(f, seed, get(counter), second);
    const [a, b] = threefry(f, extended(f, k0, k1), f.i32(0));
    f.emit(store4(get(address), 0, pair(f, unit(f, a), unit(f, b))[0]));
    f.set(counter, i32x4.add(get(counter), f.i32(4)));
    f.advance(address, 16);
    f.advance(count, -4);
  });
  module.export(f);
}

/** Draws of one number over a program's memory; undefined without vector instructions. */
export function compileSingles(
  memory: WebAssembly.Memory,
): { uniform: Singles; normal: Singles } | undefined {
  const { simd, relaxed } = wasmAvailable();
  if (!simd) return undefined;
  const module = new ModuleWriter(relaxed);
  writeSingles(module, (_f, a, b) => [a, b]);
  writeSingles(module, boxMuller);
  const [uniform, normal] = module.instantiate(memory).functions as unknown as [Singles, Singles];
  return { uniform, normal };
}

/** The fills over a program's memory; undefined without vector instructions. */
export function compileFills(memory: WebAssembly.Memory): Fills | undefined {
  const { simd, relaxed } = wasmAvailable();
  if (!simd) return undefined;
  const module = new ModuleWriter(relaxed);
  writeFill(module, (_f, a, b) => [a, b]);
  writeFill(module, boxMuller);
  const [uniform, normal] = module.instantiate(memory).functions as [Fill, Fill];
  return { uniform, normal };
}
