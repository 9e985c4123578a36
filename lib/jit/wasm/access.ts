/** Loads and stores of four lanes, or, in the rest of a row, of one. */
import type { Access } from "../schedule/steps.ts";
import { type Expr, type FunctionWriter, get, I32, i32Const, V128 } from "./assembler.ts";
import type { Nest } from "./nest.ts";
import { i32x4, load1, load4, loadLane, loadSplat, scalar, store4, storeLane } from "./simd.ts";
import { as, type Value } from "./values.ts";

export interface Memory {
  readonly f: FunctionWriter;
  readonly nest: Nest;
  /** Index of a buffer's first cell. */
  readonly address: (access: Access) => number;
  /** Value of a temporary. */
  readonly temp: (temp: number) => Value;
}

/** Where the lanes of an access lie. */
interface Place {
  readonly base: number;
  readonly pointer: Expr;
  /** From one lane to the next. */
  readonly bytes: number;
  /** Bytes further in each lane. */
  readonly scattered: Expr | undefined;
}

function place(memory: Memory, access: Access): Place {
  const { f, nest, temp } = memory;
  const parts = (access.indirect ?? []).map(({ temp: at, size, stride }) =>
    // A position outside would reach into other buffers.
    i32x4.mul(i32x4.minU(as(f, temp(at), "int"), f.i32(size - 1)), f.i32(4 * stride)),
  );
  return {
    base: nest.base(access, memory.address(access)),
    pointer: nest.pointer(access),
    bytes: 4 * (access.strides[access.strides.length - 1] as number),
    scattered: parts.length === 0 ? undefined : f.keep(parts.reduce(i32x4.add)),
  };
}

/** The address of a lane: an expression and what is added to it. */
function laneAddress({ base, pointer, bytes, scattered }: Place, lane: number): [Expr, number] {
  const ahead = Math.max(0, bytes) * lane;
  const back = Math.min(0, bytes) * lane;
  const moved = scattered === undefined ? pointer : scalar.i32Add(pointer, i32x4.lane(scattered, lane));
  return [back === 0 ? moved : scalar.i32Add(moved, i32Const(back)), base + ahead];
}

/** One element in every lane. */
export function loadOne(memory: Memory, access: Access): Expr {
  return loadSplat(...laneAddress(place(memory, access), 0));
}

/** Four elements along the last axis. */
export function loadFour(memory: Memory, access: Access): Expr {
  const at = place(memory, access);
  if (at.scattered === undefined && at.bytes === 0) return loadSplat(at.pointer, at.base);
  if (at.scattered === undefined && at.bytes === 4) return load4(at.pointer, at.base);
  const { f } = memory;
  const out = f.local(V128);
  f.set(out, load1(...laneAddress(at, 0)));
  for (let lane = 1; lane < 4; lane++) f.set(out, loadLane(...laneAddress(at, lane), get(out), lane));
  return get(out);
}

export function storeOne(memory: Memory, access: Access, value: Expr): void {
  memory.f.emit(storeLane(...laneAddress(place(memory, access), 0), value, 0));
}

export function storeFour(memory: Memory, access: Access, value: Expr): void {
  const at = place(memory, access);
  const { f } = memory;
  if (at.scattered === undefined && at.bytes === 4) f.emit(store4(at.pointer, at.base, value));
  else for (let lane = 0; lane < 4; lane++) f.emit(storeLane(...laneAddress(at, lane), value, lane));
}

/** Lane after lane, because several may mean the same element. */
export function combineLanes(
  memory: Memory,
  access: Access,
  lanes: number,
  value: Expr,
  combine: (a: Expr, b: Expr) => Expr,
): void {
  const { f } = memory;
  const at = place(memory, access);
  const pointer = f.local(I32);
  const old = f.local(V128);
  for (let lane = 0; lane < lanes; lane++) {
    const [dynamic, base] = laneAddress(at, lane);
    f.set(pointer, dynamic);
    f.set(old, loadSplat(get(pointer), base));
    f.emit(storeLane(get(pointer), base, combine(get(old), value), lane));
  }
}
