/**
 * Logarithms. x = 2^k m with m in [√½, √2), and log m by a minimax polynomial about 1 (Muller, "Elementary Functions",
 * chapter 3). log(1 + x) rounds 1 + x, keeps what was lost, and adds it to m - 1, so that no digit of a small x is lost.
 */
import { type Expr, type FunctionWriter, get, V128 } from "../assembler.ts";
import { and, choose, f32x4, i32x4, or, scalar } from "../simd.ts";
import { fma, polynomial, type VectorFunction } from "./polynomial.ts";

const LN2_HIGH = 355 / 512;
const LN2_LOW = Math.LN2 - LN2_HIGH;
/** (log(1 + t) - t + t²/2) / t³. */
const TAIL = [
  0.3333333166, -0.2500082272, 0.2000123337, -0.1662329832, 0.142015533, -0.1316058323, 0.1276332561,
  -0.07635651327,
];
const SQRT_HALF_BITS = 0x3f3504f3;
const ONE_BITS = 0x3f800000;
const SIGN = -0x80000000;
const SMALLEST_NORMAL = 2 ** -126;
const HUGE = 2 ** 100;

/** k in the upper bits, and m, of a positive normal number. */
function split(f: FunctionWriter, x: Expr): { exponent: Expr; mantissa: Expr } {
  const root = f.i32(SQRT_HALF_BITS);
  const shifted = f.keep(i32x4.sub(x, root));
  return {
    exponent: f.keep(i32x4.shr(shifted, 23)),
    mantissa: i32x4.add(and(shifted, f.i32(0x7fffff)), root),
  };
}

/** k ln 2 + log(1 + t). */
function assemble(f: FunctionWriter, k: Expr, t: Expr): Expr {
  const square = f.keep(f32x4.mul(t, t));
  const tail = f32x4.mul(f32x4.mul(square, t), polynomial(f, t, TAIL));
  const low = fma(f, k, f.f32(LN2_LOW), tail);
  const rest = fma(f, square, f.f32(-0.5), low);
  return fma(f, k, f.f32(LN2_HIGH), f32x4.add(t, rest));
}

/** log x + shift ln 2 of a positive normal number. */
export function logOfNormal(f: FunctionWriter, x: Expr, shift = 0): Expr {
  const { exponent, mantissa } = split(f, x);
  const whole = shift === 0 ? exponent : i32x4.add(exponent, f.i32(shift));
  const k = f.keep(f32x4.fromInt(whole));
  return assemble(f, k, f.keep(f32x4.sub(mantissa, f.f32(1))));
}

/** Lanes that are zero, negative, denormal, infinite or NaN are put right in a branch. */
export const log: VectorFunction = (f, given) => {
  const x = given as Expr;
  const result = f.local(V128);
  const read: Expr = get(result);
  f.set(result, logOfNormal(f, x));
  const infinity = f.f32(Number.POSITIVE_INFINITY);
  const usual = f.keep(and(f32x4.ge(x, f.f32(SMALLEST_NORMAL)), f32x4.lt(x, infinity)));
  f.if(scalar.i32Eqz(i32x4.allTrue(usual)), () => {
    const scaled = f.keep(f32x4.mul(x, f.f32(2 ** 24)));
    const denormal = logOfNormal(f, scaled, -24);
    const edge = choose(
      f32x4.eq(x, f.f32(0)),
      f.f32(Number.NEGATIVE_INFINITY),
      // Infinity and NaN are their own logarithms; a negative number has none.
      choose(f32x4.lt(x, f.f32(0)), f.f32(Number.NaN), x),
    );
    const small = and(f32x4.gt(x, f.f32(0)), f32x4.lt(x, f.f32(SMALLEST_NORMAL)));
    f.set(result, choose(usual, read, choose(small, denormal, edge)));
  });
  return read;
};

/** (log(1 + x) - x) / x² for 0 <= x <= 1: minimax by reweighted least squares, relative to log(1 + x). */
const UNIT_TAIL = [
  -0.4999993276, 0.3333051132, -0.249585874, 0.1969540033, -0.1535539552, 0.1068055395, -0.05766442673,
  0.0202045746, -0.003318470039,
];

/** log(1 + x) for 0 <= x <= 1 (or NaN). */
export function log1pBetween0And1(f: FunctionWriter, x: Expr): Expr {
  return fma(f, f32x4.mul(x, x), polynomial(f, x, UNIT_TAIL), x);
}

/** log(1 + x) for -1 < x < 2^100 (or NaN). */
function log1pOfUsual(f: FunctionWriter, x: Expr): Expr {
  const one = f.f32(1);
  const sum = f.keep(f32x4.add(x, one));
  const lost = f32x4.sub(x, f32x4.sub(sum, one));
  const { exponent, mantissa } = split(f, sum);
  // 2^-k, exactly.
  const scale = i32x4.sub(f.i32(ONE_BITS), i32x4.shl(exponent, 23));
  const t = f.keep(fma(f, lost, scale, f32x4.sub(mantissa, one)));
  return assemble(f, f.keep(f32x4.fromInt(exponent)), t);
}

export const log1p: VectorFunction = (f, given) => {
  const x = given as Expr;
  const result = f.local(V128);
  const read: Expr = get(result);
  f.set(result, or(log1pOfUsual(f, x), and(x, f.i32(SIGN))));
  const usual = f.keep(and(f32x4.gt(x, f.f32(-1)), f32x4.lt(x, f.f32(HUGE))));
  f.if(scalar.i32Eqz(i32x4.allTrue(usual)), () => {
    const infinity = f.f32(Number.POSITIVE_INFINITY);
    const edge = choose(
      f32x4.eq(x, f.f32(-1)),
      f.f32(Number.NEGATIVE_INFINITY),
      choose(f32x4.lt(x, f.f32(-1)), f.f32(Number.NaN), x),
    );
    const large = and(f32x4.ge(x, f.f32(HUGE)), f32x4.lt(x, infinity));
    f.set(result, choose(usual, read, choose(large, logOfNormal(f, x), edge)));
  });
  return read;
};
