import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Newton, newtonStep } from "../index.ts";

/** Positive definite matrices of shape [batch, D, D], and the centres of quadratics around them. */
function quadratics(size: number, batch = 3) {
  const numbers = (n: number, seed: number) =>
    Float32Array.from({ length: n }, (_, i) => Math.sin(seed + 2.3 * i + 0.7 * i * i));
  const root = tf.tensor3d(numbers(batch * size * size, size), [batch, size, size]);
  const matrix = tf.add(tf.matMul(root, root, true, false), tf.mul(tf.eye(size), 0.5));
  const centre = tf.tensor2d(numbers(batch * size, 9), [batch, size]);
  const loss = (x: tf.Tensor) => {
    const away = tf.reshape(tf.sub(x, centre), [batch, size, 1]);
    return tf.div(tf.sum(tf.matMul(tf.matMul(away, matrix, true), away)), 2);
  };
  return { matrix, centre, loss };
}

const sizes = [1, 2, 3, 4, 6];
const largest = (x: tf.Tensor) => Number(tf.max(tf.abs(x)).dataSync()[0]);

describe("newtonStep", () => {
  it.each(sizes)("finds the minimum of batched quadratics of dimension %i in one step", (size) => {
    const { matrix, centre, loss } = quadratics(size);
    const [mode, covariance] = newtonStep(loss, tf.fill(centre.shape, 2));
    // float32, and matrices with condition numbers up to 20.
    expect(largest(tf.sub(mode, centre))).toBeLessThan(5e-5);
    expect(covariance.shape).toEqual(matrix.shape);
    expect(largest(tf.sub(tf.matMul(covariance, matrix), tf.eye(size)))).toBeLessThan(5e-5);
  });

  it.each(sizes)("keeps within a trust radius in dimension %i, and descends from a saddle", (size) => {
    const scale = tf.tensor1d(Array.from({ length: size }, (_, i) => (i % 2 === 0 ? -1 : 2)));
    const loss = (x: tf.Tensor) => tf.sum(tf.mul(tf.square(x), scale));
    const start = tf.tensor2d(
      Array.from({ length: 2 * size }, (_, i) => 0.3 + 0.1 * i),
      [2, size],
    );
    const [mode] = newtonStep(loss, start, 0.1);
    const lengths = tf.sqrt(tf.sum(tf.square(tf.sub(mode, start)), -1)).dataSync();
    for (const length of lengths) {
      expect(length).toBeGreaterThan(0);
      expect(length).toBeLessThanOrEqual(0.1 * (1 + 1e-4));
    }
    expect(loss(mode).dataSync()[0]).toBeLessThan(Number(loss(start).dataSync()[0]));
  });

  it("takes a scalar, and batches of any shape", () => {
    const [mode, covariance] = newtonStep((x) => tf.square(tf.sub(x, 3)), tf.scalar(1));
    expect(mode.shape).toEqual([]);
    expect(covariance.shape).toEqual([1, 1]);
    expect(mode.dataSync()[0]).toBeCloseTo(3, 5);
    const [deep] = newtonStep((x) => tf.sum(tf.square(tf.sub(x, 3))), tf.zeros([2, 3, 2]));
    expect(largest(tf.sub(deep, 3))).toBeLessThan(1e-5);
  });

  it.each([
    [1, undefined],
    [2, undefined],
    [3, undefined],
    [4, undefined],
    [1, 0.2],
    [2, 0.2],
    [3, 0.2],
    [4, 0.2],
  ] as const)("is differentiable in dimension %i with radius %s", (size, radius) => {
    const x = tf.tensor2d(
      Array.from({ length: 2 * size }, (_, i) => 0.2 + 0.15 * i),
      [2, size],
    );
    const weights = tf.tensor2d(
      Array.from({ length: 2 * size }, (_, i) => Math.cos(i)),
      [2, size],
    );
    // exp(θ·x) + x⁴: every derivative up to the third is there, and elements of a point interact.
    const stepped = (theta: tf.Tensor, start: tf.Tensor) => {
      const loss = (y: tf.Tensor) => {
        const mixed = tf.exp(tf.mul(theta, tf.sum(y, -1)));
        return tf.add(tf.sum(mixed), tf.sum(tf.add(tf.pow(y, 4), tf.square(y))));
      };
      return tf.sum(tf.mul(newtonStep(loss, start, radius)[0], weights)) as tf.Scalar;
    };
    const theta = tf.scalar(0.4);
    const h = 1e-2;
    const byTheta = tf
      .grad((t) => stepped(t, x))(theta)
      .dataSync()[0];
    const difference = (up: tf.Tensor, down: tf.Tensor) =>
      (Number(up.dataSync()[0]) - Number(down.dataSync()[0])) / (2 * h);
    // Central differences in float32: rounding and curvature leave about 3 digits.
    expect(byTheta).toBeCloseTo(
      difference(stepped(tf.scalar(0.4 + h), x), stepped(tf.scalar(0.4 - h), x)),
      2,
    );
    const direction = tf.tensor2d(
      Array.from({ length: 2 * size }, (_, i) => Math.sin(1 + i)),
      [2, size],
    );
    const along = tf.sum(tf.mul(tf.grad((s) => stepped(theta, s))(x), direction)).dataSync()[0];
    const shift = tf.mul(direction, h);
    expect(along).toBeCloseTo(
      difference(stepped(theta, tf.add(x, shift)), stepped(theta, tf.sub(x, shift))),
      2,
    );
  });

  it.each([
    ["a loss that is no scalar", () => newtonStep((x) => tf.square(x), tf.zeros([2])), /scalar[\s\S]*\[2\]/],
    ["a radius of zero", () => newtonStep((x) => tf.sum(x), tf.zeros([2]), 0), /trust radius/],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("Newton", () => {
  it("converges on Rosenbrock's function with a trust radius", () => {
    const xy = tf.variable(tf.tensor1d([-1.2, 1]));
    const loss = ({ xy }: { [name: string]: tf.Tensor }) => {
      const [x, y] = tf.unstack(xy as tf.Tensor) as [tf.Tensor, tf.Tensor];
      return tf.add(tf.square(tf.sub(1, x)), tf.mul(100, tf.square(tf.sub(y, tf.square(x)))));
    };
    const newton = new Newton({ trustRadii: { xy: 0.5 } });
    const tensors: number[] = [];
    for (let i = 0; i < 60; i++) {
      newton.step(loss, { xy });
      tensors.push(tf.memory().numTensors);
    }
    // The trust radius stops mattering where the gradient vanishes; float32 leaves 3 digits in the valley.
    expect(largest(tf.sub(xy, 1))).toBeLessThan(1e-2);
    expect(new Set(tensors).size).toBe(1);
  });

  it("moves each parameter by its own step and radius", () => {
    const params = { a: tf.variable(tf.tensor1d([2])), b: tf.variable(tf.tensor1d([2, 2])) };
    const loss = ({ a, b }: { [name: string]: tf.Tensor }) =>
      tf.add(tf.sum(tf.square(a as tf.Tensor)), tf.sum(tf.square(b as tf.Tensor)));
    new Newton({ trustRadii: { b: 0.1 } }).step(loss, params);
    expect(params.a.dataSync()[0]).toBeCloseTo(0, 5);
    expect(params.b.dataSync()[0]).toBeCloseTo(2 - 0.1 / Math.SQRT2, 4);
  });

  it("has a getStep whose derivative is that of the step", () => {
    const theta = tf.variable(tf.scalar(0.7));
    const loss = ({ x }: { [name: string]: tf.Tensor }) => {
      const y = x as tf.Tensor;
      return tf.add(tf.sum(tf.exp(tf.mul(theta, y))), tf.sum(tf.square(tf.sub(y, 1))));
    };
    const newton = new Newton({ trustRadii: { x: 0.4 } });
    const start = tf.tensor1d([0.5, -0.3]);
    const first = (t: tf.Tensor) => {
      theta.assign(t as tf.Scalar);
      return Number(tf.sum(tf.mul(newton.getStep(loss, { x: start }).x as tf.Tensor, [1, -2])).dataSync()[0]);
    };
    const h = 1e-2;
    const difference = (first(tf.scalar(0.7 + h)) - first(tf.scalar(0.7 - h))) / (2 * h);
    theta.assign(tf.scalar(0.7));
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.mul(newton.getStep(loss, { x: start }).x as tf.Tensor, [1, -2])) as tf.Scalar,
      [theta],
    );
    const derivative = Number(grads[theta.name]?.dataSync()[0]);
    expect(Math.abs(difference)).toBeGreaterThan(1e-2);
    // A central difference in float32: 3 digits.
    expect(derivative).toBeCloseTo(difference, 3);
  });

  it("refuses a step that leads nowhere, naming the parameter", () => {
    const x = tf.variable(tf.tensor1d([1]));
    // A straight line has no minimum: the step would be infinite.
    expect(() => new Newton().step((p) => tf.sum(p.x as tf.Tensor), { x })).toThrow(/no finite[\s\S]*"x"/);
    expect(x.dataSync()[0]).toBe(1);
    const y = tf.variable(tf.tensor1d([1, 1]));
    expect(() => new Newton().step((p) => tf.log(tf.neg(tf.sum(p.y as tf.Tensor))), { y })).toThrow(
      /no finite[\s\S]*"y"/,
    );
    expect([...y.dataSync()]).toEqual([1, 1]);
    expect(() => new Newton({ trustRadius: { x: 1 } } as never)).toThrow(/try: trustRadii/);
    expect(() => new Newton({ trustRadii: { x: -1 } })).toThrow(/trust radius[\s\S]*"x"/);
  });
});
