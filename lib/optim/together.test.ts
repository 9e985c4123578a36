import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { getParamStore } from "../params/index.ts";
import { clearParamStore, param } from "../primitives.ts";
import * as optim from "./index.ts";
import { sourceOf } from "./testing.ts";

const { PyroOptim } = optim;
type Class = optim.OptimizerClass<optim.Hyper>;

const shapes = [[3], [], [2, 2], [5], [1], [7]];
const names = shapes.map((_, i) => `p${i}`);

function variables(): Record<string, tf.Variable> {
  return Object.fromEntries(shapes.map((shape, i) => [`p${i}`, tf.variable(tf.fill(shape, i / 4))]));
}

/** Gradients that look random, with some zeros, the same ones for the same step. */
function gradients(step: number, only = names): Record<string, tf.Tensor> {
  return Object.fromEntries(
    only.map((name) => {
      const shape = shapes[Number(name.slice(1))] ?? [];
      const size = shape.reduce((a, b) => a * b, 1);
      const values = Float32Array.from({ length: size }, (_, i) =>
        (i + step) % 4 === 0 ? 0 : 3 * Math.sin(1 + i + 7 * step + name.charCodeAt(1)),
      );
      return [name, tf.tensor(values, shape)];
    }),
  );
}

function update(optimizer: optim.PyroOptim, step: number, only = names): void {
  const grads = gradients(step, only);
  optimizer.update(only, grads);
  tf.dispose(grads);
}

const valuesOf = (vars: Record<string, tf.Variable>) => Object.values(vars).map((x) => [...x.dataSync()]);

const classes = Object.entries<unknown>(optim).filter(
  (entry): entry is [string, Class] => typeof entry[1] === "function" && Object.hasOwn(entry[1], "rule"),
);

describe("small parameters that are optimised alike", () => {
  it.each([
    ...classes.map(([name, kind]): [string, Class, object] => [name, kind, {}]),
    ["SGD with momentum", optim.SGD as unknown as Class, { momentum: 0.9, nesterov: true }],
    ["RMSprop, centred, with momentum", optim.RMSprop as unknown as Class, { centered: true, momentum: 0.5 }],
    ["DCTAdam, aware of subsamples", optim.DCTAdam as unknown as Class, { subsampleAware: true }],
    ["AMSGrad", optim.Adam as unknown as Class, { amsgrad: true, weightDecay: 0.1 }],
  ])("go the way they go alone: %s", (_, kind, args) => {
    const together = variables();
    const alone = variables();
    const one = new PyroOptim(kind, args, { clipValue: 2 }, sourceOf(together));
    const many = names.map((name) => {
      const own = { [name]: alone[name] as tf.Variable };
      return new PyroOptim(kind, args, { clipValue: 2 }, sourceOf(own));
    });
    // All, some of them, all again.
    for (const [step, only] of [names, names, names.slice(1), names.slice(0, 2), names, names].entries()) {
      update(one, step, only);
      many.forEach((optimizer, i) => {
        const name = names[i] ?? "";
        if (only.includes(name)) update(optimizer, step, [name]);
      });
    }
    expect(valuesOf(together)).toEqual(valuesOf(alone));
    expect(one.getState()).toEqual(Object.assign({}, ...many.map((optimizer) => optimizer.getState())));
  });

  it("have norms of their own where those are limited", () => {
    const sizes = [2, 3, 2, 2, 2, 3];
    const vars = Object.fromEntries(sizes.map((n, i) => [`v${i}`, tf.variable(tf.zeros([n]))]));
    const optimizer = new PyroOptim(optim.SGD, { lr: 1 }, { clipNorm: 5, clipValue: 3.5 }, sourceOf(vars));
    const grads = Object.fromEntries(sizes.map((n, i) => [`v${i}`, tf.range(3 + i, 3 + i + n)]));
    optimizer.update(Object.keys(vars), grads);
    const expected = Object.values(grads).map((grad) => {
      const g = [...grad.dataSync()];
      return g.map((x) => -Math.min(3.5, x * Math.min(1, 5 / (Math.hypot(...g) + 1e-6))));
    });
    expect(expected.flat().some((x) => x === -3.5) && expected.flat().some((x) => x > -3.5)).toBe(true);
    for (const [i, got] of valuesOf(vars).entries()) {
      got.forEach((x, j) => {
        expect(x).toBeCloseTo(expected[i]?.[j] ?? Number.NaN, 5);
      });
    }
  });

  it("leave no tensor behind, also where a plan is dropped or a state replaced", () => {
    const vars = variables();
    const optimizer = new PyroOptim(optim.Adam, {}, {}, sourceOf(vars)) as unknown as optim.PyroOptim;
    update(optimizer, 0);
    const tensors = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) update(optimizer, i);
    expect(tf.memory().numTensors).toBe(tensors);
    const grads = gradients(1);
    const before = valuesOf(vars);
    const state = optimizer.getState();
    optimizer.plan(names, grads).discard();
    expect(valuesOf(vars)).toEqual(before);
    expect(optimizer.getState()).toEqual(state);
    tf.dispose(grads);
    expect(tf.memory().numTensors).toBe(tensors);
    update(optimizer, 2, names.slice(0, 2));
    update(optimizer, 3);
    optimizer.setState(state);
    update(optimizer, 4);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(optimizer.getState().p0?.step).toBe(5);
  });

  it("keep their own norm where it is limited, and their own arguments", () => {
    const vars = variables();
    const optimizer = new PyroOptim(
      optim.SGD,
      (name: string) => ({ lr: name === "p2" ? 0 : 1 }),
      { clipNorm: 1 },
      sourceOf(vars),
    );
    const before = valuesOf(vars);
    update(optimizer as unknown as optim.PyroOptim, 1);
    const moved = valuesOf(vars).map((xs, i) => Math.hypot(...xs.map((x, j) => x - (before[i]?.[j] ?? 0))));
    expect(moved[2]).toBe(0);
    expect(valuesOf(vars)[2]).toEqual(before[2]);
    const norms = Object.values(gradients(1)).map((grad) => Math.hypot(...grad.dataSync()));
    expect(norms.some((norm) => norm > 1)).toBe(true);
    for (const [i, length] of moved.entries()) {
      if (i !== 2) expect(length).toBeCloseTo(Math.min(1, norms[i] ?? 0), 4);
    }
  });
});

describe("five steps, saved, and ten more are fifteen", () => {
  let folder: string;
  beforeEach(() => {
    clearParamStore();
    folder = mkdtempSync(join(tmpdir(), "optim-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const steered = { optimizer: optim.Adam, optimArgs: { lr: 0.1 } };
  const cycle = { baseLr: 0.01, maxLr: 0.2, stepSizeUp: 3 };
  const rows: readonly [string, () => optim.PyroOptim | optim.PyroLRScheduler][] = [
    ...classes.map(([name, kind]): [string, () => optim.PyroOptim] => [name, () => new kind()]),
    ["momentum", () => new optim.SGD({ lr: 0.1, momentum: 0.9 }) as unknown as optim.PyroOptim],
    [
      "limits",
      () => new optim.Adam({ lr: 0.1 }, { clipNorm: 1, clipValue: 0.5 }) as unknown as optim.PyroOptim,
    ],
    ["MultiplicativeLR", () => optim.MultiplicativeLR({ ...steered, lrLambda: (e) => 1 - e / 100 })],
    ["LambdaLR", () => optim.LambdaLR({ ...steered, lrLambda: (e) => 1 / (1 + e) })],
    ["MultiStepLR", () => optim.MultiStepLR({ ...steered, milestones: [3, 7] })],
    ["ExponentialLR", () => optim.ExponentialLR({ ...steered, gamma: 0.9 })],
    ["CosineAnnealingLR", () => optim.CosineAnnealingLR({ ...steered, TMax: 9 })],
    ["CosineAnnealingWarmRestarts", () => optim.CosineAnnealingWarmRestarts({ ...steered, T0: 4 })],
    ["ConstantLR", () => optim.ConstantLR({ ...steered, totalIters: 8 })],
    ["LinearLR", () => optim.LinearLR({ ...steered, totalIters: 8 })],
    ["PolynomialLR", () => optim.PolynomialLR({ ...steered, totalIters: 12, power: 2 })],
    ["StepLR", () => optim.StepLR({ ...steered, stepSize: 4 })],
    ["CyclicLR", () => optim.CyclicLR({ optimizer: optim.SGD, ...cycle })],
    ["OneCycleLR", () => optim.OneCycleLR({ ...steered, maxLr: 0.2, totalSteps: 20 })],
    ["ReduceLROnPlateau", () => optim.ReduceLROnPlateau({ ...steered, patience: 1, factor: 0.5 })],
    [
      "SequentialLR",
      () =>
        optim.SequentialLR({
          ...steered,
          schedulers: [
            [optim.LinearLR, {}],
            [optim.MultiplicativeLR, { lrLambda: () => 0.9 }],
          ],
          milestones: [3],
        }),
    ],
  ];

  function create(): void {
    for (const [i, shape] of shapes.entries()) param(`p${i}`, tf.fill(shape, i / 4));
  }

  function steps(optimizer: optim.PyroOptim, from: number, to: number): void {
    for (let step = from; step < to; step++) {
      update(optimizer, step);
      if (optimizer instanceof optim.PyroLRScheduler) optimizer.step(step % 3);
    }
  }

  const all = () => names.map((name) => [...getParamStore().getUnconstrained(name).dataSync()]);

  it.each(rows)("%s, into a fresh optimizer and a warm one", (_, make) => {
    const [state, store] = [join(folder, "optim"), join(folder, "params")];
    create();
    const straight = make();
    steps(straight, 0, 15);
    const want = all();
    const rates = names.map((name) => straight.getLr(name));
    clearParamStore();
    create();
    const first = make();
    steps(first, 0, 5);
    first.save(state);
    getParamStore().save(store);
    for (const warm of [false, true]) {
      clearParamStore();
      if (warm) create();
      const second = make();
      if (warm) steps(second, 3, 6);
      getParamStore().load(store);
      second.load(state);
      steps(second, 5, 15);
      expect(all()).toEqual(want);
      expect(names.map((name) => second.getLr(name))).toEqual(rates);
    }
  });

  it("waits for a parameter that appears a hundred steps later", () => {
    create();
    const scheduler = () => optim.StepLR({ ...steered, stepSize: 2 });
    const first = scheduler();
    steps(first, 0, 5);
    const state = first.getState();
    const saved = getParamStore().getUnconstrained("p5").clone();
    update(first, 5, ["p5"]);
    const want = [...getParamStore().getUnconstrained("p5").dataSync()];
    clearParamStore();
    for (const [i, shape] of shapes.slice(0, 5).entries()) param(`p${i}`, tf.zeros(shape));
    const second = scheduler();
    second.setState(state);
    for (let step = 0; step < 100; step++) update(second, step, names.slice(0, 5));
    param("p5", saved);
    expect(second.getLr("p5")).toBeCloseTo(0.001, 12);
    update(second, 5, ["p5"]);
    expect([...getParamStore().getUnconstrained("p5").dataSync()]).toEqual(want);
    expect(second.getState().p5?.step).toBe(6);
  });

  it("refuses the state of a scheduler in an optimizer, and of another scheduler", () => {
    create();
    const scheduler = optim.StepLR({ ...steered, stepSize: 2 });
    steps(scheduler, 0, 2);
    const adam = new optim.Adam();
    expect(() => adam.setState(scheduler.getState())).toThrow(/no schedule/);
    update(adam as unknown as optim.PyroOptim, 0);
    const before = adam.getState();
    const other = optim.ExponentialLR({ ...steered, gamma: 0.5 });
    expect(() => other.setState(scheduler.getState())).toThrow(/ExponentialLR[\s\S]*StepLR/);
    expect(() => other.setState(before)).toThrow(/ExponentialLR[\s\S]*no schedule/);
    const sgd = optim.StepLR({ optimizer: optim.SGD, stepSize: 2 });
    expect(() => sgd.setState(scheduler.getState())).toThrow(/SGD[\s\S]*Adam/);
    expect(adam.getState()).toEqual(before);
  });
});
