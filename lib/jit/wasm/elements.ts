/** The table of element operations on four lanes. Operations that are not in it are left to JavaScript lane by lane. */
import type { Op } from "../dag/ops.ts";
import type { Expr } from "./assembler.ts";
import { erf } from "./math/erf.ts";
import { exp, expm1, sigmoid, softplus, tanh } from "./math/exp.ts";
import { digamma, lgamma } from "./math/gamma.ts";
import { log, log1p } from "./math/log.ts";
import type { VectorFunction } from "./math/polynomial.ts";
import { cos, sin, tan } from "./math/trigonometric.ts";
import { inHalves, pow } from "./math/wide.ts";
import { and, choose, f32x4, f64x2, i32x4, not, or } from "./simd.ts";

export interface ElementRow {
  /** On float32 lanes. */
  readonly float?: VectorFunction;
  /** On int32 lanes. */
  readonly int?: VectorFunction;
  /** On masks. */
  readonly mask?: VectorFunction;
  /** Whether the result is a mask whatever the operands are. */
  readonly test?: true;
  /** Written in place in long loops, or called everywhere; short rows are always written in place. */
  readonly length?: "middle" | "long";
  /** Whether some lanes are left to JavaScript. */
  readonly hosted?: true;
}

type One = (a: Expr) => Expr;
type Two = (a: Expr, b: Expr) => Expr;
const one =
  (g: One): VectorFunction =>
  (_f, a) =>
    g(a as Expr);
const two =
  (g: Two): VectorFunction =>
  (_f, a, b) =>
    g(a as Expr, b as Expr);

const arithmetic = (float: Two, int?: Two): ElementRow => ({
  float: two(float),
  ...(int && { int: two(int) }),
});
const test = (float: Two, int: Two): ElementRow => ({ float: two(float), int: two(int), test: true });
const middle = (float: VectorFunction): ElementRow => ({ float, length: "middle" });
const long = (float: VectorFunction): ElementRow => ({ float, length: "long", hosted: true });
/** The same on both sides of a comparison makes a NaN stay. */
const nanOr = (x: Expr, value: Expr): Expr => choose(f32x4.eq(x, x), value, x);

const SELU_ALPHA = 1.7580993408473768;
const SELU_SCALE = 1.0507009873554805;

const floatSign: VectorFunction = (f, x) => {
  const at = x as Expr;
  const [zero, unit] = [f.f32(0), f.f32(1)];
  const positive = and(f32x4.gt(at, zero), unit);
  const negative = and(f32x4.lt(at, zero), unit);
  return nanOr(at, f32x4.sub(positive, negative));
};

const intSign: VectorFunction = (f, x) => {
  const zero = f.i32(0);
  // Masks are -1 where they hold.
  return i32x4.sub(i32x4.lt(x as Expr, zero), i32x4.gt(x as Expr, zero));
};

/** In float64, so that a quotient just below a whole number is not rounded up to it. */
const floorDiv: VectorFunction = (f, ...args) =>
  inHalves(f, args, (a, b) => f64x2.floor(f64x2.div(a as Expr, b as Expr)));

const elu: VectorFunction = (f, x) =>
  choose(f32x4.ge(x as Expr, f.f32(0)), x as Expr, f.keep(expm1(f, x as Expr)));

const selu: VectorFunction = (f, x) => {
  const positive = f32x4.mul(x as Expr, f.f32(SELU_SCALE));
  const negative = f32x4.mul(f.keep(expm1(f, x as Expr)), f.f32(SELU_ALPHA));
  return choose(f32x4.ge(x as Expr, f.f32(0)), positive, negative);
};

const INFINITY = Number.POSITIVE_INFINITY;

const rows: { readonly [K in Op]?: ElementRow } = {
  add: arithmetic(f32x4.add, i32x4.add),
  sub: arithmetic(f32x4.sub, i32x4.sub),
  mul: arithmetic(f32x4.mul, i32x4.mul),
  div: arithmetic(f32x4.div),
  floorDiv: { float: floorDiv },
  pow: long(pow),
  maximum: arithmetic(f32x4.max, i32x4.max),
  minimum: arithmetic(f32x4.min, i32x4.min),
  squaredDifference: {
    float: (f, a, b) => square(f.keep(f32x4.sub(a as Expr, b as Expr))),
  },
  less: test(f32x4.lt, i32x4.lt),
  lessEqual: test(f32x4.le, i32x4.le),
  greater: test(f32x4.gt, i32x4.gt),
  greaterEqual: test(f32x4.ge, i32x4.ge),
  equal: test(f32x4.eq, i32x4.eq),
  notEqual: test(f32x4.ne, i32x4.ne),
  and: { mask: two(and), test: true },
  or: { mask: two(or), test: true },
  not: { mask: one(not), test: true },
  neg: { float: one(f32x4.neg), int: one(i32x4.neg) },
  abs: { float: one(f32x4.abs), int: one(i32x4.abs) },
  sign: { float: floatSign, int: intSign },
  square: { float: one((x) => f32x4.mul(x, x)), int: one((x) => i32x4.mul(x, x)) },
  sqrt: { float: one(f32x4.sqrt) },
  rsqrt: { float: (f, x) => f32x4.div(f.f32(1), f32x4.sqrt(x as Expr)) },
  reciprocal: { float: (f, x) => f32x4.div(f.f32(1), x as Expr) },
  exp: middle(exp),
  expm1: middle(expm1),
  log: middle(log),
  log1p: middle(log1p),
  sigmoid: middle(sigmoid),
  softplus: middle(softplus),
  tanh: middle(tanh),
  elu: middle(elu),
  selu: middle(selu),
  sin: long(sin),
  cos: long(cos),
  tan: long(tan),
  erf: middle(erf),
  TspyroLgamma: long(lgamma),
  TspyroDigamma: long(digamma),
  floor: { float: one(f32x4.floor) },
  ceil: { float: one(f32x4.ceil) },
  round: { float: one(f32x4.nearest) },
  trunc: { float: one(f32x4.trunc) },
  relu: {
    float: (f, x) => f32x4.pmax(x as Expr, f.f32(0)),
    int: (f, x) => i32x4.max(x as Expr, f.i32(0)),
  },
  relu6: { float: (f, x) => f32x4.min(f32x4.max(x as Expr, f.f32(0)), f.f32(6)) },
  isNaN: { float: one((x) => f32x4.ne(x, x)), test: true },
  isFinite: { float: (f, x) => f32x4.lt(f32x4.abs(x as Expr), f.f32(INFINITY)), test: true },
  isInf: { float: (f, x) => f32x4.eq(f32x4.abs(x as Expr), f.f32(INFINITY)), test: true },
};

function square(x: Expr): Expr {
  return f32x4.mul(x, x);
}

export function elementRow(op: Op): ElementRow | undefined {
  return rows[op];
}
