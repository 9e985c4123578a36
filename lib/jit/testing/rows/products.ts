/** Matrix products, and what is built of them. */
import * as tf from "@tensorflow/tfjs-core";
import { cholesky, triangularSolve } from "../../../tensor/index.ts";
import { bools, floats, ints, type KernelRow, noFloat, row, type Shape, text } from "./row.ts";

const _x34 = floats([3, 4]);
const x234 = floats([2, 3, 4]);
const _long2 = floats([37, 41]);

const spd = (a: tf.Tensor) =>
  tf.add(tf.matMul(a, a, false, true), tf.mul(3, tf.eye(a.shape.at(-1) as number)));

export const productRows: readonly KernelRow[] = [
  ...(
    [
      [
        [3, 4],
        [4, 2],
      ],
      [
        [1, 4],
        [4, 1],
      ],
      [
        [9, 10],
        [10, 11],
      ],
      [
        [0, 4],
        [4, 2],
      ],
      [
        [3, 0],
        [0, 2],
      ],
      [
        [2, 3, 4],
        [2, 4, 5],
      ],
      [
        [6, 7, 8],
        [6, 8, 5],
      ],
      [
        [2, 3, 4],
        [1, 4, 5],
      ],
      [
        [3, 5, 6],
        [6, 7],
      ],
      [
        [2, 3, 5, 6],
        [1, 3, 6, 7],
      ],
      [
        [64, 50],
        [50, 1],
      ],
      [
        [1, 70],
        [70, 30],
      ],
      [
        [33, 34],
        [34, 35],
      ],
    ] as [Shape, Shape][]
  ).flatMap(([a, b]) =>
    [false, true].flatMap((ta) =>
      [false, true].map((tb) => {
        const turned = (shape: Shape, on: boolean) =>
          on ? [...shape.slice(0, -2), shape.at(-1) as number, shape.at(-2) as number] : shape;
        const [sa, sb] = [turned(a, ta), turned(b, tb)];
        return row(
          `matMul of ${text(sa)}${ta ? "ᵀ" : ""} and ${text(sb)}${tb ? "ᵀ" : ""}`,
          (x, y) => tf.matMul(x, y, ta, tb),
          [floats(sa), floats(sb)],
        );
      }),
    ),
  ),
  row(
    "matMul of whole numbers made floats",
    (x, y) => tf.matMul(tf.cast(x, "float32"), y),
    [ints([9, 10], -5, 5), floats([10, 11])],
    noFloat,
  ),
  row(
    "matMul of a mask",
    (x, y) => tf.matMul(tf.cast(x, "float32"), y),
    [bools([9, 10]), floats([10, 11])],
    noFloat,
  ),
  row("matMul of a transpose of a slice", (x, y) => tf.matMul(tf.transpose(tf.slice(x, [1, 2], [7, 6])), y), [
    floats([9, 10]),
    floats([7, 11]),
  ]),
  row(
    "matMul of gathered rows",
    (x, y) => tf.matMul(tf.gather(x, tf.tensor1d([3, 1, 3, 0, 5, 5, 2], "int32")), y),
    [floats([9, 10]), floats([10, 11])],
  ),
  row("matMul of a broadcast", (x, y) => tf.matMul(tf.broadcastTo(x, [9, 10]), y), [
    floats([1, 10]),
    floats([10, 11]),
  ]),
  row("matMul of a reverse", (x, y) => tf.matMul(tf.reverse(x, 1), y), [floats([9, 10]), floats([10, 11])]),
  ...(["linear", "relu", "relu6", "elu", "sigmoid"] as const).map((activation) =>
    row(
      `fused matMul, ${activation}`,
      (a, b, bias) =>
        tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias: bias as tf.Tensor, activation }),
      [floats([5, 6]), floats([6, 7]), floats([7])],
      "tfjs takes it apart for gradients",
    ),
  ),
  ...[
    ["ij,jk->ik", [3, 4], [4, 2]],
    ["ij,ij->i", [3, 4], [3, 4]],
    ["bij,bkj->bik", [2, 3, 4], [2, 5, 4]],
    ["ij,jk->ki", [3, 4], [4, 2]],
    ["i,j->ij", [3], [4]],
    ["ij,jk->", [3, 4], [4, 2]],
  ].map(([equation, a, b]) =>
    row(`einsum ${equation}`, (x, y) => tf.einsum(equation as string, x, y), [
      floats(a as Shape),
      floats(b as Shape),
    ]),
  ),
  row("einsum of one", (x) => tf.einsum("bij->jb", x), [x234]),
  row("dot", (x, y) => tf.dot(x, y), [floats([1203]), floats([1203])]),
  row("cholesky", (a) => cholesky(spd(a)), [floats([4, 4])]),
  row("cholesky in batches", (a) => cholesky(spd(a)), [floats([2, 3, 4, 4])]),
  ...[false, true].flatMap((transpose) => [
    row(`triangularSolve ${transpose}`, (a, b) => triangularSolve(cholesky(spd(a)), b, transpose), [
      floats([3, 3]),
      floats([3, 2]),
    ]),
    row(
      `triangularSolve in batches ${transpose}`,
      (a, b) => triangularSolve(cholesky(spd(a)), b, transpose),
      [floats([2, 3, 3]), floats([2, 3, 2])],
    ),
  ]),
];
