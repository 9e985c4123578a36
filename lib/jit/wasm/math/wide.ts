/**
 * Functions whose float32 result needs more than float32 on the way: computed on pairs of float64, for the lower and
 * the upper half. Logarithms by the series of artanh, x = 2^k m, log m = 2 artanh((m - 1) / (m + 1)).
 */
import { type Expr, type FunctionWriter, get, V128 } from "../assembler.ts";
import { and, anyTrue, choose, f32x4, f64x2, i64x2, not, or, shuffle, upper } from "../simd.ts";
import { byLanes } from "./lanes.ts";
import { fma64, polynomial64, type VectorFunction } from "./polynomial.ts";

/** Applies a function of float64 pairs to both halves. */
export function inHalves(f: FunctionWriter, args: readonly Expr[], g: (...halves: Expr[]) => Expr): Expr {
  const low = f.keep(f32x4.demote(g(...args.map((x) => f.keep(f64x2.promote(x))))));
  const high = f.keep(f32x4.demote(g(...args.map((x) => f.keep(f64x2.promote(upper(x)))))));
  return shuffle(low, high, [0, 1, 4, 5]);
}

/** Replaces the lanes outside `usual` by JavaScript's. */
export function elseByLanes(
  f: FunctionWriter,
  op: string,
  args: readonly Expr[],
  usual: Expr,
  value: Expr,
): Expr {
  const result = f.local(V128);
  f.set(result, value);
  const others = f.keep(not(usual));
  f.if(anyTrue(others), () => f.set(result, choose(others, byLanes(f, op, args), get(result))));
  return get(result);
}

const MANTISSA_LOW = 0x000fffff;
const TWO_52 = 2 ** 52;

/** log x of positive normal float64. */
export function log64(f: FunctionWriter, x: Expr): Expr {
  const bits = f.keep(x);
  const mantissa = f.keep(or(and(bits, f.words(-1, MANTISSA_LOW, -1, MANTISSA_LOW)), f.f64(1)));
  const large = f.keep(f64x2.gt(mantissa, f.f64(Math.SQRT2)));
  const m = f.keep(choose(large, f64x2.mul(mantissa, f.f64(0.5)), mantissa));
  // The exponent's bits under a float64 whose last place is 1.
  const biased = f64x2.sub(or(i64x2.shrU(bits, 52), f.f64(TWO_52)), f.f64(TWO_52 + 1023));
  const k = f64x2.add(biased, and(large, f.f64(1)));
  const one = f.f64(1);
  const s = f.keep(f64x2.div(f64x2.sub(m, one), f64x2.add(m, one)));
  const square = f.keep(f64x2.mul(s, s));
  const series = polynomial64(
    f,
    square,
    Array.from({ length: 10 }, (_, n) => 2 / (2 * n + 1)),
  );
  return fma64(f, f.keep(k), f.f64(Math.LN2), f64x2.mul(s, series));
}

/** e^x for |x| < 700; the result has 1e-13. */
export function exp64(f: FunctionWriter, x: Expr): Expr {
  const magic = f.f64(1.5 * TWO_52);
  const whole = f.keep(fma64(f, x, f.f64(Math.LOG2E), magic));
  const n = f.keep(f64x2.sub(whole, magic));
  const r = f.keep(fma64(f, n, f.f64(-Math.LN2), x));
  let factorial = 1;
  const series = polynomial64(
    f,
    r,
    Array.from({ length: 12 }, (_, i) => {
      if (i > 0) factorial *= i;
      return 1 / factorial;
    }),
  );
  return f64x2.mul(series, i64x2.add(i64x2.shl(whole, 52), f.f64(1)));
}

const FLOAT32_MAX = (2 - 2 ** -23) * 2 ** 127;

/** e^(y log x) for positive x; other lanes, and infinite ones, by JavaScript. */
export const pow: VectorFunction = (f, ...args) => {
  const [x, y] = args as [Expr, Expr];
  const usual = and(
    and(f32x4.gt(x, f.f32(0)), f32x4.le(x, f.f32(FLOAT32_MAX))),
    f32x4.le(f32x4.abs(y), f.f32(FLOAT32_MAX)),
  );
  const value = inHalves(f, [x, y], (base, exponent) => {
    const product = f.keep(f64x2.mul(log64(f, base as Expr), exponent as Expr));
    // Far beyond float32 on either side.
    const low = f.keep(choose(f64x2.lt(product, f.f64(-600)), f.f64(-600), product));
    return exp64(f, f.keep(choose(f64x2.gt(low, f.f64(600)), f.f64(600), low)));
  });
  return elseByLanes(f, "pow", args, usual, value);
};
