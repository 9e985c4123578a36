/** Random loops of mixed statements, from a seed: what they compute is defined, whatever the order of their points. */
import type { Dtype, Op } from "../../dag/ops.ts";
import type { Access, Indirect, Loop, Operand, Reducer, Statement } from "../../schedule/steps.ts";
import type { Arena } from "./arena.ts";

/** Mulberry32: numbers in [0, 1) from a 32-bit seed. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const floatOps: readonly Op[] = [
  "add",
  "sub",
  "mul",
  "maximum",
  "minimum",
  "neg",
  "abs",
  "square",
  "tanh",
  "sigmoid",
  "softplus",
  "sin",
  "relu",
  "copy",
  "squaredDifference",
];
const tests: readonly Op[] = ["less", "greaterEqual", "greater", "lessEqual"];
const intOps: readonly Op[] = ["add", "sub", "maximum", "minimum", "neg", "abs", "sign", "square", "mul"];
const logic: readonly Op[] = ["and", "or"];
const reducers: readonly Reducer[] = ["sum", "max", "min"];

/** @param few whether it has a few points only, and every element of a sum is reached */
export function randomLoop(arena: Arena, rnd: () => number, few = false): Loop {
  const below = (n: number) => Math.floor(rnd() * n);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const rank = 1 + below(3);
  const short = [
    [2, 3, 5, 7],
    [2, 3, 4],
    [2, 3],
  ][rank - 1] as number[];
  const long = [
    [300, 257, 1000, 1027, 8, 9, 11, 15, 30],
    [17, 40, 33, 7, 64, 2, 3, 600],
    [9, 5, 12, 8, 7, 2],
  ][rank - 1] as number[];
  const lengths = few ? short : long;
  const domain = Array.from({ length: rank }, () => pick(lengths));
  while (!few && domain.reduce((a, b) => a * b, 1) < 8) domain[0] = (domain[0] as number) * 3;
  const body: Statement[] = [];
  const temps: { id: number; dtype: Dtype }[] = [];
  const fresh = (dtype: Dtype): number => {
    temps.push({ id: temps.length, dtype });
    return temps.length - 1;
  };
  const size = (axes: readonly number[]) => axes.reduce((a, b) => a * b, 1);

  /** Strides of a layout that has some of the axes, in any order, backwards at times. */
  const layout = (all: boolean): { strides: number[]; offset: number; size: number } => {
    const strides = domain.map(() => 0);
    const axes = domain.map((_, k) => k).filter(() => all || rnd() < 0.7);
    if (rnd() < 0.3) axes.reverse();
    let step = rnd() < 0.2 ? 2 : 1;
    let offset = below(3);
    const start = offset;
    for (const k of axes.reverse()) {
      const back = rnd() < 0.15;
      strides[k] = back ? -step : step;
      if (back) offset += step * ((domain[k] as number) - 1);
      step *= domain[k] as number;
    }
    return { strides, offset, size: start + step + 1 };
  };
  const values = (n: number, dtype: Dtype) =>
    Array.from({ length: n }, () =>
      dtype === "float32" ? Math.fround(4 * rnd() - 2) : dtype === "int32" ? below(21) - 10 : below(2),
    );
  const operand = (dtypes: readonly Dtype[]): Operand => {
    const known = temps.filter((temp) => dtypes.includes(temp.dtype));
    if (known.length > 0 && rnd() < 0.9) return { temp: pick(known).id };
    return { value: dtypes.includes("float32") ? Math.fround(2 * rnd() - 1) : below(3) };
  };
  const load = (dtype: Dtype) => {
    const at = layout(false);
    const buffer = arena.buffer(dtype, values(at.size, dtype), below(4));
    body.push({
      kind: "load",
      temp: fresh(dtype),
      from: { buffer, offset: at.offset, strides: at.strides },
      dtype,
    });
  };
  const position = (limit: number): Indirect => {
    const at = layout(false);
    const from = arena.buffer(
      "int32",
      Array.from({ length: at.size }, () => below(limit)),
    );
    const temp = fresh("int32");
    body.push({
      kind: "load",
      temp,
      from: { buffer: from, offset: at.offset, strides: at.strides },
      dtype: "int32",
    });
    return { temp, size: limit, stride: 1 + below(3) };
  };
  const gather = () => {
    const at = layout(false);
    const indirect = position(5);
    const buffer = arena.buffer("float32", values(at.size + 5 * indirect.stride, "float32"));
    const from: Access = { buffer, offset: at.offset, strides: at.strides, indirect: [indirect] };
    body.push({ kind: "load", temp: fresh("float32"), from, dtype: "float32" });
  };
  const make = (op: Op, dtype: Dtype, args: readonly Operand[]) => {
    body.push({ kind: "let", temp: fresh(dtype), op, args, dtype });
  };
  const arity = (op: Op) =>
    ["add", "sub", "mul", "maximum", "minimum", "squaredDifference"].includes(op) ? 2 : 1;

  load("float32");
  load("float32");
  for (let i = 0; i < 2 + below(3); i++) load(pick<Dtype>(["float32", "float32", "int32", "bool"]));
  if (!few && rnd() < 0.3) gather();
  if (rnd() < 0.3) body.push({ kind: "index", temp: fresh("int32"), axis: below(rank) });
  for (let i = 0; i < 3 + below(6); i++) {
    const kind = rnd();
    if (kind < 0.5) {
      const op = pick(floatOps);
      // The sine of a large number keeps none of its digits.
      const args: Operand[] =
        op === "sin"
          ? [{ temp: below(2) }]
          : Array.from({ length: arity(op) }, () => operand(["float32", "float32", "int32", "bool"]));
      make(op, "float32", args);
    } else if (kind < 0.6) make(pick(tests), "bool", [operand(["int32"]), operand(["int32"])]);
    else if (kind < 0.7) make(pick(logic), "bool", [operand(["bool", "int32"]), operand(["bool"])]);
    else if (kind < 0.8) {
      const op = pick(intOps);
      // Products of products leave the integers that float64 holds.
      const args = Array.from({ length: arity(op) }, () =>
        op === "mul" || op === "square" ? operand(["bool"]) : operand(["int32", "bool"]),
      );
      make(op, "int32", args);
    } else if (kind < 0.9)
      make("select", "float32", [operand(["bool"]), operand(["float32"]), operand(["float32"])]);
    else make("select", "int32", [operand(["bool"]), operand(["int32"]), operand(["bool"])]);
  }

  const last = (dtype: Dtype): Operand => {
    const known = temps.filter((temp) => temp.dtype === dtype);
    return { temp: (known[known.length - 1] as { id: number }).id };
  };
  for (let i = 0; i < 1 + below(2); i++) {
    const at = layout(true);
    const dtype = pick(["float32", "float32", ...temps.map((temp) => temp.dtype)] as Dtype[]);
    const buffer = arena.buffer(dtype, values(at.size, dtype));
    body.push({ kind: "store", to: { buffer, offset: at.offset, strides: at.strides }, value: last(dtype) });
  }
  for (let i = 0; i < below(3); i++) {
    const kept = domain.map(() => rnd() < 0.4);
    const strides = domain.map(() => 0);
    let step = 1;
    for (let k = rank - 1; k >= 0; k--) {
      if (!kept[k]) continue;
      strides[k] = step;
      step *= domain[k] as number;
    }
    const indirect = !few && rnd() < 0.2 ? [{ ...position(4), stride: step }] : undefined;
    const dtype: Dtype = temps.some((temp) => temp.dtype === "int32") && rnd() < 0.3 ? "int32" : "float32";
    const buffer = arena.buffer(dtype, values(size([step, indirect ? 4 : 1]), dtype));
    const to: Access = { buffer, offset: 0, strides, ...(indirect && { indirect }) };
    body.push({ kind: "reduce", reducer: pick(reducers), to, value: last(dtype) });
  }
  return { kind: "loop", domain, body };
}
