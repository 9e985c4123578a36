/** Formulas: mathematics as text, computed on tensors. */
export type { Formula } from "./compiled.ts";
export { FormulaError } from "./error.ts";
export { type FormulaFunction, formula } from "./formula.ts";
export type { FormulaScope, FormulaValue } from "./values.ts";
