/** What the two kernels share: tiles of the result, sums of many rounds, and vectors of fewer than four numbers. */
import { type Expr, type FunctionWriter, get, I32, i32Const, V128 } from "../assembler.ts";
import { f32x4, load1, load2, load4, loadLane, store2, store4, storeLane } from "../simd.ts";

/** Cuts `length` in pieces of `size` and a smaller last one. */
export function tiles(length: number, size: number): { count: number; size: number }[] {
  return [
    { count: Math.floor(length / size), size },
    { count: 1, size: length % size },
  ].filter((tile) => tile.count > 0 && tile.size > 0);
}

/** A pointer that starts where another stands. */
export function pointer(f: FunctionWriter, from?: number): number {
  const local = f.local(I32);
  f.set(local, from === undefined ? i32Const(0) : get(from));
  return local;
}

/** Runs `step` for rounds 0 … rounds - 1 (modulo `unroll`), adding to `sums`, which start at 0. */
export function contract(
  f: FunctionWriter,
  sums: readonly number[],
  rounds: number,
  unroll: number,
  step: (ahead: number) => void,
  advance: (rounds: number) => void,
): void {
  for (const sum of sums) f.set(sum, f.f32(0));
  f.repeat(Math.floor(rounds / unroll), () => {
    for (let ahead = 0; ahead < unroll; ahead++) step(ahead);
    advance(unroll);
  });
  for (let ahead = 0; ahead < rounds % unroll; ahead++) step(ahead);
  advance(rounds % unroll);
}

/** The first `lanes` numbers, `stride` bytes apart; zeros above. */
export function loadSome(
  f: FunctionWriter,
  address: Expr,
  offset: number,
  lanes: number,
  stride: number,
): Expr {
  if (stride === 4 && lanes === 4) return load4(address, offset);
  if (stride === 4 && lanes === 2) return load2(address, offset);
  if (lanes === 1) return load1(address, offset);
  const out = f.local(V128);
  const start = stride === 4 ? 2 : 1;
  f.set(out, start === 2 ? load2(address, offset) : load1(address, offset));
  for (let lane = start; lane < lanes; lane++) {
    f.set(out, loadLane(address, offset + lane * stride, get(out), lane));
  }
  return get(out);
}

/** Stores the first `lanes` numbers, or adds them to what is there. */
export function storeSome(
  f: FunctionWriter,
  address: Expr,
  offset: number,
  lanes: number,
  stride: number,
  sum: Expr,
  adding: boolean,
): void {
  const value = adding ? f.keep(f32x4.add(loadSome(f, address, offset, lanes, stride), sum)) : sum;
  if (stride === 4 && lanes === 4) return f.emit(store4(address, offset, value));
  const start = stride === 4 && lanes >= 2 ? 2 : 0;
  if (start === 2) f.emit(store2(address, offset, value));
  for (let lane = start; lane < lanes; lane++) {
    f.emit(storeLane(address, offset + lane * stride, value, lane));
  }
}
