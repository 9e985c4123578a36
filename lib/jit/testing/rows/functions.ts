/** Functions of single elements, with intervals inside which they are smooth. */
import * as tf from "@tensorflow/tfjs-core";
import {
  besselGap,
  betainc,
  digamma,
  erfinv,
  igamma,
  lgamma,
  logBeta,
  logI0e,
  ndtri,
  trigamma,
} from "../../../tensor/index.ts";
import type { F } from "./row.ts";

type Range = readonly [low: number, high: number];
const all: Range = [-1.5, 1.5];
const positive: Range = [0.3, 2];
const unit: Range = [-0.9, 0.9];

export const UNARY: readonly [name: string, f: (x: tf.Tensor) => tf.Tensor, range: Range][] = [
  ["abs", tf.abs, all],
  ["acos", tf.acos, unit],
  ["acosh", tf.acosh, [1.1, 3]],
  ["asin", tf.asin, unit],
  ["asinh", tf.asinh, all],
  ["atan", tf.atan, all],
  ["atanh", tf.atanh, unit],
  ["ceil", tf.ceil, all],
  ["clipByValue", (x) => tf.clipByValue(x, -0.7, 0.4), all],
  ["cos", tf.cos, all],
  ["cosh", tf.cosh, all],
  ["elu", tf.elu, all],
  ["erf", tf.erf, all],
  ["exp", tf.exp, all],
  ["expm1", tf.expm1, all],
  ["floor", tf.floor, all],
  ["leakyRelu", (x) => tf.leakyRelu(x, 0.3), all],
  ["log", tf.log, positive],
  ["log1p", tf.log1p, [-0.7, 2]],
  ["logSigmoid", tf.logSigmoid, all],
  ["neg", tf.neg, all],
  ["prelu of a scalar", (x) => tf.prelu(x, tf.scalar(0.2)), all],
  ["reciprocal", tf.reciprocal, positive],
  ["relu", tf.relu, all],
  ["relu6", tf.relu6, [-2, 8]],
  ["round", tf.round, [-3, 3]],
  ["rsqrt", tf.rsqrt, positive],
  ["selu", tf.selu, all],
  ["sigmoid", tf.sigmoid, [-4, 4]],
  ["sign", tf.sign, all],
  ["sin", tf.sin, all],
  ["sinh", tf.sinh, all],
  ["softplus", tf.softplus, [-4, 4]],
  ["sqrt", tf.sqrt, positive],
  ["square", tf.square, all],
  ["step", (x) => tf.step(x, 0.3), all],
  ["tan", tf.tan, unit],
  ["tanh", tf.tanh, all],
  ["zerosLike and onesLike", (x) => tf.sub(tf.onesLike(x), tf.mul(x, tf.zerosLike(x))), all],
  ["x + 0, x * 1, x / 1, x ** 1", (x) => tf.pow(tf.div(tf.mul(tf.add(x, 0), 1), 1), 1), positive],
  ["isNaN", (x) => tf.isNaN(x), all],
  ["isInf", (x) => tf.isInf(x), all],
  ["isFinite", (x) => tf.isFinite(x), all],
  ["to int32", (x) => tf.cast(x, "int32"), [-9, 9]],
  ["to bool", (x) => tf.cast(x, "bool"), all],
];

export const SPECIAL_FUNCTIONS: readonly [name: string, f: F, inputs: readonly Range[]][] = [
  ["lgamma", (x) => lgamma(x), [[0.2, 9]]],
  ["digamma", (x) => digamma(x), [[0.2, 9]]],
  ["trigamma", (x) => trigamma(x), [[0.5, 9]]],
  ["erfinv", (x) => erfinv(x), [unit]],
  ["ndtri", (x) => ndtri(x), [[0.1, 0.9]]],
  ["logI0e", (x) => logI0e(x), [positive]],
  ["besselGap", (x) => besselGap(x), [positive]],
  ["logBeta", (a, b) => logBeta(a, b), [positive, positive]],
  ["igamma", (x) => igamma(1.7, x), [positive]],
  ["betainc", (x) => betainc(1.7, 2.3, x), [[0.2, 0.8]]],
];

export const BINARY: readonly [
  name: string,
  f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  a: Range,
  b: Range,
  loose?: string,
][] = [
  ["add", tf.add, all, all],
  ["sub", tf.sub, all, all],
  ["mul", tf.mul, all, all],
  ["div", tf.div, all, positive],
  ["divNoNan", tf.divNoNan, all, positive],
  ["floorDiv", tf.floorDiv, [-9, 9], [0.7, 2]],
  ["mod", tf.mod, [-9, 9], [0.7, 2]],
  ["pow", tf.pow, positive, all],
  ["maximum", tf.maximum, all, all],
  ["minimum", tf.minimum, all, all],
  ["squaredDifference", tf.squaredDifference, all, all],
  ["atan2", tf.atan2, positive, all],
  ["prelu", tf.prelu, all, positive],
];

export const COMPARISONS = ["less", "lessEqual", "greater", "greaterEqual", "equal", "notEqual"] as const;
export const LOGICAL = ["logicalAnd", "logicalOr", "logicalXor"] as const;
export const INTEGER: readonly [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, Range][] = [
  ["add", tf.add, [-9, 9]],
  ["sub", tf.sub, [-9, 9]],
  ["mul", tf.mul, [-9, 9]],
  ["div", tf.div, [1, 9]],
  ["floorDiv", tf.floorDiv, [1, 9]],
  ["mod", tf.mod, [1, 9]],
  ["pow", tf.pow, [0, 4]],
  ["maximum", tf.maximum, [-9, 9]],
  ["minimum", tf.minimum, [-9, 9]],
  ["squaredDifference", tf.squaredDifference, [-9, 9]],
  ...COMPARISONS.map((name): [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, Range] => [
    name,
    tf[name],
    [-3, 3],
  ]),
];
