/**
 * The arithmetic of one element. Every tfjs kernel that works element by element is one of these, or a few of them.
 * A row says how an operation is computed and, where it is not a call of that function, how it is written in
 * JavaScript; the interpreter, the folding of constants and the emitter share the table.
 *
 * Arithmetic is float64 between loads and stores, which are float32: a compiled step is at least as exact as an
 * eager one. Booleans are 0 and 1.
 */
import erfc from "@stdlib/math-base-special-erfc";
import { elementFunctions } from "../../tensor/special/elementwise.ts";

export type Dtype = "float32" | "int32" | "bool";

export interface OpRow {
  readonly f: (...args: number[]) => number;
  /** The expression of already parenthesised operands; a call of `f` where it is missing. */
  readonly js?: (...args: string[]) => string;
}

const infix = (symbol: string) => (a: string, b: string) => `(${a} ${symbol} ${b})`;
const truth = (symbol: string) => (a: string, b: string) => `(${a} ${symbol} ${b} ? 1 : 0)`;

/** Banker's rounding, as tfjs rounds. */
function roundToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest < 0.5) return below;
  if (rest > 0.5) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}

function erf(x: number): number {
  if (Math.abs(x) > 0.5) return 1 - erfc(x);
  let term = x;
  let sum = x;
  // Taylor's series about 0; twelve terms reach float64 at 1/2.
  for (let n = 1; n < 14; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (sum * 2) / Math.sqrt(Math.PI);
}

/** The sign of the remainder is that of the divisor. */
function floorMod(a: number, b: number): number {
  const rest = a % b;
  return (a < 0 && b < 0) || (a >= 0 && b >= 0) ? rest : (rest + b) % b;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
const SELU_ALPHA = 1.7580993408473768;
const SELU_SCALE = 1.0507009873554805;

const plain = {
  add: { f: (a, b) => a + b, js: infix("+") },
  sub: { f: (a, b) => a - b, js: infix("-") },
  mul: { f: (a, b) => a * b, js: infix("*") },
  div: { f: (a, b) => a / b, js: infix("/") },
  floorDiv: { f: (a, b) => Math.floor(a / b), js: (a, b) => `Math.floor(${a} / ${b})` },
  mod: { f: floorMod },
  pow: { f: Math.pow },
  maximum: { f: Math.max, js: (a, b) => `Math.max(${a}, ${b})` },
  minimum: { f: Math.min, js: (a, b) => `Math.min(${a}, ${b})` },
  squaredDifference: { f: (a, b) => (a - b) * (a - b) },
  atan2: { f: Math.atan2 },
  less: { f: (a, b) => (a < b ? 1 : 0), js: truth("<") },
  lessEqual: { f: (a, b) => (a <= b ? 1 : 0), js: truth("<=") },
  greater: { f: (a, b) => (a > b ? 1 : 0), js: truth(">") },
  greaterEqual: { f: (a, b) => (a >= b ? 1 : 0), js: truth(">=") },
  equal: { f: (a, b) => (a === b ? 1 : 0), js: truth("===") },
  notEqual: { f: (a, b) => (a !== b ? 1 : 0), js: truth("!==") },
  and: { f: (a, b) => (a !== 0 && b !== 0 ? 1 : 0), js: (a, b) => `(${a} !== 0 && ${b} !== 0 ? 1 : 0)` },
  or: { f: (a, b) => (a !== 0 || b !== 0 ? 1 : 0), js: (a, b) => `(${a} !== 0 || ${b} !== 0 ? 1 : 0)` },
  /** First operand where it is true the second, else the third: value and gradient are both selected. */
  select: { f: (c, a, b) => (c !== 0 ? a : b), js: (c, a, b) => `(${c} !== 0 ? ${a} : ${b})` },

  copy: { f: (x) => x, js: (x) => x },
  /** As it would be stored. */
  fround: { f: Math.fround, js: (x) => `Math.fround(${x})` },
  not: { f: (x) => (x === 0 ? 1 : 0), js: (x) => `(${x} === 0 ? 1 : 0)` },
  neg: { f: (x) => -x, js: (x) => `(-${x})` },
  abs: { f: Math.abs },
  sign: { f: (x) => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : Number.NaN) },
  square: { f: (x) => x * x, js: (x) => `(${x} * ${x})` },
  sqrt: { f: Math.sqrt },
  rsqrt: { f: (x) => 1 / Math.sqrt(x), js: (x) => `(1 / Math.sqrt(${x}))` },
  reciprocal: { f: (x) => 1 / x, js: (x) => `(1 / ${x})` },
  exp: { f: Math.exp },
  expm1: { f: Math.expm1 },
  log: { f: Math.log },
  log1p: { f: Math.log1p },
  sigmoid: { f: sigmoid, js: (x) => `(1 / (1 + Math.exp(-${x})))` },
  softplus: { f: softplus },
  tanh: { f: Math.tanh },
  sin: { f: Math.sin },
  cos: { f: Math.cos },
  tan: { f: Math.tan },
  asin: { f: Math.asin },
  acos: { f: Math.acos },
  atan: { f: Math.atan },
  sinh: { f: Math.sinh },
  cosh: { f: Math.cosh },
  asinh: { f: Math.asinh },
  acosh: { f: Math.acosh },
  atanh: { f: Math.atanh },
  erf: { f: erf },
  floor: { f: Math.floor },
  ceil: { f: Math.ceil },
  round: { f: roundToEven },
  trunc: { f: Math.trunc },
  relu: { f: (x) => (x < 0 ? 0 : x), js: (x) => `(${x} < 0 ? 0 : ${x})` },
  relu6: { f: (x) => Math.min(Math.max(x, 0), 6) },
  elu: { f: (x) => (x >= 0 ? x : Math.expm1(x)) },
  selu: { f: (x) => (x >= 0 ? SELU_SCALE * x : SELU_ALPHA * Math.expm1(x)) },
  isNaN: { f: (x) => (Number.isNaN(x) ? 1 : 0), js: (x) => `(${x} !== ${x} ? 1 : 0)` },
  isFinite: { f: (x) => (x - x === 0 ? 1 : 0), js: (x) => `(${x} - ${x} === 0 ? 1 : 0)` },
  isInf: { f: (x) => (Math.abs(x) === Number.POSITIVE_INFINITY ? 1 : 0) },
} as const satisfies Record<string, OpRow>;

/** An operation of the table, or a special function of `lib/tensor`, by its kernel's name. */
export type Op = keyof typeof plain | `Tspyro${string}`;

const special = new Map<string, OpRow>();

export function opRow(op: Op): OpRow {
  if (op in plain) return plain[op as keyof typeof plain];
  const known = special.get(op);
  if (known !== undefined) return known;
  const f = elementFunctions.get(op)?.f;
  if (f === undefined) throw new Error(`there is no operation ${op}`);
  const row = { f };
  special.set(op, row);
  return row;
}

/** What is stored when a number of this type is computed in float64. */
export function rounded(x: number, dtype: Dtype): number {
  return dtype === "float32" ? Math.fround(x) : dtype === "int32" ? x | 0 : x === 0 ? 0 : 1;
}
