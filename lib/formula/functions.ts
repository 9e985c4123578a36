/** The functions that a formula knows by name. A user's function of the same name wins. */
import * as tf from "@tensorflow/tfjs-core";
import { applyBinary, applyUnary, divide, multiply, power } from "./arithmetic.ts";
import { binary, unary } from "./elementwise.ts";
import { diag, dot, norm, ofSquare, squareMatrix, transpose } from "./matrices.ts";
import { along, alongDimension, reduce, reductions } from "./reductions.ts";
import type { Site } from "./source.ts";
import { type Callee, type Quantity, quantity, type Value } from "./values.ts";

type Apply = (args: readonly Quantity[], site: Site) => Quantity;

/** @param usage says how it is called: `log(x, base?)`, `max(a, ...)`; the number of arguments is checked against it */
function define(usage: string, apply: Apply): Callee {
  const params = usage.slice(usage.indexOf("(") + 1, -1).split(", ");
  const least = params.filter((param) => !param.endsWith("?") && param !== "...").length;
  const most = params.includes("...") ? Number.POSITIVE_INFINITY : params.length;
  return {
    kind: "function",
    usage,
    call: (args, site) => {
      if (args.length < least || args.length > most) throw wrongCount(usage, args, site);
      const { node } = site;
      return apply(
        args.map((arg, i) => {
          const part = node.type === "FunctionNode" ? node.args[i] : undefined;
          return quantity(arg, part === undefined ? site : site.of(part));
        }),
        site,
      );
    },
  };
}

export function wrongCount(usage: string, args: readonly Value[], site: Site): Error {
  return site.error({
    what: `\`${site.text}\` has the wrong number of arguments`,
    expected: usage,
    got: args.length === 1 ? "1 argument" : `${args.length} arguments`,
  });
}

/** Arguments that `define` has counted. */
const at = (args: readonly Quantity[], i: number) => args[i] as Quantity;

const each = <K extends string>(names: readonly K[], callee: (name: K) => Callee): Record<string, Callee> =>
  Object.fromEntries(names.map((name) => [name, callee(name)]));

const keys = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[];

const logarithm: Apply = ([x = 0, base], site) => {
  const log = (y: Quantity) => applyUnary({ tensor: tf.log, host: Math.log }, y);
  return base === undefined ? log(x) : applyBinary(binary.dotDivide, log(x), log(base), site);
};

const extreme =
  (op: "max" | "min"): Apply =>
  (args, site) => {
    const [first = 0] = args;
    if (args.length > 1) return args.reduce((best, arg) => applyBinary(binary[op], best, arg, site));
    return typeof first === "number" ? first : tf[op](first);
  };

export const functions: Readonly<Record<string, Callee>> = {
  ...each(keys(unary), (name) => define(`${name}(x)`, (args) => applyUnary(unary[name], at(args, 0)))),
  ...each(["mod", "atan2", "hypot"], (name) =>
    define(`${name}(a, b)`, (args, site) => applyBinary(binary[name], at(args, 0), at(args, 1), site)),
  ),
  log: define("log(x, base?)", logarithm),
  ln: define("ln(x)", logarithm),
  pow: define("pow(a, b)", (args, site) => power(at(args, 0), at(args, 1), site)),
  nthRoot: define("nthRoot(a, n?)", ([a = 0, n = 2], site) => {
    const exponent = applyBinary(binary.dotDivide, 1, n, site);
    return applyBinary(binary.dotPow, a, exponent, site);
  }),
  add: define("add(a, b)", (args, site) => applyBinary(binary.add, at(args, 0), at(args, 1), site)),
  subtract: define("subtract(a, b)", (args, site) =>
    applyBinary(binary.subtract, at(args, 0), at(args, 1), site),
  ),
  multiply: define("multiply(a, b)", (args, site) => multiply(at(args, 0), at(args, 1), site)),
  divide: define("divide(a, b)", (args, site) => divide(at(args, 0), at(args, 1), site)),
  ...each(["dotMultiply", "dotDivide", "dotPow"], (name) =>
    define(`${name}(a, b)`, (args, site) => applyBinary(binary[name], at(args, 0), at(args, 1), site)),
  ),
  max: define("max(a, ...)", extreme("max")),
  min: define("min(a, ...)", extreme("min")),
  ...each(keys(reductions), (name) =>
    define(`${name}(x, ...)`, (args, site) => reduce(reductions[name], args, site)),
  ),
  ...each(keys(alongDimension), (name) =>
    define(`${name}(x, dimension?)`, (args, site) => along(alongDimension[name], args, site)),
  ),
  ...each(keys(ofSquare), (name) =>
    define(`${name}(A)`, (args, site) => ofSquare[name](squareMatrix(at(args, 0), site))),
  ),
  dot: define("dot(a, b)", (args, site) => dot(at(args, 0), at(args, 1), site)),
  norm: define("norm(x)", (args, site) => norm(at(args, 0), site)),
  diag: define("diag(x)", (args, site) => diag(at(args, 0), site)),
  transpose: define("transpose(A)", (args) => transpose(at(args, 0))),
};

/** Names that stand for numbers, unless the user gives them another meaning. */
export const constants: Readonly<Record<string, number>> = {
  pi: Math.PI,
  e: Math.E,
  tau: 2 * Math.PI,
  phi: (1 + Math.sqrt(5)) / 2,
  PI: Math.PI,
  E: Math.E,
  LN2: Math.LN2,
  LN10: Math.LN10,
  LOG2E: Math.LOG2E,
  LOG10E: Math.LOG10E,
  SQRT2: Math.SQRT2,
  SQRT1_2: Math.SQRT1_2,
};
