/** The table of operations on one float64. What is not in it is a call of the function in `dag/ops.ts`. */
import { type Dtype, type Op, opRow } from "../dag/ops.ts";
import type { Operand, Statement } from "../schedule/steps.ts";
import { call, type Expr, F64, type FunctionWriter } from "./assembler.ts";
import { f64, i32, select } from "./single.ts";

type Let = Extract<Statement, { kind: "let" }>;
/** On values that stand in locals or are constants. */
type Row = (f: FunctionWriter, ...args: Expr[]) => Expr;

const ONE = f64.constant(1);
const ZERO = f64.constant(0);
const one =
  (g: (a: Expr) => Expr): Row =>
  (_f, a) =>
    g(a as Expr);
const two =
  (g: (a: Expr, b: Expr) => Expr): Row =>
  (_f, a, b) =>
    g(a as Expr, b as Expr);
const truth = (g: (a: Expr, b: Expr) => Expr): Row => two((a, b) => f64.fromInt(g(a, b)));
const isTrue = (a: Expr): Expr => f64.ne(a, ZERO);

const rows: { readonly [K in Op]?: Row } = {
  add: two(f64.add),
  sub: two(f64.sub),
  mul: two(f64.mul),
  div: two(f64.div),
  maximum: two(f64.max),
  minimum: two(f64.min),
  squaredDifference: (f, a, b) => {
    const difference = f.keep(f64.sub(a as Expr, b as Expr), F64);
    return f64.mul(difference, difference);
  },
  less: truth(f64.lt),
  lessEqual: truth(f64.le),
  greater: truth(f64.gt),
  greaterEqual: truth(f64.ge),
  equal: truth(f64.eq),
  notEqual: truth(f64.ne),
  and: truth((a, b) => i32.and(isTrue(a), isTrue(b))),
  or: truth((a, b) => i32.or(isTrue(a), isTrue(b))),
  select: (_f, condition, yes, no) => select(isTrue(condition as Expr), yes as Expr, no as Expr),
  copy: one((a) => a),
  fround: one(f64.fround),
  not: one((a) => f64.fromInt(f64.eq(a, ZERO))),
  neg: one(f64.neg),
  abs: one(f64.abs),
  square: one((a) => f64.mul(a, a)),
  sqrt: one(f64.sqrt),
  rsqrt: one((a) => f64.div(ONE, f64.sqrt(a))),
  reciprocal: one((a) => f64.div(ONE, a)),
  floor: one(f64.floor),
  ceil: one(f64.ceil),
  trunc: one(f64.trunc),
  relu: one((a) => select(f64.lt(a, ZERO), ZERO, a)),
  isNaN: one((a) => f64.fromInt(f64.ne(a, a))),
};

/** Integers are computed as JavaScript does, modulo 2^32. */
const isInteger = (op: Op, dtype: Dtype): boolean => dtype === "int32" && op !== "copy";

/** What an operation calls; undefined where it is written in place. */
export function importOf(
  op: Op,
  dtype: Dtype,
): { key: string; f: (...args: number[]) => number } | undefined {
  const { f } = opRow(op);
  if (isInteger(op, dtype))
    return { key: `${op}:scalar`, f: op === "mul" ? Math.imul : (...args) => f(...args) | 0 };
  return rows[op] === undefined ? { key: op, f } : undefined;
}

/** Division takes five times as long as multiplication; in float64 the inverse costs no float32 digit. */
function quotient(x: Expr, divisor: Operand, y: Expr): Expr {
  const inverse = "value" in divisor ? 1 / divisor.value : Number.NaN;
  return Number.isFinite(inverse) && inverse !== 0 ? f64.mul(x, f64.constant(inverse)) : f64.div(x, y);
}

export function scalarExpression(
  f: FunctionWriter,
  { op, args, dtype }: Let,
  operand: (of: Operand) => Expr,
): Expr {
  const given = args.map(operand);
  const found = importOf(op, dtype);
  if (found !== undefined) return call(f.module.imported(found.key), ...given);
  if (op === "div" && dtype === "float32")
    return quotient(given[0] as Expr, args[1] as Operand, given[1] as Expr);
  return (rows[op] as Row)(f, ...given);
}
