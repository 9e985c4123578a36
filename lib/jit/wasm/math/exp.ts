/**
 * The exponential and what is made of it. x = n ln 2 + r with |r| <= ln 2 / 2, and e^r by a minimax polynomial (Remez;
 * Muller, "Elementary Functions", chapter 3). ln 2 is split in two (Cody and Waite), the upper part short enough that
 * its product with n is exact.
 */
import { type Expr, type FunctionWriter, get, V128 } from "../assembler.ts";
import { and, andNot, choose, f32x4, i32x4, or, scalar } from "../simd.ts";
import { log1pBetween0And1 } from "./log.ts";
import { fma, fnma, polynomial, type VectorFunction } from "./polynomial.ts";

const LOG2_E = Math.LOG2E;
const LN2_HIGH = 355 / 512;
const LN2_LOW = Math.LN2 - LN2_HIGH;
/** (e^r - 1 - r) / r². */
const TAIL = [0.4999999305, 0.1666651479, 0.04166845679, 0.008369418847, 0.001381314439];
/** Adding it leaves the nearest integer in the last bits. */
const MAGIC = 1.5 * 2 ** 23;
const SIGN = -0x80000000;

/** n as an int32 in the last bits of a float, and e^r - 1. */
function reduce(f: FunctionWriter, x: Expr): { whole: Expr; rest: Expr; tail: Expr } {
  const magic = f.f32(MAGIC);
  const whole = f.keep(fma(f, x, f.f32(LOG2_E), magic));
  const n = f.keep(f32x4.sub(whole, magic));
  const r = f.keep(fnma(f, n, f.f32(LN2_LOW), fnma(f, n, f.f32(LN2_HIGH), x)));
  return { whole, rest: r, tail: f32x4.mul(f32x4.mul(r, r), polynomial(f, r, TAIL)) };
}

const ONE_BITS = 0x3f800000;

/** 2^n for a normal result. */
function power(f: FunctionWriter, n: Expr): Expr {
  return i32x4.add(i32x4.shl(n, 23), f.i32(ONE_BITS));
}

/** Value times 2^n, where that may overflow or be denormal: in two halves. */
function inHalves(f: FunctionWriter, value: Expr, whole: Expr): Expr {
  const n = f.keep(i32x4.sub(whole, f.f32(MAGIC)));
  const half = f.keep(i32x4.shr(n, 1));
  return f32x4.mul(f32x4.mul(value, power(f, half)), power(f, i32x4.sub(n, half)));
}

/** Overflow gives infinity, underflow goes through the denormals to 0. */
export const exp: VectorFunction = (f, x) => {
  const bounded = f.keep(f32x4.pmax(f32x4.pmin(x as Expr, f.f32(89)), f.f32(-104)));
  const { whole, rest, tail } = reduce(f, bounded);
  return inHalves(f, f32x4.add(f.f32(1), f32x4.add(rest, tail)), whole);
};

/** Above it e^x is normal. */
const NORMAL = -86;

/** e^-|x|, once for all that is made of it. Lanes that come to less than a normal number, or NaN, are put right in a branch. */
function decay(f: FunctionWriter, x: Expr): Expr {
  return f.shared(`e^-|${x.join()}|`, () => {
    const negative = f.keep(f32x4.pmax(or(x, f.i32(SIGN)), f.f32(-104)));
    const { whole, rest, tail } = reduce(f, negative);
    const value = f.keep(f32x4.add(f.f32(1), f32x4.add(rest, tail)));
    const result = f.local(V128);
    f.set(result, i32x4.add(value, i32x4.shl(whole, 23)));
    const isNormal = i32x4.allTrue(f32x4.ge(negative, f.f32(NORMAL)));
    f.if(scalar.i32Eqz(isNormal), () => f.set(result, inHalves(f, value, whole)));
    return get(result);
  });
}

/** 2 (s (e^r - 1) + (s - 1/2)) with s = 2^(n-1), which is normal for every n that does not round to -1. */
export const expm1: VectorFunction = (f, x) => {
  const bounded = f.keep(f32x4.pmax(f32x4.pmin(x as Expr, f.f32(89)), f.f32(-20)));
  const { whole, rest, tail } = reduce(f, bounded);
  const scale = f.keep(power(f, i32x4.sub(whole, i32x4.add(f.f32(MAGIC), f.i32(1)))));
  const value = fma(f, scale, f32x4.add(rest, tail), f32x4.sub(scale, f.f32(0.5)));
  const doubled = f.keep(value);
  // Zero keeps its sign.
  return or(f32x4.add(doubled, doubled), and(x as Expr, f.i32(SIGN)));
};

/** 1 / (1 + e^-x), from e^-|x|, which cannot overflow, so that both tails are exact. */
export const sigmoid: VectorFunction = (f, x) => {
  const e = decay(f, x as Expr);
  const one = f.f32(1);
  return f32x4.div(choose(f32x4.lt(x as Expr, f.f32(0)), e, one), f32x4.add(one, e));
};

/** -(e^(-2|x|) - 1) / (e^(-2|x|) + 1) with the sign of x. */
export const tanh: VectorFunction = (f, x) => {
  const sign = f.i32(SIGN);
  const size = f.keep(andNot(x as Expr, sign));
  const m = f.keep(expm1(f, f.keep(f32x4.mul(size, f.f32(-2)))));
  const ratio = f32x4.div(m, f32x4.add(m, f.f32(2)));
  return or(andNot(ratio, sign), and(x as Expr, sign));
};

/** max(x, 0) + log(1 + e^-|x|). */
export const softplus: VectorFunction = (f, x) => {
  const logarithm = log1pBetween0And1(f, decay(f, x as Expr));
  return f32x4.add(f32x4.pmax(x as Expr, f.f32(0)), logarithm);
};
