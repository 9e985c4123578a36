/** Stretches of a trajectory: the functions of `Stretch`. */
import { call, type Expr, F64, get, I32, i32Const } from "../../../jit/wasm/assembler.ts";
import { f64x2, load4, store4 } from "../../../jit/wasm/simd.ts";
import { copyBytes, f64, i32, leave } from "../../../jit/wasm/single.ts";
import type { Frame } from "./frame.ts";
import { stretchAt } from "./places.ts";

/** Functions by their index. */
export interface Stretches {
  /** (stretch, point, energy, logWeight) */
  readonly set: number;
  /** (stretch, next, whether its draw is taken) */
  readonly join: number;
  /** (stretch, next) */
  readonly turnsWith: number;
}

/** Declares what the functions call. */
export function importForStretches({ module }: Frame): void {
  module.import("exp", 1, Math.exp);
  module.import("log1p", 1, Math.log1p);
}

export function writeStretches(frame: Frame): Stretches {
  return {
    set: writeSet(frame),
    join: writeJoin(frame, writeLogAddExp(frame)),
    turnsWith: writeTurnsWith(frame, writeTurns(frame)),
  };
}

function writeTurns(frame: Frame): number {
  const f = frame.module.define([I32, I32, I32, I32], [I32]);
  const [one, other] = [get(2), get(3)];
  const shrinks = (end: number): Expr => {
    const velocity = f.keep(i32.add(get(end), i32Const(frame.places.vector)), I32);
    const along = f64.add(frame.dot(velocity, one), frame.dot(velocity, other));
    return f64.le(along, f64.constant(0));
  };
  f.if(shrinks(0), () => f.emit(leave(i32Const(1))));
  f.emit(shrinks(1));
  return f.index;
}

function writeTurnsWith(frame: Frame, turns: number): number {
  const f = frame.module.define([I32, I32], [I32]);
  const member = (stretch: number, name: "first" | "last") =>
    f.keep(i32.load(get(stretch), stretchAt[name]), I32);
  const sum = (stretch: number) => f.keep(i32.add(get(stretch), i32Const(stretchAt.sum)), I32);
  const [first, last, nextFirst, nextLast] = [
    ...[member(0, "first"), member(0, "last")],
    ...[member(1, "first"), member(1, "last")],
  ] as [Expr, Expr, Expr, Expr];
  const [own, next] = [sum(0), sum(1)];
  f.if(call(turns, first, nextLast, own, next), () => f.emit(leave(i32Const(1))));
  f.if(call(turns, first, nextFirst, own, nextFirst), () => f.emit(leave(i32Const(1))));
  f.emit(call(turns, last, nextLast, last, next));
  return f.index;
}

function writeSet(frame: Frame): number {
  const f = frame.module.define([I32, I32, F64, F64], []);
  const { vector, pointBytes } = frame.places;
  const [stretch, point] = [get(0), get(1)];
  const momentum = f.keep(i32.add(point, i32Const(frame.momentum)), I32);
  for (const end of [stretchAt.first, stretchAt.last])
    f.emit(copyBytes(i32.load(stretch, end), momentum, i32Const(2 * vector)));
  f.emit(copyBytes(i32.add(stretch, i32Const(stretchAt.sum)), momentum, i32Const(vector)));
  f.emit(copyBytes(i32.load(stretch, stretchAt.draw), point, i32Const(pointBytes)));
  f.emit(f64.store(stretch, stretchAt.energy, get(2)));
  f.emit(f64.store(stretch, stretchAt.logWeight, get(3)));
  return f.index;
}

function writeLogAddExp(frame: Frame): number {
  const f = frame.module.define([F64, F64], [F64]);
  const most = f.keep(f64.max(get(0), get(1)), F64);
  f.if(f64.eq(most, f64.constant(Number.NEGATIVE_INFINITY)), () => f.emit(leave(most)));
  const least = f64.min(get(0), get(1));
  f.emit(f64.add(most, frame.host("log1p", frame.host("exp", f64.sub(least, most)))));
  return f.index;
}

function writeJoin(frame: Frame, logAddExp: number): number {
  const f = frame.module.define([I32, I32, I32], []);
  const [stretch, next] = [get(0), get(1)];
  const swap = (member: number): void => {
    const own = f.keep(i32.load(stretch, member), I32);
    f.emit(i32.store(stretch, member, i32.load(next, member)));
    f.emit(i32.store(next, member, own));
  };
  const [to, from] = [f.local(I32), f.local(I32)];
  f.set(to, stretch);
  f.set(from, next);
  frame.pairs(f, [to, from], (offset) => {
    const [a, b] = [load4(get(to), stretchAt.sum + offset), load4(get(from), stretchAt.sum + offset)];
    f.emit(store4(get(to), stretchAt.sum + offset, f64x2.add(a, b)));
  });
  swap(stretchAt.last);
  const weight = (of: Expr) => f64.load(of, stretchAt.logWeight);
  f.emit(f64.store(stretch, stretchAt.logWeight, call(logAddExp, weight(stretch), weight(next))));
  f.if(get(2), () => {
    swap(stretchAt.draw);
    f.emit(f64.store(stretch, stretchAt.energy, f64.load(next, stretchAt.energy)));
  });
  return f.index;
}
