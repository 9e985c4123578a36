/**
 * Writes a `Loop` as a function: a nest of loops whose innermost axis lies along four lanes, what is left of a row one
 * by one. What does not depend on the inner axes is computed outside of them.
 */

import { accessOf } from "../schedule/collapse.ts";
import type { Buffer, Loop } from "../schedule/steps.ts";
import { loadFour, loadOne, type Memory, storeFour, storeOne } from "./access.ts";
import { type Expr, type FunctionWriter, get, I32, i32Const, V128 } from "./assembler.ts";
import { Nest } from "./nest.ts";
import { type Placed, planOf } from "./plan.ts";
import { Reduction, ROUNDS } from "./reduce.ts";
import { i32x4 } from "./simd.ts";
import { as, element, formOf, operand, type Value } from "./values.ts";

/** Points from which on functions like exp are written in place rather than called: faster, but longer to compile. */
const INLINE = 256;
/** Elements of a block of rows. */
const BLOCK = 8192;

export function writeLoop(f: FunctionWriter, loop: Loop, address: (buffer: Buffer) => number): void {
  const plan = planOf(loop);
  if (plan === undefined) throw new Error("this loop has no plan for vectors");
  const { lengths, body } = plan;
  const rank = lengths.length;
  const inPlace = lengths.reduce((a, b) => a * b, 1) >= INLINE;
  const accesses = body.map(({ statement }) => accessOf(statement)).filter((access) => access !== undefined);
  const values = new Map<number, Value>();
  const memory: Memory = {
    f,
    nest: new Nest(f, lengths, accesses),
    address: ({ buffer }) => address(buffer),
    temp: (temp) => operand(values, { temp }),
  };
  const reductions = new Map(
    body.flatMap(({ statement }) =>
      statement.kind === "reduce" ? [[statement, new Reduction(memory, statement)] as const] : [],
    ),
  );
  const all = [...reductions.values()];
  for (const reduction of all) reduction.prepare(lengths);

  /** Positions along the axes that are asked for: an int32 outside, four of them along the lanes. */
  const indexed = new Set(body.flatMap(({ statement: s }) => (s.kind === "index" ? [s.axis] : [])));
  const positions = new Map<number, number>();
  const position = (axis: number): Expr => get(positions.get(axis) as number);

  const write = ({ statement, depth }: Placed, lanes: 1 | 4): void => {
    const inner = depth === rank;
    switch (statement.kind) {
      case "load": {
        const code =
          inner && lanes === 4 ? loadFour(memory, statement.from) : loadOne(memory, statement.from);
        const form = statement.from.buffer.dtype === "float32" ? "float" : "int";
        const value = { form, code: f.keep(code) } as const;
        const wanted = formOf(statement.dtype);
        values.set(statement.temp, { form: wanted, code: f.keep(as(f, value, wanted)) });
        return;
      }
      case "index": {
        const at = position(statement.axis);
        values.set(statement.temp, { form: "int", code: f.keep(inner ? copied(at) : i32x4.splat(at)) });
        return;
      }
      case "let": {
        const args = statement.args.map((arg) => operand(values, arg));
        values.set(statement.temp, element(f, statement.op, args, statement.dtype));
        return;
      }
      case "store": {
        const form = statement.to.buffer.dtype === "float32" ? "float" : "int";
        const value = operand(values, statement.value);
        const asBool = statement.to.buffer.dtype === "bool" ? booleanOf(f, value) : value;
        (lanes === 4 ? storeFour : storeOne)(memory, statement.to, f.keep(as(f, asBool, form)));
        return;
      }
      case "reduce":
        return (reductions.get(statement) as Reduction).add(lanes);
      default:
        return statement satisfies never;
    }
  };
  const writeAt = (depth: number, lanes: 1 | 4) => {
    f.inline = inPlace && depth === rank && lanes === 4;
    for (const placed of body) if (placed.depth === depth) write(placed, lanes);
  };

  const row = (step: (elements: number) => void): void => {
    const axis = rank - 1;
    const length = lengths[axis] as number;
    const at = indexed.has(axis) ? f.local(V128) : undefined;
    if (at !== undefined) {
      positions.set(axis, at);
      f.set(at, f.words(0, 1, 2, 3));
    }
    const pass = (lanes: 1 | 4) => () => {
      writeAt(rank, lanes);
      step(lanes);
      if (at !== undefined) f.set(at, i32x4.add(get(at), f.i32(lanes)));
    };
    const flush = () => all.forEach((reduction) => void reduction.flush());
    let passes = Math.floor(length / 4);
    if (passes > ROUNDS && all.some((reduction) => reduction.flushes)) {
      f.repeat(Math.floor(passes / ROUNDS), () => {
        f.repeat(ROUNDS, pass(4));
        flush();
      });
      passes %= ROUNDS;
    }
    f.repeat(passes, pass(4));
    f.repeat(length % 4, pass(1));
    flush();
  };

  /** Sums of columns: blocks of rows, in them the lanes, and the rows of a block innermost. */
  const columns = (nextRow: (elements: number) => void): void => {
    const [outer, axis] = [rank - 2, rank - 1];
    const stacked = all.filter((reduction) => reduction.stacks(outer));
    for (const reduction of stacked) reduction.stacked = true;
    const at = indexed.has(axis) ? f.local(V128) : undefined;
    if (at !== undefined) positions.set(axis, at);
    const pass = (lanes: 1 | 4, rows: number, step: (elements: number) => void) => () => {
      for (const reduction of stacked) reduction.begin();
      memory.nest.along(
        outer,
        (below) =>
          f.repeat(rows, () => {
            f.inline = inPlace && lanes === 4;
            for (const placed of body) if (placed.depth >= outer + 1) write(placed, lanes);
            below(1);
          }),
        true,
      );
      for (const reduction of stacked) reduction.settle(lanes);
      for (const reduction of all) reduction.flush();
      step(lanes);
      if (at !== undefined) f.set(at, i32x4.add(get(at), f.i32(lanes)));
    };
    const block = (rows: number) => () => {
      if (at !== undefined) f.set(at, f.words(0, 1, 2, 3));
      memory.nest.along(axis, (step) => {
        const length = lengths[axis] as number;
        f.repeat(Math.floor(length / 4), pass(4, rows, step));
        f.repeat(length % 4, pass(1, rows, step));
      });
      nextRow(rows);
    };
    const height = lengths[outer] as number;
    // The rows of a block are read once for every four columns: they should stay in the nearest cache.
    const wanted = Math.floor(BLOCK / (lengths[axis] as number));
    const rows = Math.max(64, Math.min(ROUNDS, wanted));
    f.repeat(Math.floor(height / rows), block(rows));
    if (height % rows > 0) block(height % rows)();
  };
  const byColumns =
    rank >= 2 &&
    !indexed.has(rank - 2) &&
    all.some((reduction) => reduction.stacks(rank - 2)) &&
    all.every((reduction) => reduction.stacks(rank - 2) || reduction.level <= rank - 2);

  const level = (depth: number): void => {
    writeAt(depth, 1);
    const here = all.filter((reduction) => reduction.level === depth);
    for (const reduction of here) reduction.begin();
    memory.nest.along(depth, (step) => {
      if (depth === rank - 1) return row(step);
      if (depth === rank - 2 && byColumns) return columns(step);
      const at = indexed.has(depth) ? f.local(I32) : undefined;
      if (at !== undefined) {
        positions.set(depth, at);
        f.set(at, i32Const(0));
      }
      f.repeat(lengths[depth] as number, () => {
        level(depth + 1);
        step(1);
        if (at !== undefined) f.advance(at, 1);
      });
    });
    for (const reduction of here) reduction.finish();
  };
  level(0);
}

/** A local is shared by those that keep it; a position changes. */
const copied = (at: Expr): Expr => [...at, ...at, 0xfd, 80];

function booleanOf(f: FunctionWriter, value: Value): Value {
  return { form: "mask", code: f.keep(as(f, value, "mask")) };
}
