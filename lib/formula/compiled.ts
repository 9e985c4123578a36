import type * as tf from "@tensorflow/tfjs-core";
import type { Program } from "./program.ts";
import type { FormulaScope } from "./values.ts";

/** Under which a formula keeps what other formulas need of it. */
export const brand: unique symbol = Symbol("formula");

/** A formula that was parsed once and can be computed often: by calling it, or by `evaluate`. */
export interface Formula {
  /** @see Formula.evaluate */
  (scope?: FormulaScope): tf.Tensor;
  /**
   * The value of its last line: a float32 tensor, differentiable in every tensor of the scope.
   * @throws FormulaError pointing into the text: a name without a value, shapes that do not fit, what is not numeric
   */
  evaluate(scope?: FormulaScope): tf.Tensor;
  readonly text: string;
  /** The names that need a value, in the order of the text. */
  readonly names: readonly string[];
  /** For display; notebooks show a formula this way. */
  toTex(): string;
  toString(): string;
}

/** What a formula is made of: the program of its text, and values that were interpolated into it. */
export interface Innards {
  readonly program: Program;
  readonly bound: FormulaScope;
}

export function isFormula(x: unknown): x is Formula {
  return typeof x === "function" && brand in x;
}

export function innardsOf(formula: Formula): Innards {
  return (formula as Formula & { readonly [brand]: Innards })[brand];
}
