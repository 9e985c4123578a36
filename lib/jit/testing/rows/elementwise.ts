/** Kernels that work element by element, over shapes, broadcasts and types. */
import * as tf from "@tensorflow/tfjs-core";
import { igamma, smallNormalScore, trigamma } from "../../../tensor/index.ts";
import { runKernel } from "../../../tensor/kernels.ts";
import { BINARY, COMPARISONS, INTEGER, LOGICAL, SPECIAL_FUNCTIONS, UNARY } from "./functions.ts";
import {
  bools,
  condition,
  type F,
  floats,
  ints,
  type KernelRow,
  noFloat,
  row,
  type Shape,
  text,
} from "./row.ts";
import { LONG, LONG_PAIRS, PAIRS, SHAPES } from "./shapes-of.ts";

const spread = (a: Shape, b: Shape) => text(a) !== text(b);

function notDifferentiated(name: string, a: Shape, b: Shape): string | undefined {
  if ([...a, ...b].includes(0) && spread(a, b)) return "tfjs sums nothing to a wrong shape";
  return name === "prelu" && spread(a, b) ? "tfjs has no gradient for this broadcast" : undefined;
}

const NORMALS: readonly (readonly [x: Shape, loc: Shape, scale: Shape])[] = [
  [[], [], []],
  [[5], [], []],
  [[5], [], [5]],
  [[3, 4], [3, 4], []],
  [[401], [401], [401]],
];

export const elementwiseRows: readonly KernelRow[] = [
  ...UNARY.flatMap(([name, f, [low, high]]) =>
    [...SHAPES, ...LONG].map((shape) =>
      row(
        `${name} of ${text(shape)}`,
        f,
        [floats(shape, low, high)],
        /^(is|to )/.test(name) ? condition : undefined,
      ),
    ),
  ),
  ...NORMALS.map(([x, loc, scale]) =>
    row(
      `normal score of ${[x, loc, scale].map(text).join(" ")}`,
      (...xs) => smallNormalScore(...(xs as [tf.Tensor, tf.Tensor, tf.Tensor])) as tf.Tensor,
      [floats(x), floats(loc), floats(scale, 0.3, 2)],
    ),
  ),
  ...SPECIAL_FUNCTIONS.flatMap(([name, f, ranges]) =>
    [...SHAPES.slice(0, 5), ...LONG.slice(0, 1)].map((shape) =>
      row(
        `${name} of ${text(shape)}`,
        f,
        ranges.map(([low, high]) => floats(shape, low, high)),
      ),
    ),
  ),
  ...BINARY.flatMap(([name, f, [la, ha], [lb, hb]]) =>
    [...PAIRS, ...LONG_PAIRS].map(([a, b]) =>
      row(
        `${name} of ${text(a)} and ${text(b)}`,
        f,
        [floats(a, la, ha), floats(b, lb, hb)],
        notDifferentiated(name, a, b),
      ),
    ),
  ),
  ...COMPARISONS.flatMap((name) =>
    [...PAIRS, ...LONG_PAIRS].map(([a, b]) =>
      row(
        `${name} of ${text(a)} and ${text(b)}`,
        (x, y) => tf[name](tf.round(tf.mul(2, x)), tf.round(tf.mul(2, y))),
        [floats(a), floats(b)],
        condition,
      ),
    ),
  ),
  ...LOGICAL.flatMap((name) =>
    [...PAIRS, ...LONG_PAIRS].map(([a, b]) =>
      row(`${name} of ${text(a)} and ${text(b)}`, tf[name] as F, [bools(a), bools(b)], noFloat),
    ),
  ),
  ...[...SHAPES, ...LONG].map((shape) =>
    row(`logicalNot of ${text(shape)}`, tf.logicalNot as F, [bools(shape)], noFloat),
  ),
  ...INTEGER.flatMap(([name, f, [low, high]]) =>
    [...PAIRS, ...LONG_PAIRS].map(([a, b]) =>
      row(
        `${name} of int32 ${text(a)} and ${text(b)}`,
        f as F,
        [ints(a, -9, 9), ints(b, low, high)],
        noFloat,
      ),
    ),
  ),
  ...(["abs", "neg", "sign", "square", "relu"] as const).flatMap((name) =>
    [...SHAPES, ...LONG].map((shape) =>
      row(`${name} of int32 ${text(shape)}`, (x) => tf[name](x), [ints(shape, 0, 5)], noFloat),
    ),
  ),
  ...PAIRS.concat(LONG_PAIRS).map(([a, b]) =>
    row(
      `where on ${text(a)} of ${text(b)}`,
      (c, x, y) => tf.where(c, x, y),
      [bools(a), floats(a), floats(b)],
      notDifferentiated("where", a, b),
    ),
  ),
  row("EluGrad", (dy, y) => runKernel("EluGrad", { dy, y }), [floats([3, 4]), floats([3, 4])], "it is one"),
  row("slope of trigamma", (x) => tf.grad((z) => trigamma(z))(x), [floats([5], 0.5, 3)]),
  row("igamma in both", (a, x) => igamma(a, x), [floats([5], 0.5, 3), floats([5], 0.5, 3)]),
  row("addN", (...xs) => tf.addN(xs), [floats([3, 4]), floats([3, 4]), floats([3, 4])]),
  row(
    "mixed types",
    (i, b, x) => tf.add(tf.mul(i, x), tf.cast(b, "float32")),
    [ints([3, 4], -5, 5), bools([4]), floats([3, 1])],
    "some of its inputs are no floats",
  ),
  row("bool widened to int32 and summed", (b) => tf.sum(tf.cast(b, "int32"), 0), [bools([5, 3])], noFloat),
];
