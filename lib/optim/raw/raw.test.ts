import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { loadRefs, type OptimizerRef } from "../../testing/refs.ts";
import * as optim from "../index.ts";
import { sourceOf } from "../testing.ts";

const { raw, PyroOptim, PyroLRScheduler } = optim;

const bare = loadRefs().optimizers.filter((row) => row.clip_args === undefined);

/** f(x) = sum((x - [1,2,3])² · [1,10,0.1]), differentiated by tfjs. */
const loss = (x: tf.Variable) => tf.sum(tf.mul(tf.square(tf.sub(x, [1, 2, 3])), [1, 10, 0.1]));

function camel(args: object): optim.Hyper {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key.replaceAll(/_(.)/g, (_, c: string) => c.toUpperCase()),
      value as optim.HyperValue,
    ]),
  );
}

describe("bare optimizers", () => {
  it.each(bare.map((row): [string, OptimizerRef] => [`${row.optimizer} ${JSON.stringify(row.args)}`, row]))(
    "%s follows the reference through its closure",
    (_, row) => {
      const kind: unknown = Object.entries(raw).find(([key]) => key === row.optimizer.split(".").at(-1))?.[1];
      const x = tf.variable(tf.zeros([3]));
      const optimizer = new (kind as optim.raw.RawClass<optim.Hyper>)([x], camel(row.args));
      const tensors: number[] = [];
      row.x_after_step.forEach((want, i) => {
        const before = optimizer.step(() => loss(x));
        // float32: the losses agree to 6 digits, the values to 5 after ten steps.
        expect(Math.abs(before - Number(row.loss_before_step[i]))).toBeLessThanOrEqual(1e-5 * before + 1e-6);
        const got = x.dataSync();
        want.forEach((value, j) => {
          expect(Math.abs(Number(got[j]) - value)).toBeLessThanOrEqual(1e-5 * Math.abs(value) + 1e-9);
        });
        tensors.push(tf.memory().numTensors);
      });
      expect(new Set(tensors).size).toBe(1);
    },
  );

  it("leave variables alone that the loss does not depend on", () => {
    const [x, y] = [tf.variable(tf.ones([1])), tf.variable(tf.ones([1]))];
    const optimizer = raw.SGD([x, y], { lr: 0.5, weightDecay: 1 });
    expect(optimizer).toBeInstanceOf(raw.SGD);
    expect(optimizer).toBeInstanceOf(raw.Optimizer);
    optimizer.step(() => tf.sum(x));
    expect([x.dataSync()[0], y.dataSync()[0]]).toEqual([0, 1]);
  });

  it("take groups with arguments of their own", () => {
    const [x, y] = [tf.variable(tf.zeros([1])), tf.variable(tf.zeros([1]))];
    const optimizer = new raw.SGD([{ params: [x], lr: 0.5 }, y], { lr: 0.25 });
    optimizer.step(() => tf.add(tf.sum(x), tf.sum(y)));
    expect([x.dataSync()[0], y.dataSync()[0], optimizer.lr]).toEqual([-0.5, -0.25, 0.5]);
  });

  it("take gradients of one's own, and go on from a state", () => {
    const [x, y] = [tf.variable(tf.zeros([2])), tf.variable(tf.zeros([2]))];
    const [a, b] = [raw.Adam([x], { lr: 0.1 }), raw.Adam([y])];
    a.applyGradients([tf.tensor1d([1, -2])]);
    y.assign(tf.clone(x));
    b.setState(a.getState());
    for (const o of [a, b]) o.applyGradients([tf.tensor1d([3, 1])]);
    expect([...y.dataSync()]).toEqual([...x.dataSync()]);
  });

  it("change nothing where the closure throws", () => {
    const x = tf.variable(tf.zeros([1]));
    const optimizer = raw.Adam([x]);
    expect(() =>
      optimizer.step(() => {
        tf.square(x);
        throw new Error("no loss");
      }),
    ).toThrow("no loss");
    expect(optimizer.getState()).toEqual({});
    optimizer.step(() => tf.sum(x));
    expect(x.dataSync()[0]).toBeCloseTo(-1e-3, 8);
  });

  const v = tf.variable(tf.zeros([1]));
  it.each([
    ["a step without a closure", () => raw.SGD([v]).step(), /closure[\s\S]*applyGradients/],
    ["no variables", () => raw.SGD([]), /an empty list/],
    ["a variable given twice", () => raw.SGD([v, v]), /given twice/],
    ["something else than a variable", () => raw.SGD([tf.zeros([1]) as never]), /needs the variables/],
    ["a negative rate", () => raw.SGD([v], { lr: -1 }), /lr of SGD is out of range/],
    ["a group's unknown argument", () => raw.SGD([{ params: [v], rate: 1 } as never]), /"rate"/],
  ])("refuse %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

/** Descent with a memory, as somebody would write it for torch. */
class HeavyBall {
  lr: number;
  readonly #variables: tf.Variable[];
  readonly #velocity: tf.Variable[];

  constructor(variables: tf.Variable[], { lr = 0.1 }: { lr?: number }) {
    this.lr = lr;
    this.#variables = variables;
    this.#velocity = variables.map((x) => tf.variable(tf.zerosLike(x), false));
  }

  step(closure: () => tf.Tensor): void {
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => closure().asScalar(), this.#variables);
      this.#variables.forEach((x, i) => {
        const velocity = this.#velocity[i];
        const grad = grads[x.name];
        if (velocity === undefined || grad === undefined) return;
        velocity.assign(tf.add(tf.mul(velocity, 0.5), grad));
        x.assign(tf.sub(x, tf.mul(velocity, this.lr)));
      });
    });
  }
}

class EveryOther {
  readonly #optimizer: optim.SteeredOptimizer;
  readonly #factor: number;
  #steps = 0;
  constructor(optimizer: optim.SteeredOptimizer, { factor = 1 }: { factor?: number }) {
    this.#optimizer = optimizer;
    this.#factor = factor;
  }
  step(): void {
    this.#steps++;
    if (this.#steps % 2 === 0) for (const group of this.#optimizer.paramGroups) group.lr *= this.#factor;
  }
}

describe("classes of one's own", () => {
  it("are optimizers of PyroOptim, one for each parameter", () => {
    const [a, b] = [tf.variable(tf.zeros([2])), tf.variable(tf.zeros([]))];
    const mine = new PyroOptim(HeavyBall, { lr: 1 }, {}, sourceOf({ a, b }));
    const grads = { a: tf.tensor1d([1, -2]), b: tf.scalar(1) };
    for (let i = 0; i < 2; i++) mine.update(["a", "b"], grads);
    expect([...a.dataSync(), ...b.dataSync()]).toEqual([-2.5, 5, -2.5]);
    expect(mine.getLr("a")).toBe(1);
  });

  it("are steered by schedulers, and may be schedulers", () => {
    const a = tf.variable(tf.zeros([1]));
    const scheduler = new PyroLRScheduler(
      EveryOther as never,
      { optimizer: HeavyBall, optimArgs: { lr: 1 }, factor: 0.5 } as never,
      {},
      sourceOf({ a }),
    );
    const grads = { a: tf.ones([1]) };
    scheduler.update(["a"], grads);
    const rates = [1, 2, 3, 4].map(() => {
      scheduler.step();
      return scheduler.getLr("a");
    });
    expect(rates).toEqual([1, 0.5, 0.5, 0.25]);
    // velocity 1.5 at rate 0.25, after -1
    scheduler.update(["a"], grads);
    expect(a.dataSync()[0]).toBe(-1.375);
    scheduler.step({ epoch: 2 });
    expect(scheduler.getLr("a")).toBe(0.5);
  });
});
