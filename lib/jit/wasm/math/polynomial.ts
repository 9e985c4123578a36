/** Arithmetic that the vector functions share. */
import type { Expr, FunctionWriter } from "../assembler.ts";
import { f32x4, f64x2, relaxed } from "../simd.ts";

/** A function of vectors: four float32 in, four out. Arguments are locals, so that they may be read more than once. */
export type VectorFunction = (f: FunctionWriter, ...args: readonly Expr[]) => Expr;

/** a b + c, rounded once where the machine can, else twice. */
export function fma(f: FunctionWriter, a: Expr, b: Expr, c: Expr): Expr {
  return f.module.relaxed ? relaxed.madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** c - a b. */
export function fnma(f: FunctionWriter, a: Expr, b: Expr, c: Expr): Expr {
  return f.module.relaxed ? relaxed.nmadd(a, b, c) : f32x4.sub(c, f32x4.mul(a, b));
}

/** a b + c on pairs of float64. */
export function fma64(f: FunctionWriter, a: Expr, b: Expr, c: Expr): Expr {
  return f.module.relaxed ? relaxed.madd64(a, b, c) : f64x2.add(f64x2.mul(a, b), c);
}

/** Horner's rule; coefficients of rising powers. */
export function polynomial(f: FunctionWriter, x: Expr, coefficients: readonly number[]): Expr {
  return coefficients.map((c) => f.f32(c)).reduceRight((sum, c) => fma(f, sum, x, c));
}

export function polynomial64(f: FunctionWriter, x: Expr, coefficients: readonly number[]): Expr {
  return coefficients.map((c) => f.f64(c)).reduceRight((sum, c) => fma64(f, sum, x, c));
}
