/**
 * Sine, cosine and tangent. The angle is brought to [-π/4, π/4] in float64, where π/2 in two parts is exact enough up
 * to 2^20 (Cody and Waite); lanes beyond are computed by JavaScript.
 */
import { type Expr, type FunctionWriter, get, V128 } from "../assembler.ts";
import { and, anyTrue, choose, f32x4, f64x2, i32x4, not, shuffle, upper, xor } from "../simd.ts";
import { byLanes } from "./lanes.ts";
import { fma, polynomial, type VectorFunction } from "./polynomial.ts";

/** The upper 33 bits of π/2, so that the product with a number of 20 bits is exact; and what is left. */
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;
const LARGEST = 2 ** 20;
/** (sin x - x) / x³ and (cos x - 1 + x²/2) / x⁴, of x². */
const SINE = [-0.1666666664, 0.008333329281, -0.0001983930443, 0.000002718046546];
const COSINE = [0.04166664555, -0.001388730986, 0.00002443241278];

/** Sine and cosine of an angle less some quarters of a turn. */
export interface Reduced {
  /** The quadrant in the last two bits. */
  quadrant: Expr;
  sine: Expr;
  cosine: Expr;
}

function reduce(f: FunctionWriter, x: Expr): Reduced {
  const halves = [x, upper(x)].map((part) => {
    const wide = f.keep(f64x2.promote(part));
    const n = f.keep(f64x2.nearest(f64x2.mul(wide, f.f64(2 / Math.PI))));
    const r = f64x2.sub(f64x2.sub(wide, f64x2.mul(n, f.f64(HALF_PI_HIGH))), f64x2.mul(n, f.f64(HALF_PI_LOW)));
    return { n: f.keep(f32x4.demote(n)), r: f.keep(f32x4.demote(r)) };
  }) as [{ n: Expr; r: Expr }, { n: Expr; r: Expr }];
  const join = (a: Expr, b: Expr) => f.keep(shuffle(a, b, [0, 1, 4, 5]));
  const r = join(halves[0].r, halves[1].r);
  const { sine, cosine } = sineAndCosine(f, r);
  return { quadrant: f.keep(i32x4.fromFloat(join(halves[0].n, halves[1].n))), sine, cosine };
}

/** Of an angle in [-π/4, π/4]. */
export function sineAndCosine(f: FunctionWriter, r: Expr): { sine: Expr; cosine: Expr } {
  const square = f.keep(f32x4.mul(r, r));
  const sine = f.keep(fma(f, f32x4.mul(square, r), polynomial(f, square, SINE), r));
  const tail = f32x4.mul(f32x4.mul(square, square), polynomial(f, square, COSINE));
  const cosine = f.keep(f32x4.add(fma(f, square, f.f32(-0.5), tail), f.f32(1)));
  return { sine, cosine };
}

const odd = (f: FunctionWriter, q: Expr): Expr => i32x4.ne(and(q, f.i32(1)), f.i32(0));

export function turnedSine(f: FunctionWriter, { quadrant, sine, cosine }: Reduced): Expr {
  const value = choose(odd(f, quadrant), cosine, sine);
  return xor(value, i32x4.shl(and(quadrant, f.i32(2)), 30));
}

export function turnedCosine(f: FunctionWriter, { quadrant, sine, cosine }: Reduced): Expr {
  const value = choose(odd(f, quadrant), sine, cosine);
  return xor(value, i32x4.shl(and(i32x4.add(quadrant, f.i32(1)), f.i32(2)), 30));
}

function guarded(op: "sin" | "cos" | "tan", value: (f: FunctionWriter, x: Expr, at: Reduced) => Expr) {
  const guardedFunction: VectorFunction = (f, given) => {
    const x = given as Expr;
    const result = f.local(V128);
    f.set(result, value(f, x, reduce(f, x)));
    const large = f.keep(not(f32x4.lt(f32x4.abs(x), f.f32(LARGEST))));
    f.if(anyTrue(large), () => f.set(result, choose(large, byLanes(f, op, [x]), get(result))));
    return get(result);
  };
  return guardedFunction;
}

/** Zero keeps its sign. */
export const sin = guarded("sin", (f, x, at) => choose(f32x4.eq(x, f.f32(0)), x, turnedSine(f, at)));
export const cos = guarded("cos", (f, _x, at) => turnedCosine(f, at));

export const tan = guarded("tan", (f, x, { quadrant, sine, cosine }) => {
  const swapped = f.keep(odd(f, quadrant));
  const value = f32x4.div(choose(swapped, f32x4.neg(cosine), sine), choose(swapped, sine, cosine));
  return choose(f32x4.eq(x, f.f32(0)), x, value);
});
