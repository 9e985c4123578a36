/** What parts of a formula are worth while it is computed, and what may be given to it from outside. */
import * as tf from "@tensorflow/tfjs-core";
import { isTensor, type Numeric, showShape, toTensor } from "../tensor/index.ts";
import type { Formula } from "./compiled.ts";
import type { Site } from "./source.ts";

/** A value for a name: numbers and tensors, functions of tensors, and other formulas, whose names are looked up here too. */
export type FormulaValue = Numeric | Formula | ((...args: tf.Tensor[]) => Numeric);
export type FormulaScope = Readonly<Record<string, FormulaValue>>;

/** A function of the formula's own or of its user. */
export interface Callee {
  readonly kind: "function";
  /** How it is called, such as `f(x, y)`. */
  readonly usage: string;
  call(args: readonly Value[], site: Site): Value;
}

/** Numbers stay numbers, in float64, for as long as no tensor meets them. */
export type Quantity = number | tf.Tensor;
export type Value = Quantity | Callee;

export function isCallee(value: Value): value is Callee {
  return typeof value === "object" && "kind" in value && value.kind === "function";
}

export function asTensor(x: Quantity): tf.Tensor {
  return toTensor(x);
}

export function rankOf(x: Quantity): number {
  return typeof x === "number" ? 0 : x.rank;
}

export function shapeOf(x: Quantity): readonly number[] {
  return typeof x === "number" ? [] : x.shape;
}

/** 1 where `x` is not zero, as tfjs's `bool`. */
export function truth(x: Quantity): tf.Tensor {
  return isTensor(x) && x.dtype === "bool" ? x : tf.notEqual(asTensor(x), 0);
}

/** The number or tensor that a part is; a function is neither. */
export function quantity(value: Value, site: Site): Quantity {
  if (!isCallee(value)) return value;
  throw site.error({
    what: `\`${site.text}\` is a function, and stands where a number is needed`,
    expected: "a number or a tensor",
    got: value.usage,
    try: `calling it: ${value.usage}`,
  });
}

export function show(x: Quantity): string {
  return typeof x === "number" ? String(x) : x.rank === 0 ? "a scalar" : `shape ${showShape(x.shape)}`;
}
