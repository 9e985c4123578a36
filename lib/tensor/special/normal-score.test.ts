import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { numbers, on, testBackends } from "../testing/backends.ts";
import { noise, secondDerivative } from "../testing/gradcheck.ts";
import { HALF_LOG_2PI, smallNormalScore } from "./normal-score.ts";

type F = (x: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) => tf.Tensor;

const small: F = (x, loc, scale) => smallNormalScore(x, loc, scale) as tf.Tensor;
const terms: F = (x, loc, scale) => {
  const z = tf.div(tf.sub(x, loc), scale);
  return tf.sub(tf.mul(tf.square(z), -0.5), tf.add(tf.log(scale), HALF_LOG_2PI));
};

const shapes: readonly (readonly (readonly number[])[])[] = [
  [[], [], []],
  [[7], [], []],
  [[7], [7], []],
  [[2, 3], [], [2, 3]],
  [
    [2, 3],
    [2, 3],
    [2, 3],
  ],
];

function inputs([x = [], loc = [], scale = []]: readonly (readonly number[])[]): [
  tf.Tensor,
  tf.Tensor,
  tf.Tensor,
] {
  const of = (shape: readonly number[], seed: number, f: (u: number) => number) =>
    tf.tensor(
      noise(
        shape.reduce((a, b) => a * b, 1),
        seed,
      ).map(f),
      [...shape],
    );
  return [of(x, 1, (u) => 3 * u), of(loc, 2, (u) => 2 * u), of(scale, 3, (u) => 1.3 + u)];
}

const valueAndGradients = (f: F, args: [tf.Tensor, tf.Tensor, tf.Tensor]) => {
  const weighted = (...xs: tf.Tensor[]) => {
    const y = f(...(xs as typeof args));
    return tf.sum(tf.mul(y, tf.tensor(noise(y.size, 5), y.shape)));
  };
  return [f(...args), ...tf.grads(weighted)(args)].map(numbers);
};

describe.each(testBackends)("the log-density of few normal numbers, on %s", (backend) => {
  test.each(shapes.map((row) => [row.map((s) => `[${s}]`).join(" "), row] as const))(
    "%s: value and gradients are those of its terms",
    async (_, row) => {
      const [got, expected] = await on(backend, () =>
        [small, terms].map((f) => valueAndGradients(f, inputs(row))),
      );
      // Bit for bit where each kernel rounds once; the wasm backend's logarithm differs in the last place.
      got?.forEach((values, i) => {
        values.forEach((value, j) => {
          const other = expected?.[i]?.[j] ?? Number.NaN;
          const apart = backend === "cpu" ? 0 : 5e-7 * Math.max(1, Math.abs(other));
          expect(Math.abs(value - other), `${i}, ${j}`).toBeLessThanOrEqual(apart);
        });
      });
    },
  );

  test("second derivatives", async () => {
    const args = () => inputs([[5], [5], [5]]);
    const [got, expected] = await on(backend, () => [
      secondDerivative((...xs) => small(...(xs as [tf.Tensor, tf.Tensor, tf.Tensor])), args()),
      secondDerivative((...xs) => terms(...(xs as [tf.Tensor, tf.Tensor, tf.Tensor])), args()),
    ]);
    expect(got?.analytic).toBeCloseTo(expected?.analytic ?? Number.NaN, 3);
  });

  test("what has to be broadcast, is large or no float, is left to its terms", async () => {
    const refused = await on(backend, () => [
      smallNormalScore(tf.scalar(1), tf.zeros([2]), tf.scalar(1)),
      smallNormalScore(tf.zeros([2, 3]), tf.zeros([3]), tf.scalar(1)),
      smallNormalScore(tf.zeros([1000]), tf.scalar(0), tf.scalar(1)),
      smallNormalScore(tf.scalar(1, "int32"), tf.scalar(0), tf.scalar(1)),
    ]);
    expect(refused).toEqual([undefined, undefined, undefined, undefined]);
  });
});
