import * as tf from "@tensorflow/tfjs-core";
import { BINARY, COMPARISONS, UNARY } from "./functions.ts";
import { type Input, type KernelRow, row } from "./row.ts";

export const SPECIAL = [
  ...[0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ...[1e-40, -1e-40, 1.2e-38, 1e-20, -1e-20, 3e38, -3e38, 1e20, -1e20, 1e9, -1e9],
  ...[0.25, -0.25, 0.5, -0.5, 1, -1, 1.5, 2.5, -2.5, 20, -20, 88, -88, 89, -89, 104, -104],
];

/** Special values; another order for each seed. */
const special: Input = (seed) =>
  tf.tensor1d(SPECIAL.map((_, i) => SPECIAL[(i + seed) % SPECIAL.length] as number));

/** At values where arithmetic has corners. */
export const specialRows: readonly KernelRow[] = [
  // tfjs's sign of NaN is 0 on one backend and NaN on another; compiled it is NaN.
  ...UNARY.filter(([name]) => name !== "sign").map(([name, f]) => row(name, f, [special], "values only")),
  // Whole numbers that are too large are wrapped by JavaScript and cut off by WebAssembly.
  ...BINARY.filter(([name]) => name !== "floorDiv").map(([name, f]) =>
    row(name, (x, y) => f(tf.expandDims(x, 1), y), [special, special], "values only"),
  ),
  ...COMPARISONS.map((name) =>
    row(name, (x, y) => tf[name](tf.expandDims(x, 1), y), [special, special], "values only"),
  ),
  ...(["sum", "mean", "prod", "max", "min"] as const).map((name) =>
    row(
      name,
      (x, y) => tf[name](tf.where(tf.greater(tf.expandDims(x, 1), 0), x, y), 1),
      [special, special],
      "values only",
    ),
  ),
  row("log(exp)", (x) => tf.log(tf.exp(x)), [special], "values only"),
  row(
    "log(exp) of one number",
    (x) => tf.stack(tf.unstack(x).map((one) => tf.log(tf.exp(one)))),
    [special],
    "values only",
  ),
  row("two large factors", (x) => tf.mul(tf.mul(x, 1e30), 1e30), [special], "values only"),
  row("two small factors", (x) => tf.mul(tf.mul(x, 1e-30), 1e-30), [special], "values only"),
  row(
    "sum of nothing",
    (x) => tf.sum(tf.tile(tf.reshape(tf.slice(x, 3, 1), [1, 1]), [2, 0]), 1),
    [special],
    "values only",
  ),
  row("where", (x, y) => tf.where(tf.greater(x, y), x, y), [special, special], "values only"),
  row(
    "functions of a choice between two numbers",
    (x, y) => {
      const [a = x, b = x] = tf.unstack(tf.slice(y, 5, 2));
      const chosen = tf.where(tf.greater(x, 0), a, tf.scalar(1));
      const other = tf.where(tf.greater(x, 0), tf.scalar(0), b);
      return [
        ...[tf.log(chosen), tf.log1p(tf.neg(other)), tf.exp(other), tf.sqrt(chosen), tf.sigmoid(other)],
        ...[tf.div(1, tf.sub(1, other)), tf.mul(chosen, b), tf.sum(tf.log(chosen))],
      ];
    },
    [special, special],
    "values only",
  ),
  row(
    "functions of one choice between two numbers",
    (x, y) =>
      tf.stack(
        tf.unstack(x).map((one, i) => {
          const chosen = tf.where(tf.greater(one, 0), tf.slice(y, i, 1), tf.ones([1]));
          return tf.add(tf.log(chosen), tf.sqrt(chosen));
        }),
      ),
    [special, special],
    "values only",
  ),
  row("softmax", (x) => tf.softmax(tf.stack([x, tf.zerosLike(x)], 1)), [special], "values only"),
  row("logSumExp", (x) => tf.logSumExp(tf.stack([x, tf.onesLike(x)], 1), 1), [special], "values only"),
  row("cumsum", (x) => tf.cumsum(x), [special], "values only"),
];
