/**
 * Every differentiable op of tfjs and of this library, with inputs inside whose range it is smooth: for tests that
 * hold for all ops.
 */
import * as tf from "@tensorflow/tfjs-core";
import { cholesky, triangularSolve } from "../linalg/ops.ts";
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
} from "../special/ops.ts";

type Range = readonly [low: number, high: number];
type Input = readonly [shape: readonly number[], low: number, high: number];
export type F = (...xs: tf.Tensor[]) => tf.Tensor;

export interface OpRow {
  readonly name: string;
  readonly f: F;
  readonly inputs: readonly Input[];
  /** Of the finite difference. */
  readonly step?: number;
}

const int = (values: number[], shape = [values.length]) => tf.tensor(values, shape, "int32");

/** Unary ops, and an interval inside which they are smooth. */
const unary: readonly [keyof typeof tf | ((x: tf.Tensor) => tf.Tensor), ...Range][] = [
  ["abs", 0.3, 1.5],
  ["acos", -0.8, 0.8],
  ["acosh", 1.4, 3],
  ["asin", -0.8, 0.8],
  ["asinh", -2, 2],
  ["atan", -2, 2],
  ["atanh", -0.8, 0.8],
  ["ceil", 0.2, 0.8],
  ["cos", -2, 2],
  ["cosh", -1.5, 1.5],
  ["elu", -1.5, -0.2],
  ["elu", 0.2, 1.5],
  ["erf", -1.5, 1.5],
  ["exp", -1.5, 1.5],
  ["expm1", -1.5, 1.5],
  ["floor", 0.2, 0.8],
  ["leakyRelu", -1.5, -0.2],
  ["log", 0.5, 2],
  ["log1p", -0.4, 2],
  ["logSigmoid", -2, 2],
  ["neg", -2, 2],
  ["reciprocal", 0.6, 2],
  ["relu", 0.2, 2],
  ["relu6", 0.2, 5],
  ["round", 0.6, 1.4],
  ["rsqrt", 0.6, 2],
  ["selu", -1.5, -0.2],
  ["selu", 0.2, 1.5],
  ["sigmoid", -2, 2],
  ["sign", 0.2, 2],
  ["sin", -2, 2],
  ["sinh", -1.5, 1.5],
  ["softplus", -2, 2],
  ["sqrt", 0.5, 2],
  ["square", -2, 2],
  ["step", 0.2, 2],
  ["tan", -0.9, 0.9],
  ["tanh", -1.5, 1.5],
  [lgamma, 0.8, 3],
  [digamma, 0.8, 3],
  [trigamma, 1, 3],
  [erfinv, -0.7, 0.7],
  [ndtri, 0.2, 0.8],
  [logI0e, 0.5, 3],
  [besselGap, 0.5, 3],
];

const binary: readonly [
  string,
  (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  a: Range,
  b: Range,
  step?: number,
][] = [
  ["add", tf.add, [-1, 1], [-1, 1]],
  ["sub", tf.sub, [-1, 1], [-1, 1]],
  ["mul", tf.mul, [-1, 1], [-1, 1]],
  ["div", tf.div, [-1, 1], [0.6, 2]],
  ["divNoNan", tf.divNoNan, [-1, 1], [0.6, 2]],
  ["atan2", tf.atan2, [0.4, 1], [0.4, 1]],
  // Small enough that no difference changes its sign within the step.
  ["maximum", tf.maximum, [-1, 1], [-1, 1], 2e-3],
  ["minimum", tf.minimum, [-1, 1], [-1, 1], 2e-3],
  ["mod", tf.mod, [0.2, 0.8], [1, 1.4]],
  ["pow", tf.pow, [0.6, 2], [-1.5, 1.5]],
  ["squaredDifference", tf.squaredDifference, [-1, 1], [-1, 1]],
  [
    "where",
    (a, b) => tf.where(tf.greater(tf.broadcastTo(a, [3, 4]), 0.1), tf.mul(a, b), b),
    [-1, 1],
    [-1, 1],
    2e-3,
  ],
  ["logBeta", logBeta, [0.7, 2], [0.7, 2]],
];

const matrix: Input = [[3, 4], -1.2, 1.2];
const spread: Input = [[3, 4], 0.5, 1.5];
const cube: Input = [[2, 3, 4], -1, 1];
const image: Input = [[1, 4, 4, 2], -1, 1];

/** A gradient of one's own that is written with the result. */
const ownExp = tf.customGrad((...args) => {
  const [x, save] = args as unknown as [tf.Tensor, (tensors: tf.Tensor[]) => void];
  const value = tf.exp(x);
  save([value]);
  return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, saved[0] as tf.Tensor) };
});

/** Everything that is not elementwise. */
const shaped: readonly [name: string, f: F, ...inputs: Input[]][] = [
  ["sum", (x) => tf.sum(x, 1), matrix],
  ["mean", (x) => tf.mean(x, 0), matrix],
  ["prod", (x) => tf.prod(x, 1), spread],
  ["prod of all", (x) => tf.prod(x), [[2, 3], 0.6, 1.4]],
  ["max", (x) => tf.max(x, 1), matrix],
  ["min", (x) => tf.min(x, 0), matrix],
  ["norm", (x) => tf.norm(x), matrix],
  ["norm along an axis", (x) => tf.norm(x, 2, 1), matrix],
  ["norm 1", (x) => tf.norm(x, 1), spread],
  ["moments", (x) => tf.moments(x, 0).variance, matrix],
  ["logSumExp", (x) => tf.logSumExp(x, 1), matrix],
  ["logSumExp of all, kept", (x) => tf.logSumExp(x, undefined, true), matrix],
  ["customGrad", (x) => ownExp(x), matrix],
  ["softmax", (x) => tf.softmax(x), matrix],
  ["logSoftmax", (x) => tf.logSoftmax(x), matrix],
  ["cumsum", (x) => tf.cumsum(x, 0), matrix],
  ["cumsum, exclusive, reverse", (x) => tf.cumsum(x, 1, true, true), matrix],
  ["cumprod", (x) => tf.cumprod(x, 1), spread],
  ["cumprod, exclusive, reverse", (x) => tf.cumprod(x, 0, true, true), spread],
  ["clipByValue", (x) => tf.clipByValue(x, -0.7, 0.7), [[3, 4], -0.6, 0.6]],
  ["pow(x, x)", (x) => tf.pow(x, x), spread],
  ["pow(x, 3)", (x) => tf.pow(x, 3), matrix],
  ["matMul", (a, b) => tf.matMul(a, b), matrix, [[4, 2], -1, 1]],
  ["matMul, both transposed", (a, b) => tf.matMul(a, b, true, true), matrix, [[2, 3], -1, 1]],
  ["matMul, left transposed", (a, b) => tf.matMul(a, b, true), matrix, [[3, 2], -1, 1]],
  ["matMul, batched", (a, b) => tf.matMul(a, b, false, true), cube, [[2, 2, 4], -1, 1]],
  ["matMul, batch broadcast", (a, b) => tf.matMul(a, b), cube, [[4, 2], -1, 1]],
  ["dot", (a, b) => tf.dot(a, b), [[4], -1, 1], [[4], -1, 1]],
  ["outerProduct", (a, b) => tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D), [[3], -1, 1], [[4], -1, 1]],
  ["einsum", (a, b) => tf.einsum("bij,bkj->bik", a, b), cube, [[2, 2, 4], -1, 1]],
  ["concat", (a, b) => tf.concat([a, tf.mul(a, b)], 1), matrix, [[3, 4], -1, 1]],
  ["stack", (a, b) => tf.stack([a, b, a], 1), matrix, [[3, 4], -1, 1]],
  ["unstack of one", (a) => tf.mul(2, tf.unstack(a, 0)[0] as tf.Tensor), [[1, 4], -1, 1]],
  ["split into one", (a) => tf.mul(2, tf.split(a, 1, 1)[0] as tf.Tensor), matrix],
  ["unstack", (a) => tf.mul(...(tf.unstack(a, 0) as [tf.Tensor, tf.Tensor])), [[2, 4], -1, 1]],
  ["split", (a) => tf.mul(...(tf.split(a, 2, 1) as [tf.Tensor, tf.Tensor])), matrix],
  ["slice", (a) => tf.slice(a, [1, 0], [2, 3]), matrix],
  ["stridedSlice", (a) => tf.stridedSlice(a, [2, 0], [0, 4], [-1, 2]), matrix],
  [
    "pad",
    (a) =>
      tf.pad(
        a as tf.Tensor2D,
        [
          [1, 0],
          [0, 2],
        ],
        0.3,
      ),
    matrix,
  ],
  [
    "mirrorPad",
    (a) =>
      tf.mirrorPad(
        a,
        [
          [1, 0],
          [0, 0],
        ],
        "symmetric",
      ),
    matrix,
  ],
  ["reverse", (a) => tf.reverse(a, 1), matrix],
  ["transpose", (a) => tf.transpose(a), matrix],
  ["transpose of three axes", (a) => tf.transpose(a, [2, 0, 1]), cube],
  ["reshape", (a) => tf.reshape(a, [2, 6]), matrix],
  ["expandDims", (a) => tf.expandDims(a, 1), matrix],
  ["squeeze", (a) => tf.squeeze(a), [[3, 1, 4], -1, 1]],
  ["tile", (a) => tf.tile(a, [2, 3]), matrix],
  ["broadcastTo", (a) => tf.broadcastTo(a, [2, 3, 4]), [[3, 1], -1, 1]],
  ["gather", (a) => tf.gather(a, int([2, 0, 2]), 0), matrix],
  ["gather of the last axis", (a) => tf.gather(a, int([3, 3, 0, 1], [2, 2]), 1), matrix],
  ["gatherND", (a) => tf.gatherND(a, int([0, 1, 2, 3], [2, 2])), matrix],
  ["scatterND", (a) => tf.scatterND(int([1, 3, 1], [3, 1]), a, [5, 4]), matrix],
  [
    "tensorScatterUpdate",
    (a) => tf.tensorScatterUpdate(a, int([1], [1, 1]), tf.mul(2, tf.slice(a, 0, 1))),
    matrix,
  ],
  ["unsortedSegmentSum", (a) => tf.unsortedSegmentSum(a, int([1, 0, 1]) as tf.Tensor1D, 3), matrix],
  ["sparseToDense", (a) => tf.sparseToDense(int([1, 4]), a as tf.Tensor1D, [6]), [[2], -1, 1]],
  ["topk", (a) => tf.topk(a, 2).values, matrix],
  ["diag", (a) => tf.diag(a), [[3], -1, 1]],
  ["bandPart", (a) => tf.linalg.bandPart(a as tf.Tensor2D, 1, 1), matrix],
  ["prelu", (x, slope) => tf.prelu(x, slope), [[3, 4], -1.5, -0.2], [[4], 0.1, 0.9]],
  ["igamma in x", (x) => igamma(1.7, x), [[3, 4], 0.5, 3]],
  ["betainc in x", (x) => betainc(1.7, 2.3, x), [[3, 4], 0.2, 0.8]],
  ["addN", (a, b) => tf.addN([a, b, a]), matrix, [[3, 4], -1, 1]],
  [
    "batchToSpaceND",
    (a) =>
      tf.batchToSpaceND(
        a,
        [2, 1],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    [[2, 2, 3], -1, 1],
  ],
  [
    "spaceToBatchND",
    (a) =>
      tf.spaceToBatchND(
        a,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    image,
  ],
  [
    "conv2d",
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
    image,
    [[3, 3, 2, 2], -1, 1],
  ],
  [
    "conv1d",
    (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, "valid"),
    [[1, 5, 2], -1, 1],
    [[3, 2, 2], -1, 1],
  ],
  [
    "conv2dTranspose",
    (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [1, 4, 4, 2], 1, "same"),
    image,
    [[3, 3, 2, 2], -1, 1],
  ],
  [
    "depthwiseConv2d",
    (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
    image,
    [[2, 2, 2, 1], -1, 1],
  ],
  ["avgPool", (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, "valid"), image],
  ["maxPool", (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"), image],
  [
    "batchNorm",
    (x, m) => {
      const [mean, spread, offset, scale] = tf.unstack(m) as [
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
      ];
      return tf.batchNorm(x, mean, tf.exp(spread), offset, scale);
    },
    matrix,
    [[4, 4], -0.8, 0.8],
  ],
  [
    "cholesky",
    (a) => cholesky(tf.add(tf.mul(0.2, tf.add(a, tf.transpose(a))), tf.mul(2, tf.eye(3)))),
    [[3, 3], -1, 1],
  ],
  [
    "triangularSolve",
    (l, b) => triangularSolve(tf.add(l, tf.mul(3, tf.eye(3))), b),
    [[3, 3], -1, 1],
    [[3, 2], -1, 1],
  ],
  [
    "triangularSolve, transposed and batched",
    (l, b) => triangularSolve(tf.add(l, tf.mul(3, tf.eye(3))), b, true),
    [[2, 3, 3], -1, 1],
    [[3, 2], -1, 1],
  ],
];

export const opRows: readonly OpRow[] = [
  ...unary.map(([op, low, high]): OpRow => {
    const f = (typeof op === "string" ? tf[op] : op) as F;
    const name = `${typeof op === "string" ? op : op.name} on [${low}, ${high}]`;
    return { name, f, inputs: [[[2, 3], low, high]] };
  }),
  ...binary.flatMap(([name, f, a, b, step]): OpRow[] =>
    [
      [
        [3, 4],
        [3, 4],
      ],
      [
        [3, 1],
        [1, 4],
      ],
      [[1], [3, 4]],
    ].map((shapes) => ({
      name: `${name} of shapes [${shapes.join("] and [")}]`,
      f: f as F,
      inputs: [
        [shapes[0] ?? [], ...a],
        [shapes[1] ?? [], ...b],
      ],
      ...(step === undefined ? {} : { step }),
    })),
  ),
  ...shaped.map(([name, f, ...inputs]): OpRow => ({ name, f, inputs })),
];
