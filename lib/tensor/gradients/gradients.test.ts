import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { numbers, on, testBackends } from "../testing/backends.ts";
import { firstDerivative, noise, secondDerivative } from "../testing/gradcheck.ts";

interface Case {
  name: string;
  f: (...xs: tf.Tensor[]) => tf.Tensor;
  /** Shapes of the inputs, and where their values lie: `[shape, low, high]`. */
  inputs: [shape: number[], low: number, high: number][];
  second?: boolean;
  /** Of the finite difference. */
  step?: number;
}

const int = (values: number[], shape: number[]) => tf.tensor(values, shape, "int32");

const cases: Case[] = [
  {
    name: "where(greater)",
    f: (x) => tf.where(tf.greater(x, 0.1), tf.square(x), tf.mul(x, 3)),
    inputs: [[[7], -2, 2]],
    second: true,
  },
  {
    name: "where(logicalAnd(less, notEqual), broadcast)",
    f: (x, y) => tf.where(tf.logicalAnd(tf.less(x, y), tf.notEqual(x, 0.5)), tf.mul(x, y), tf.sub(x, y)),
    inputs: [
      [[3, 4], -1, 1],
      [[4], -0.3, 0.3],
    ],
    second: true,
  },
  {
    name: "isNan and logicalNot",
    f: (x) => tf.where(tf.logicalNot(tf.isNaN(x)), tf.square(x), tf.zerosLike(x)),
    inputs: [[[4], 0.5, 2]],
  },
  {
    name: "gather at argMax",
    f: (x) => tf.gather(tf.square(x), tf.argMax(x)),
    inputs: [[[5], -1, 1]],
  },
  {
    name: "cast to int32 is flat",
    f: (x) => tf.add(tf.cast(tf.cast(tf.mul(x, 0.01), "int32"), "float32"), tf.square(x)),
    inputs: [[[5], 0.5, 1]],
  },
  ...["squaredDifference", "maximum", "minimum"].map(
    (op): Case => ({
      name: `${op} with both sides broadcast`,
      f: (a, b) => tf.square(tf[op as "maximum"](a, b)),
      inputs: [
        [[3, 1], -1, 1],
        [[2, 1, 4], -1, 1],
      ],
      // Small enough that no difference changes its sign within the step.
      step: 2e-3,
      second: true,
    }),
  ),
  { name: "maximum with a number", f: (x) => tf.square(tf.maximum(x, 0.2)), inputs: [[[6], -1, 1]] },
  {
    name: "broadcastTo of a number",
    f: (x) => tf.square(tf.broadcastTo(x, [4, 3])),
    inputs: [[[], 0.5, 1]],
    second: true,
  },
  {
    name: "broadcastTo of inner and outer axes",
    f: (x) => tf.exp(tf.broadcastTo(x, [5, 2, 3, 2, 4])),
    inputs: [[[2, 1, 2, 1], -1, 1]],
  },
  { name: "tile of longer axes", f: (x) => tf.square(tf.tile(x, [2, 1, 3])), inputs: [[[2, 3, 2], -1, 1]] },
  ...[0, 1, 2].map(
    (axis): Case => ({
      name: `cumsum along axis ${axis}`,
      f: (x) => tf.square(tf.cumsum(x, axis, axis === 1, axis === 2)),
      inputs: [[[2, 3, 4], -1, 1]],
      second: true,
    }),
  ),
  ...[false, true].flatMap((exclusive) =>
    [false, true].map(
      (reverse): Case => ({
        name: `cumprod exclusive=${exclusive} reverse=${reverse}`,
        f: (x) => tf.square(tf.cumprod(x, 1, exclusive, reverse)),
        inputs: [[[2, 4, 2], 0.4, 1.4]],
        second: true,
      }),
    ),
  ),
  {
    name: "cumprod through a zero",
    f: (x) => tf.cumprod(tf.mul(x, tf.tensor1d([1, 0, 1, 1])), 0),
    inputs: [[[4], 0.5, 1.5]],
  },
  { name: "prod", f: (x) => tf.prod(x, 1), inputs: [[[3, 4], 0.5, 1.5]], second: true },
  {
    name: "gatherND",
    f: (x) => tf.square(tf.gatherND(x, int([0, 1, 2, 0, 0, 1], [3, 2]))),
    inputs: [[[3, 2], -1, 1]],
    second: true,
  },
  {
    name: "scatterND with a repeated index",
    f: (x) => tf.square(tf.scatterND(int([1, 3, 1], [3, 1]), x, [5])),
    inputs: [[[3], -1, 1]],
    second: true,
  },
  {
    name: "tensorScatterUpdate",
    f: (x, u) => tf.square(tf.tensorScatterUpdate(x, int([0, 3], [2, 1]), u)),
    inputs: [
      [[5], -1, 1],
      [[2], -1, 1],
    ],
  },
  {
    name: "sparseToDense",
    f: (v) => tf.square(tf.sparseToDense(int([1, 4], [2]), v as tf.Tensor1D, [6])),
    inputs: [[[2], -1, 1]],
  },
  {
    name: "stridedSlice",
    f: (x) => tf.square(tf.stridedSlice(x, [3, 0], [0, 4], [-2, 3])),
    inputs: [[[4, 5], -1, 1]],
    second: true,
  },
  { name: "topk", f: (x) => tf.square(tf.topk(x, 2).values), inputs: [[[3, 5], -1, 1]], second: true },
  { name: "diag", f: (x) => tf.square(tf.diag(x)), inputs: [[[2, 2], -1, 1]], second: true },
  {
    name: "gather with repeated indices",
    f: (x) => tf.square(tf.gather(x, int([2, 0, 2], [3]), 1)),
    inputs: [[[2, 3], -1, 1]],
    second: true,
  },
  {
    name: "einsum ij,jk->ik",
    f: (a, b) => tf.square(tf.einsum("ij,jk->ik", a, b)),
    inputs: [
      [[2, 3], -1, 1],
      [[3, 4], -1, 1],
    ],
    second: true,
  },
  {
    name: "einsum bij,j->bj (a letter summed out alone)",
    f: (a, b) => tf.square(tf.einsum("bij,j->bj", a, b)),
    inputs: [
      [[2, 3, 4], -1, 1],
      [[4], -1, 1],
    ],
  },
  {
    name: "einsum bij,j->b (two letters summed out)",
    f: (a, b) => tf.square(tf.einsum("bij,j->b", a, b)),
    inputs: [
      [[2, 3, 4], -1, 1],
      [[4], -1, 1],
    ],
  },
  { name: "einsum ij->j", f: (a) => tf.square(tf.einsum("ij->j", a)), inputs: [[[3, 2], -1, 1]] },
  ...(["exp", "sigmoid", "tanh", "elu", "softmax", "selu", "softplus", "erf", "logSumExp"] as const).map(
    (op): Case => ({
      name: `${op}, mixed with its own input`,
      f: (x) => tf.mul((tf[op] as (x: tf.Tensor) => tf.Tensor)(x), tf.square(x)),
      inputs: [[[2, 4], -1.5, 1.5]],
      second: true,
    }),
  ),
  { name: "leakyRelu", f: (x) => tf.square(tf.leakyRelu(x, 0.2)), inputs: [[[6], -1, 1]], second: true },
  {
    name: "clipByValue",
    f: (x) => tf.square(tf.clipByValue(x, -0.4, 0.4)),
    inputs: [[[6], -1, 1]],
    second: true,
  },
  {
    name: "pow(x, y) with broadcasting",
    f: (x, y) => tf.pow(x, y),
    inputs: [
      [[3, 1], 0.5, 2],
      [[4], -2, 2],
    ],
    second: true,
  },
  { name: "pow(x, x)", f: (x) => tf.pow(x, x), inputs: [[[5], 0.5, 2]], second: true },
];

// Central differences of float32 with a step of 1e-2: rounding 1e-7/1e-2 times the size of the sum, and h²
// times the third derivative, give some 1e-3 of the scale of the terms.
const TOLERANCE = 4e-3;

function inputsOf({ inputs }: Case): tf.Tensor[] {
  return inputs.map(([shape, low, high], i) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = noise(size, 101 + i).map((u) => low + ((u + 1) / 2) * (high - low));
    return tf.tensor(values, shape);
  });
}

describe.each(testBackends)("gradients on %s", (backend) => {
  test.each(cases)("$name", async (row) => {
    const first = await on(backend, () => firstDerivative(row.f, inputsOf(row), row.step));
    expect(Math.abs(first.analytic - first.numeric)).toBeLessThan(
      TOLERANCE * Math.max(1, Math.abs(first.numeric)),
    );
  });

  test.each(cases.filter((row) => row.second))("second derivative of $name", async (row) => {
    const { analytic, numeric } = await on(backend, () => secondDerivative(row.f, inputsOf(row), row.step));
    expect(Math.abs(analytic - numeric)).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(numeric)));
  });

  test("the gradient of a number broadcast to a plate of 10000 takes few kernels", async () => {
    const kernels = await on(backend, () => {
      const before = tf.engine().state.nextTapeNodeId;
      const gradient = tf.grad((x) => tf.sum(tf.broadcastTo(x, [10_000])))(tf.scalar(2));
      expect(numbers(gradient)).toEqual([10_000]);
      return tf.engine().state.nextTapeNodeId - before;
    });
    expect(kernels).toBeLessThan(30);
  });
});
