import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { getParamStore } from "../../params/index.ts";
import { clearParamStore, param } from "../../primitives.ts";
import * as optim from "../index.ts";

const { MixedMultiOptimizer, Newton, PyroMultiOptimizer, TorchMultiOptimizer } = optim;

beforeEach(() => clearParamStore());

const at = (params: optim.Values, name: string) => params[name] as tf.Tensor;
/** Coupled, so that the order of steps would show. */
const loss: optim.LossFn = (params) =>
  tf.add(
    tf.sum(tf.square(tf.sub(at(params, "a"), at(params, "b")))),
    tf.sum(tf.square(tf.sub(at(params, "b"), 1))),
  );
const start = () => ({ a: tf.variable(tf.tensor1d([3])), b: tf.variable(tf.tensor1d([2])) });
const values = (params: optim.Variables) => Object.values(params).map((x) => x.dataSync()[0]);

describe("MultiOptimizers", () => {
  it("run a PyroOptim, over the store's parameters and over one's own variables", () => {
    param("a", tf.tensor1d([3]));
    param("b", tf.tensor1d([2]));
    const store = getParamStore();
    const stored = { a: store.getUnconstrained("a"), b: store.getUnconstrained("b") };
    const own = start();
    const sgd = new optim.SGD({ lr: 0.25 });
    new PyroMultiOptimizer(sgd).step(loss, stored);
    // gradients: 2·1 and -2·1 + 2·1
    expect(values(stored)).toEqual([2.5, 2]);
    expect(sgd.getState().a?.step).toBe(1);
    const torch = new TorchMultiOptimizer(optim.SGD, { lr: 0.25 });
    torch.step(loss, own);
    expect(values(own)).toEqual([2.5, 2]);
    const before = tf.memory().numTensors;
    torch.step(loss, own);
    expect(tf.memory().numTensors).toBe(before);
    expect(values(stored)).toEqual([2.5, 2]);
    new TorchMultiOptimizer(optim.raw.SGD, { lr: 0.25 }).step(loss, own);
  });

  it("are mixed at one point, and all steps are taken or none", () => {
    const params = start();
    const mixed = new MixedMultiOptimizer([
      [["a"], new Newton()],
      [["b"], new optim.SGD({ lr: 0.5 })],
    ]);
    mixed.step(loss, params);
    // Newton: a = b = 2; b's gradient is that at a = 3: zero.
    expect(values(params)[0]).toBeCloseTo(2, 5);
    expect(values(params)[1]).toBe(2);

    const stuck = start();
    const broken: optim.LossFn = (p) =>
      tf.add(tf.sum(tf.sqrt(tf.neg(at(p, "a")))), tf.sum(tf.square(at(p, "b"))));
    expect(() => mixed.step(broken, stuck)).toThrow(/no finite[\s\S]*"a"/);
    expect(values(stuck)).toEqual([3, 2]);
  });

  it("give their steps where all parts can", () => {
    const mixed = new MixedMultiOptimizer([
      [["a"], new Newton()],
      [["b"], new Newton()],
    ]);
    const next = mixed.getStep(loss, start());
    expect(next.a?.dataSync()[0]).toBeCloseTo(2, 5);
    expect(next.b?.dataSync()[0]).toBeCloseTo(2, 5);
    expect(() => new TorchMultiOptimizer(optim.SGD).getStep(loss, start())).toThrow(/no getStep/);
  });

  it("may be one's own", () => {
    class Zero extends optim.MultiOptimizer {
      override getStep(_: optim.LossFn, params: optim.Values) {
        return Object.fromEntries(Object.entries(params).map(([name, x]) => [name, tf.zerosLike(x)]));
      }
    }
    const params = start();
    const before = tf.memory().numTensors;
    new MixedMultiOptimizer([[["a"], new Zero()]]).step(loss, params);
    expect(values(params)).toEqual([0, 2]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    [
      "a name in two parts",
      () =>
        new MixedMultiOptimizer([
          [["a", "b"], new Newton()],
          [["b"], new Newton()],
        ]),
      /optimised twice[\s\S]*"b"/,
    ],
    [
      "a name twice in one part",
      () => new MixedMultiOptimizer([[["a", "a"], new Newton()]]),
      /optimised twice[\s\S]*"a"/,
    ],
    [
      "a parameter that is not given",
      () => new MixedMultiOptimizer([[["c"], new Newton()]]).step(loss, start()),
      /not given[\s\S]*"c"/,
    ],
    ["something else than an optimizer", () => new PyroMultiOptimizer({} as never), /needs an optimizer/],
  ])("refuse %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
