/**
 * log Γ and ψ by their asymptotic series (DLMF 5.11.1, 5.11.2) after the recurrence has brought the argument to 8 and
 * above (DLMF 5.5.1, 5.5.2), in float64. Lanes that are not positive and finite are computed by JavaScript.
 */
import type { Expr, FunctionWriter } from "../assembler.ts";
import { and, choose, f32x4, f64x2, or } from "../simd.ts";
import { polynomial64, type VectorFunction } from "./polynomial.ts";
import { elseByLanes, inHalves, log64 } from "./wide.ts";

const SHIFT = 8;
const FLOAT32_MAX = (2 - 2 ** -23) * 2 ** 127;
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** B₂ₙ / (2n (2n - 1)), of 1/z², and B₂ₙ / 2n. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];

function usual(f: FunctionWriter, x: Expr): Expr {
  return and(f32x4.gt(x, f.f32(0)), f32x4.le(x, f.f32(FLOAT32_MAX)));
}

export const lgamma: VectorFunction = (f, ...args) => {
  const x = args[0] as Expr;
  const value = inHalves(f, args, (wide) => {
    const at = wide as Expr;
    const small = f.keep(f64x2.lt(at, f.f64(SHIFT)));
    let product = at;
    for (let k = 1; k < SHIFT; k++) product = f64x2.mul(product, f64x2.add(at, f.f64(k)));
    const z = f.keep(choose(small, f64x2.add(at, f.f64(SHIFT)), at));
    const inverse = f.keep(f64x2.div(f.f64(1), z));
    const series = f64x2.mul(polynomial64(f, f.keep(f64x2.mul(inverse, inverse)), STIRLING), inverse);
    const main = f64x2.sub(f64x2.mul(f64x2.sub(z, f.f64(0.5)), log64(f, z)), z);
    const shift = and(small, log64(f, f.keep(choose(small, product, f.f64(1)))));
    return f64x2.sub(f64x2.add(f64x2.add(main, f.f64(HALF_LOG_TWO_PI)), series), shift);
  });
  const zero = or(f32x4.eq(x, f.f32(1)), f32x4.eq(x, f.f32(2)));
  return elseByLanes(f, "TspyroLgamma", args, usual(f, x), choose(zero, f.f32(0), f.keep(value)));
};

export const digamma: VectorFunction = (f, ...args) => {
  const value = inHalves(f, args, (wide) => {
    const at = wide as Expr;
    const one = f.f64(1);
    const small = f.keep(f64x2.lt(at, f.f64(SHIFT)));
    let sum = f64x2.div(one, at);
    for (let k = 1; k < SHIFT; k++) sum = f64x2.add(sum, f64x2.div(one, f64x2.add(at, f.f64(k))));
    const z = f.keep(choose(small, f64x2.add(at, f.f64(SHIFT)), at));
    const inverse = f.keep(f64x2.div(one, z));
    const square = f.keep(f64x2.mul(inverse, inverse));
    const series = f64x2.mul(polynomial64(f, square, DIGAMMA), square);
    const main = f64x2.sub(log64(f, z), f64x2.mul(inverse, f.f64(0.5)));
    return f64x2.sub(f64x2.sub(main, series), and(small, sum));
  });
  return elseByLanes(f, "TspyroDigamma", args, usual(f, args[0] as Expr), value);
};
