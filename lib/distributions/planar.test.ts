import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { setSeed } from "../tensor/index.ts";
import * as dist from "./index.ts";
import { expectAllClose, numbers } from "./testing/harness.ts";

/** A flow whose wᵀu is far below -1 before it is bent: the hardest one to invert. */
function strong(): dist.Planar {
  setSeed(2);
  const flow = dist.Planar(2);
  flow.u.assign(tf.tensor1d([-2, 1]));
  flow.w.assign(tf.tensor1d([1.5, 0.5]));
  flow.b.assign(tf.tensor1d([0.3]));
  return flow;
}

it("is inverted, with the derivatives of the inverse", () => {
  const flow = strong();
  const x = tf.tensor2d([
    [0.3, -1],
    [4, 2],
    [-0.2, 0],
  ]);
  const y = flow.call(x);
  expectAllClose(numbers(flow.inverse(y)), numbers(x), 1e-4, "inverse");
  // The inverse undoes the map for every weight, so going there and back has the slope of the identity.
  const back = (v: tf.Tensor) => tf.sum(tf.mul(flow.inverse(flow.call(v)), [1, 2]));
  expectAllClose(numbers(tf.grad(back)(x)), [1, 2, 1, 2, 1, 2], 1e-3, "slope");
  const { grads } = tf.variableGrads(() => back(x) as tf.Scalar, flow.parameters);
  for (const grad of Object.values(grads)) {
    for (const slope of numbers(grad)) expect(Math.abs(slope)).toBeLessThan(1e-2);
  }
});

it("has the determinant of its differences", () => {
  const flow = strong();
  const x = tf.tensor1d([0.3, -1]);
  const [a, b] = numbers(tf.grad((v) => tf.sum(tf.slice(flow.call(v), 0, 1)))(x)) as [number, number];
  const [c, d] = numbers(tf.grad((v) => tf.sum(tf.slice(flow.call(v), 1, 1)))(x)) as [number, number];
  expect(numbers(flow.logAbsDetJacobian(x))[0]).toBeCloseTo(Math.log(a * d - b * c), 4);
});

it("makes a distribution, and names its weights", () => {
  const flow = dist.Planar(3);
  const d = dist.TransformedDistribution(dist.Normal(tf.zeros([3]), 1), [flow, dist.Planar(3)]);
  expect(d.eventShape).toEqual([3]);
  expect(d.logProb(d.sample([4])).shape).toEqual([4]);
  expect(flow.namedParameters().map(([path]) => path)).toEqual(["u", "w", "b"]);
  expect(String(flow)).toBe("Planar(3)");
});
