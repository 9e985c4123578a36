/** Functions that act on each element. Numbers are computed in float64 by `host`; where that lacks, as a tensor. */
import * as tf from "@tensorflow/tfjs-core";
import { digamma, erfinv, lgamma, ndtri } from "../tensor/index.ts";

export interface Unary {
  readonly tensor: (x: tf.Tensor) => tf.Tensor;
  /** Undefined for numbers that only the tensor function knows. */
  readonly host?: (x: number) => number | undefined;
}

const { LN2, LN10 } = Math;

/** The nearest whole number, halves away from zero as in mathjs; tfjs rounds them to even. */
const roundAway = (x: tf.Tensor) => tf.mul(tf.sign(x), tf.floor(tf.add(tf.abs(x), 0.5)));
const truncate = (x: tf.Tensor) => tf.mul(tf.sign(x), tf.floor(tf.abs(x)));

/** Γ(x) is negative between -1 and 0, between -3 and -2, and so on. */
function gamma(x: tf.Tensor): tf.Tensor {
  const odd = tf.notEqual(tf.mod(tf.floor(x), 2), 0);
  const sign = tf.where(tf.logicalAnd(tf.less(x, 0), odd), tf.scalar(-1), tf.scalar(1));
  return tf.mul(sign, tf.exp(lgamma(x)));
}

/** |x|^(1/3) has an infinite derivative at 0, and so has the root. */
const cbrt = (x: tf.Tensor) => tf.mul(tf.sign(x), tf.pow(tf.abs(x), 1 / 3));

/** log(sigmoid(x)), exact far to both sides. */
const logSigmoid = (x: tf.Tensor) => tf.neg(tf.softplus(tf.neg(x)));

const sigmoid: Unary = { tensor: tf.sigmoid, host: (x) => 1 / (1 + Math.exp(-x)) };

export const unary = {
  exp: { tensor: tf.exp, host: Math.exp },
  expm1: { tensor: tf.expm1, host: Math.expm1 },
  log10: { tensor: (x) => tf.div(tf.log(x), LN10), host: Math.log10 },
  log2: { tensor: (x) => tf.div(tf.log(x), LN2), host: Math.log2 },
  log1p: { tensor: tf.log1p, host: Math.log1p },
  sqrt: { tensor: tf.sqrt, host: Math.sqrt },
  cbrt: { tensor: cbrt, host: Math.cbrt },
  square: { tensor: tf.square, host: (x) => x * x },
  cube: { tensor: (x) => tf.mul(tf.square(x), x), host: (x) => x * x * x },
  abs: { tensor: tf.abs, host: Math.abs },
  sign: { tensor: tf.sign, host: Math.sign },
  floor: { tensor: tf.floor, host: Math.floor },
  ceil: { tensor: tf.ceil, host: Math.ceil },
  round: { tensor: roundAway, host: (x) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5) },
  fix: { tensor: truncate, host: Math.trunc },
  sin: { tensor: tf.sin, host: Math.sin },
  cos: { tensor: tf.cos, host: Math.cos },
  tan: { tensor: tf.tan, host: Math.tan },
  sec: { tensor: (x) => tf.div(1, tf.cos(x)), host: (x) => 1 / Math.cos(x) },
  csc: { tensor: (x) => tf.div(1, tf.sin(x)), host: (x) => 1 / Math.sin(x) },
  cot: { tensor: (x) => tf.div(tf.cos(x), tf.sin(x)), host: (x) => 1 / Math.tan(x) },
  asin: { tensor: tf.asin, host: Math.asin },
  acos: { tensor: tf.acos, host: Math.acos },
  atan: { tensor: tf.atan, host: Math.atan },
  sinh: { tensor: tf.sinh, host: Math.sinh },
  cosh: { tensor: tf.cosh, host: Math.cosh },
  tanh: { tensor: tf.tanh, host: Math.tanh },
  asinh: { tensor: tf.asinh, host: Math.asinh },
  acosh: { tensor: tf.acosh, host: Math.acosh },
  atanh: { tensor: tf.atanh, host: Math.atanh },
  erf: { tensor: tf.erf },
  erfinv: { tensor: erfinv },
  gamma: { tensor: gamma },
  lgamma: { tensor: lgamma },
  digamma: { tensor: digamma },
  factorial: { tensor: (x) => tf.exp(lgamma(tf.add(x, 1))), host: factorial },
  sigmoid,
  logistic: sigmoid,
  logit: { tensor: (p) => tf.sub(tf.log(p), tf.log1p(tf.neg(p))), host: (p) => Math.log(p) - Math.log1p(-p) },
  logSigmoid: { tensor: logSigmoid },
  softplus: { tensor: tf.softplus, host: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) },
  relu: { tensor: tf.relu, host: (x) => Math.max(x, 0) },
  probit: { tensor: ndtri },
} as const satisfies Record<string, Unary>;

function factorial(n: number): number | undefined {
  if (!Number.isInteger(n) || n < 0) return undefined;
  if (n > 170) return Number.POSITIVE_INFINITY;
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

export interface Binary {
  readonly tensor: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
  readonly host: (a: number, b: number) => number;
  /** Takes truth values; gives them too. */
  readonly logical?: true;
}

const floorMod = (a: number, b: number) => (b === 0 ? a : a - b * Math.floor(a / b));

export const binary = {
  add: { tensor: tf.add, host: (a, b) => a + b },
  subtract: { tensor: tf.sub, host: (a, b) => a - b },
  dotMultiply: { tensor: tf.mul, host: (a, b) => a * b },
  dotDivide: { tensor: tf.div, host: (a, b) => a / b },
  dotPow: { tensor: tf.pow, host: (a, b) => a ** b },
  mod: { tensor: (a, b) => tf.sub(a, tf.mul(b, tf.floor(tf.div(a, b)))), host: floorMod },
  atan2: { tensor: tf.atan2, host: Math.atan2 },
  hypot: { tensor: (a, b) => tf.sqrt(tf.add(tf.square(a), tf.square(b))), host: Math.hypot },
  max: { tensor: tf.maximum, host: Math.max },
  min: { tensor: tf.minimum, host: Math.min },
  smaller: { tensor: tf.less, host: (a, b) => Number(a < b) },
  smallerEq: { tensor: tf.lessEqual, host: (a, b) => Number(a <= b) },
  larger: { tensor: tf.greater, host: (a, b) => Number(a > b) },
  largerEq: { tensor: tf.greaterEqual, host: (a, b) => Number(a >= b) },
  equal: { tensor: tf.equal, host: (a, b) => Number(a === b) },
  unequal: { tensor: tf.notEqual, host: (a, b) => Number(a !== b) },
  and: { tensor: tf.logicalAnd, host: (a, b) => Number(!!a && !!b), logical: true },
  or: { tensor: tf.logicalOr, host: (a, b) => Number(!!a || !!b), logical: true },
  xor: { tensor: tf.logicalXor, host: (a, b) => Number(!a !== !b), logical: true },
} as const satisfies Record<string, Binary>;
