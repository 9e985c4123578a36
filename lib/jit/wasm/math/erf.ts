/** The error function: an odd polynomial near 0, and 1 - e^-q(|x|) beyond, with q the polynomial closest to -log erfc. */
import type { Expr } from "../assembler.ts";
import { and, andNot, choose, f32x4, or } from "../simd.ts";
import { exp } from "./exp.ts";
import { fma, polynomial, type VectorFunction } from "./polynomial.ts";

/** erf(x) / x - 1, of x². */
const NEAR = [
  0.1283791666, -0.3761263319, 0.1128368719, -0.02685894151, 0.005199906674, -0.0008130012691,
  0.00008316775221,
];
const FAR = [
  -0.0002070416276, -1.127627253, -0.6372660203, -0.1038561201, 0.02218964396, -0.003033656274,
  0.0001949427582,
];
const MEETING = 0.92;
/** From here on erf is 1. */
const LARGEST = 4;
const SIGN = -0x80000000;

export const erf: VectorFunction = (f, given) => {
  const x = given as Expr;
  const sign = f.i32(SIGN);
  const size = f.keep(f32x4.pmin(andNot(x, sign), f.f32(LARGEST)));
  const near = f.keep(fma(f, x, polynomial(f, f.keep(f32x4.mul(size, size)), NEAR), x));
  const far = f32x4.sub(f.f32(1), exp(f, f.keep(polynomial(f, size, FAR))));
  const signed = or(andNot(f.keep(far), sign), and(x, sign));
  return choose(f32x4.lt(size, f.f32(MEETING)), near, signed);
};
