import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { quickenEngine } from "./engine.ts";
import "./index.ts";

// The library has put its own in place when it was imported; what is undone here is a second layer over that.
const undoAll: (() => void)[] = [];
afterAll(() => {
  for (const undo of undoAll.reverse()) undo();
});

const x = tf.keep(tf.tensor1d([0.3, -1.2, 2]));
const w = tf.keep(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]));
const square = tf.customGrad((v) => ({
  value: tf.square(v as tf.Tensor),
  gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.mul(2, v as tf.Tensor)),
}));

type Gradient = () => tf.Tensor | tf.Tensor[];
/** With the derivative that is known. */
const gradients: Record<string, readonly [Gradient, number[]]> = {
  "of a sum of squares": [() => tf.grad((v) => tf.sum(tf.square(v)))(x), [0.6, -2.4, 4]],
  "where a tensor is used more than once": [
    () => tf.grad((v) => tf.sum(tf.add(tf.mul(v, v), tf.add(v, v))))(x),
    [2.6, -0.4, 6],
  ],
  "through a matrix product": [
    () => tf.grad((v) => tf.sum(tf.matMul(tf.reshape(v, [1, 3]), w)))(x),
    [3, 7, 11],
  ],
  "through kernels of several inputs and outputs": [
    () =>
      tf.grad((v) => {
        const [first, rest] = tf.split(tf.concat([v, tf.mul(v, 2)]), [2, 4]) as [tf.Tensor, tf.Tensor];
        return tf.add(tf.sum(first), tf.mul(10, tf.sum(rest)));
      })(x),
    [21, 21, 30],
  ],
  "of a function with a gradient of its own": [() => tf.grad((v) => tf.sum(square(v)))(x), [0.6, -2.4, 4]],
  "of a gradient": [
    () => tf.grad((v) => tf.sum(tf.grad((u) => tf.sum(tf.mul(tf.mul(u, u), u)))(v)))(x),
    [1.8, -7.2, 12],
  ],
  "with a dy": [() => tf.grad((v) => tf.mul(v, 3))(x, tf.tensor1d([1, 2, 3])), [3, 6, 9]],
  "of several arguments": [
    () => tf.grads((a, b) => tf.sum(tf.mul(a as tf.Tensor, b as tf.Tensor)))([x, tf.tensor1d([1, 2, 3])]),
    [1, 2, 3, 0.3, -1.2, 2],
  ],
};

const numbers = (result: tf.Tensor | tf.Tensor[]) =>
  [result].flat().flatMap((tensor) => Array.from(tensor.dataSync()));

describe("gradients", () => {
  it.each(Object.entries(gradients))("%s", (_, [compute, expected]) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const got = numbers(compute());
      expect(got.length).toBe(expected.length);
      // One or two roundings to float32.
      got.forEach((value, i) => {
        expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(1e-5);
      });
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("errors", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "a constant has no gradient",
      () => tf.grad(() => tf.scalar(1))(x),
      /Cannot compute gradient of y=f\(x\)/,
    ],
    [
      "a kernel without one",
      () => tf.grad((v) => tf.sum(tf.floor(tf.unique(v).values)))(x),
      /gradient function not found for Unique/,
    ],
    ["a kernel that is not there", () => tf.engine().runKernel("NoSuchKernel", { x }), /NoSuchKernel/],
    [
      "a gradient of another shape",
      () =>
        tf.grad((v) =>
          tf.sum(
            tf.customGrad((u) => ({ value: tf.square(u as tf.Tensor), gradFunc: () => tf.scalar(1) }))(v),
          ),
        )(x),
      /has shape/,
    ],
  ])("%s", (_, f, message) => {
    const { kernelDepth, gradientDepth, scopeStack } = tf.engine().state;
    const depth = scopeStack.length;
    expect(() => tf.tidy(() => f() as tf.Tensor)).toThrow(message);
    const { state } = tf.engine();
    expect([state.kernelDepth, state.gradientDepth, state.scopeStack.length]).toEqual([
      kernelDepth,
      gradientDepth,
      depth,
    ]);
  });
});

describe("scopes", () => {
  beforeEach(() => expect(tf.engine().state.scopeStack.length).toBeLessThanOrEqual(1));

  it("keep what they return, in whatever it is wrapped, and what was kept", () => {
    const before = tf.memory().numTensors;
    const kept: tf.Tensor[] = [];
    const one = tf.tidy("named", () => tf.add(tf.mul(x, 2), 1));
    const several = tf.tidy(() => {
      kept.push(tf.keep(tf.scalar(7)));
      tf.scalar(8);
      return { a: tf.scalar(1), list: [tf.scalar(2), tf.scalar(3)] };
    });
    expect(tf.memory().numTensors - before).toBe(5);
    expect(numbers([one, several.a, ...several.list, ...kept])).toHaveLength(7);
    tf.dispose([one, several, ...kept] as tf.Tensor[]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("hand their result to the scope around them", () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      tf.tidy(() => tf.square(tf.tidy(() => tf.square(x))));
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("leave nothing when something is thrown", () => {
    const before = tf.memory().numTensors;
    expect(() =>
      tf.tidy(() => {
        tf.square(x);
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(tf.memory().numTensors).toBe(before);
  });
});

it("profiling and its undoing go through tfjs's own code", async () => {
  const profile = await tf.profile(() => tf.sum(tf.square(x)));
  expect(profile.kernelNames).toContain("Square");
  const prototype = Object.getPrototypeOf(tf.engine());
  const { runKernel } = prototype;
  const undo = quickenEngine();
  undoAll.push(undo);
  expect(prototype.runKernel).not.toBe(runKernel);
  expect(numbers(tf.grad((v) => tf.sum(tf.square(v)))(x)).map((v) => Number(v.toFixed(4)))).toEqual([
    0.6, -2.4, 4,
  ]);
  undo();
  expect(prototype.runKernel).toBe(runKernel);
});
