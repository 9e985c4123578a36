/** The flow: its inverse, its Jacobian, and gradients of guides made of it, for draws with and without a path. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { setSeed } from "../tensor/index.ts";
import * as dist from "./index.ts";
import { expectAllClose, numbers } from "./testing/harness.ts";

beforeEach(() => setSeed(7));
const POINT = [0.3, -1.2, 2];

const inverse = (permutation: boolean | number[]) =>
  dist.InverseAutoregressiveFlow(3, 20, { sigmoidBias: 0.5, permutation });
const affine = (permutation: boolean | number[]) => dist.AffineAutoregressive(3, 20, { permutation });

describe.each([
  ["inverse, in sequence", inverse, false],
  ["inverse, at random", inverse, true],
  ["inverse, as told", inverse, [2, 0, 1]],
  ["affine, in sequence", affine, false],
  ["affine, as told", affine, [2, 0, 1]],
] as const)("%s", (_name, flowOf, permutation) => {
  const make = () => flowOf(permutation as boolean | number[]);

  it("is inverted, for values it has not made too, more than once", () => {
    const flow = make();
    const y = flow.call(POINT);
    expectAllClose(numbers(flow.inverse(y)), POINT, 1e-5, "inverse");
    expectAllClose(numbers(flow.inverse(numbers(y))), POINT, 1e-5, "inverse of a copy");
    expectAllClose(numbers(flow.call(flow.inverse([5, 0, -3]))), [5, 0, -3], 1e-5, "call of an inverse");
    const batch = tf.randomNormal([4, 2, 3], 0, 1, "float32", 3);
    expectAllClose(numbers(flow.inverse(flow.call(batch))), numbers(batch), 1e-5, "batch");
  });

  it("has a triangular Jacobian, whose determinant is the product of the scales", () => {
    const flow = make();
    const order = flow.getArn().getPermutation();
    const slopes = order.map((i) =>
      numbers(tf.grad((v) => tf.sum(tf.slice(flow.call(v), i, 1)))(tf.tensor1d(POINT))),
    );
    let sum = 0;
    for (const [at, output] of order.entries()) {
      for (const later of order.slice(at + 1)) expect(slopes[at]?.[later]).toBe(0);
      sum += Math.log(slopes[at]?.[output] as number);
    }
    expect(flow.logAbsDetJacobian(POINT).shape).toEqual([]);
    expect(numbers(flow.logAbsDetJacobian(POINT))[0]).toBeCloseTo(sum, 5);
    expect(numbers(flow.logDetJacobian(flow.call(POINT)))[0]).toBeCloseTo(sum, 5);
  });
});

describe("as a distribution", () => {
  const guide = (flow: dist.InverseAutoregressiveFlow) =>
    dist.TransformedDistribution(dist.Normal(tf.zeros([3]), 1), flow);
  /** The slope of `f` along one weight by a central difference. */
  function difference(weight: tf.Variable, f: () => number): number[] {
    const original = weight.dataSync().slice();
    return Array.from(original, (_, i) => {
      const [up, down] = [0.01, -0.01].map((h) => {
        const moved = Float32Array.from(original);
        moved[i] = (moved[i] as number) + h;
        weight.assign(tf.tensor(moved, weight.shape) as tf.Tensor);
        return f();
      }) as [number, number];
      weight.assign(tf.tensor(original, weight.shape));
      return (up - down) / 0.02;
    });
  }

  it("scores draws, batches of them, and leaves nothing behind", () => {
    const d = guide(dist.InverseAutoregressiveFlow(3, 8));
    expect(d.eventShape).toEqual([3]);
    expect(d.logProb(d.sample([5])).shape).toEqual([5]);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      tf.grad((x) => tf.sum(tf.mul(x, d.logProb(d.rsample([5])))))(tf.scalar(1));
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("has the gradient of its entropy estimate along the path of a draw", () => {
    const flow = dist.InverseAutoregressiveFlow(3, 5, { sigmoidBias: 0.3 });
    const bias = flow.parameters.at(-1) as tf.Variable;
    const score = () => {
      setSeed(3);
      const d = guide(flow);
      return tf.sum(d.logProb(d.rsample())) as tf.Scalar;
    };
    const { grads } = tf.variableGrads(score, [bias]);
    const want = difference(bias, () => tf.tidy(() => numbers(score())[0] as number));
    for (const [i, got] of numbers(grads[bias.name] as tf.Tensor).entries()) {
      expect(Math.abs(got - (want[i] as number))).toBeLessThan(2e-3);
    }
  });

  it("has the gradient of its score at a draw that is a constant", () => {
    const flow = dist.InverseAutoregressiveFlow(3, 5, { sigmoidBias: 0.3 });
    const bias = flow.parameters.at(-1) as tf.Variable;
    const score = () => {
      setSeed(3);
      const d = guide(flow);
      return tf.sum(d.logProb(d.sample())) as tf.Scalar;
    };
    setSeed(3);
    const y = guide(flow).sample();
    const { grads } = tf.variableGrads(score, [bias]);
    const want = difference(bias, () => tf.tidy(() => numbers(guide(flow).logProb(y))[0] as number));
    for (const [i, got] of numbers(grads[bias.name] as tf.Tensor).entries()) {
      expect(Math.abs(got - (want[i] as number))).toBeLessThan(2e-3);
    }
  });

  it("remembers where a draw on a tape came from, as long as the draw lives", () => {
    const flow = dist.InverseAutoregressiveFlow(3, 5);
    const forward = vi.spyOn(flow.getArn(), "forward");
    const passes = (f: () => void) => {
      forward.mockClear();
      f();
      return forward.mock.calls.length;
    };
    tf.grad((x) => {
      const y = tf.mul(flow.call(tf.mul(x, POINT)), 1);
      const made = flow.call(tf.mul(x, POINT));
      expect(passes(() => expectAllClose(numbers(flow.inverse(made)), POINT, 1e-5, "origin"))).toBe(0);
      expect(passes(() => flow.inverse(y))).toBe(3);
      return tf.sum(tf.add(made, y));
    })(tf.scalar(1));
    expect(passes(() => flow.inverse(flow.call(POINT)))).toBe(4);
  });

  it("names its weights, has both spellings, and prints itself", () => {
    const flow = new dist.InverseAutoRegressiveFlow(2, 4);
    expect(flow).toBeInstanceOf(dist.InverseAutoregressiveFlow);
    const paths = flow.namedParameters().map(([path]) => path);
    expect(paths).toEqual(["arn.lin1.weight", "arn.lin1.bias", "arn.lin2.weight", "arn.lin2.bias"]);
    expect(String(flow)).toBe("InverseAutoregressiveFlow(2, 4)");
  });
});
