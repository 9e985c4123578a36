import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { setSeed } from "../tensor/index.ts";
import * as nn from "./index.ts";

const numbers = (x: tf.Tensor) => Array.from(x.dataSync());

describe("modules", () => {
  it("find their parameters in fields, lists and other modules", () => {
    class Pair extends nn.Module {
      readonly first = new nn.Linear(2, 3);
      readonly rest = [new nn.Linear(3, 1, { bias: false }), new nn.Tanh()];
      readonly scale = tf.variable(tf.scalar(2));
      forward(x: tf.Tensor): tf.Tensor {
        return tf.mul(
          this.rest.reduce((y, layer) => layer.forward(y), this.first.forward(x)),
          this.scale,
        );
      }
    }
    const pair = new Pair();
    const paths = pair.namedParameters().map(([path]) => path);
    expect(paths).toEqual(["first.weight", "first.bias", "rest.0.weight", "scale"]);
    expect(pair.parameters.length).toBe(4);
    expect(pair.call([[1, 2]]).shape).toEqual([1, 1]);
  });

  it("Linear maps the last axis of any batch, and begins from the seed", () => {
    setSeed(1);
    const a = new nn.Linear(3, 2);
    setSeed(1);
    const b = new nn.Linear(3, 2);
    expect(numbers(a.weight)).toEqual(numbers(b.weight));
    expect(Math.max(...numbers(a.weight).map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(3));
    const x = tf.reshape(tf.range(0, 12), [2, 2, 3]);
    const y = a.call(x);
    expect(y.shape).toEqual([2, 2, 2]);
    const [w, bias] = [numbers(a.weight), numbers(a.bias as tf.Variable)];
    const want = 9 * (w[0] as number) + 10 * (w[2] as number) + 11 * (w[4] as number) + (bias[0] as number);
    expect(numbers(y)[6]).toBeCloseTo(want, 4);
    expect(a.call([1, 2, 3]).shape).toEqual([2]);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "Linear of one number",
      () => new nn.Linear(2, undefined as never),
      /outFeatures of Linear[\s\S]*undefined/,
    ],
    ["Linear of none", () => new nn.Linear(0, 1), /inFeatures of Linear[\s\S]*got: 0/],
    [
      "input of another length",
      () => new nn.Linear(2, 3).call([[1, 2, 3]]),
      /Linear\(2, 3\)[\s\S]*2 numbers[\s\S]*\[1, 3\]/,
    ],
    [
      "a list for layers",
      () => new nn.Sequential([new nn.ReLU()] as never),
      /Sequential is made of modules[\s\S]*a list/,
    ],
    [
      "an option of no network",
      () => new nn.AutoRegressiveNN(2, 3, { mask: 1 } as never),
      /no option "mask"/,
    ],
  ])("refuse %s", (_, act, message) => {
    expect(act).toThrow(message);
  });

  it("Sequential applies layers in order, names them by place, and prints itself", () => {
    const net = new nn.Sequential(new nn.Linear(2, 4), new nn.ReLU(), new nn.Linear(4, 1, { bias: false }));
    expect(net.namedParameters().map(([path]) => path)).toEqual(["0.weight", "0.bias", "2.weight"]);
    expect(String(net)).toBe("Sequential(Linear(2, 4), ReLU(), Linear(4, 1, { bias: false }))");
    const before = tf.memory().numTensors;
    net.call([[1, -1]]).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("activations compute what their names say", () => {
    const x = [-1, 2];
    const at = (layer: nn.Module) => numbers(layer.call(x)).map((v) => Number(v.toFixed(4)));
    expect(at(new nn.ReLU())).toEqual([0, 2]);
    expect(at(new nn.Sigmoid())).toEqual([0.2689, 0.8808]);
    expect(at(new nn.Tanh())).toEqual([-0.7616, 0.964]);
    expect(at(new nn.Softplus())).toEqual([0.3133, 2.1269]);
    expect(at(new nn.Softmax())).toEqual([0.0474, 0.9526]);
  });

  it("MaskedLinear cuts connections, their gradients too", () => {
    const layer = new nn.MaskedLinear(2, 2, [
      [1, 0],
      [1, 1],
    ]);
    const slope = tf.grad((x) => tf.sum(tf.slice(layer.forward(x), [1], [1])))(tf.tensor1d([1, 1]));
    expect(numbers(slope)[0]).toBe(0);
    const { grads } = tf.variableGrads(() => tf.sum(layer.forward(tf.ones([2]))), [layer.weight]);
    expect(numbers(Object.values(grads)[0] as tf.Tensor)).toEqual([1, 0, 1, 1]);
    expect(() => new nn.MaskedLinear(2, 3, [[1, 1]])).toThrow(/mask[\s\S]*\[2, 3\]/);
  });
});

describe("AutoRegressiveNN", () => {
  it.each([
    [1, [0, 1, 2, 3]],
    [2, [2, 0, 3, 1]],
    [3, undefined],
  ])("each output depends on the inputs before it alone (multiplier %i)", (outputDimMultiplier, order) => {
    setSeed(5);
    const options =
      order === undefined ? { outputDimMultiplier } : { outputDimMultiplier, permutation: order };
    const arn = new nn.AutoRegressiveNN(4, 60, options);
    const permutation = arn.getPermutation();
    expect([...permutation].sort()).toEqual([0, 1, 2, 3]);
    expect(arn.getMaskEncoding().every((m) => m >= 1 && m <= 3)).toBe(true);
    const x = tf.tensor1d([0.3, -1, 2, 0.7]);
    const shape = outputDimMultiplier === 1 ? [4] : [outputDimMultiplier, 4];
    expect(arn.call(x).shape).toEqual(shape);
    expect(arn.call(tf.zeros([5, 2, 4])).shape).toEqual([5, 2, ...shape]);
    for (let row = 0; row < outputDimMultiplier; row++) {
      for (const [at, output] of permutation.entries()) {
        const one = (v: tf.Tensor) => tf.sum(tf.slice(tf.reshape(arn.forward(v), [-1]), row * 4 + output, 1));
        const slopes = numbers(tf.grad(one)(x));
        const before = permutation.slice(0, at);
        // With 60 hidden units no allowed connection is dead.
        for (let input = 0; input < 4; input++) expect(slopes[input] !== 0).toBe(before.includes(input));
      }
    }
  });

  it("takes a mask encoding, and refuses ones that do not fit", () => {
    expect(new nn.AutoRegressiveNN(3, 2, { maskEncoding: [1, 2] }).getMaskEncoding()).toEqual([1, 2]);
    expect(() => new nn.AutoRegressiveNN(3, 2, { maskEncoding: [1] })).toThrow(/maskEncoding/);
    expect(() => new nn.AutoRegressiveNN(3, 2, { permutation: [0, 0, 1] })).toThrow(
      /permutation[\s\S]*got: \[0, 0, 1\]/,
    );
    expect(new nn.AutoRegressiveNN(1, 2).call([3]).shape).toEqual([1]);
  });
});
