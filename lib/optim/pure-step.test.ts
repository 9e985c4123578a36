import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it, vi } from "vitest";
import { scoped } from "../infer/gradients.ts";
import * as optim from "./index.ts";
import type { PureStep, StepCursor } from "./pure-step.ts";
import { sourceOf } from "./testing.ts";

const { PyroOptim, PyroLRScheduler } = optim;
type Class = optim.OptimizerClass<optim.Hyper>;

const shapes = [[3], [], [2, 2], [5], [1], [4, 2]];
const names = shapes.map((_, i) => `p${i}`);
const start = () =>
  Object.fromEntries(shapes.map((shape, i) => [`p${i}`, tf.variable(tf.fill(shape, i / 4))]));

function gradients(step: number): tf.Tensor[] {
  return shapes.map((shape, k) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: size }, (_, i) =>
      (i + step) % 4 === 0 ? 0 : 3 * Math.sin(1 + i + 7 * step + k),
    );
    return tf.tensor(values, shape);
  });
}

const named = (grads: tf.Tensor[]) => Object.fromEntries(grads.map((grad, i) => [`p${i}`, grad]));
const valuesOf = (vars: Record<string, tf.Variable>) => Object.values(vars).map((x) => [...x.dataSync()]);

/** Steps as a compiled program takes them: everything flows through arrays, nothing is written before the end. */
function replay(step: PureStep, steps: number, from = step.start, first = 0) {
  let cursor: StepCursor = from;
  let state = { values: step.variables as readonly tf.Tensor[], slots: step.slots };
  for (let i = first; i < first + steps; i++) {
    cursor = step.next(cursor);
    const scalars = Array.from(cursor.numbers, (x) => tf.scalar(x));
    state = step.update({ ...state, grads: gradients(i), scalars });
  }
  return { cursor, ...state };
}

const classes = Object.entries<unknown>(optim).filter(
  (entry): entry is [string, Class] => typeof entry[1] === "function" && Object.hasOwn(entry[1], "rule"),
);
const rows: [string, Class, object][] = [
  ...classes.map(([name, kind]): [string, Class, object] => [name, kind, {}]),
  ["SGD with momentum", optim.SGD as unknown as Class, { momentum: 0.9, weightDecay: 0.1 }],
  ["RMSprop, centred, with momentum", optim.RMSprop as unknown as Class, { centered: true, momentum: 0.5 }],
  ["DCTAdam, aware of subsamples", optim.DCTAdam as unknown as Class, { subsampleAware: true }],
  ["ClippedAdam that decays", optim.ClippedAdam as unknown as Class, { lrd: 0.9, centeredVariance: true }],
];

describe("a pure step", () => {
  it.each(rows)("is that of %s, bit for bit, with the rate only in its scalars", (_, kind, args) => {
    const [eager, pure] = [start(), start()];
    const one = new PyroOptim(kind, args, { clipValue: 2 }, sourceOf(eager));
    const two = new PyroOptim(kind, args, { clipValue: 2 }, sourceOf(pure));
    // Two steps by hand, five replayed, one by hand.
    for (const i of [0, 1]) for (const o of [one, two]) o.update(names, named(gradients(i)));
    for (let i = 2; i < 7; i++) one.update(names, named(gradients(i)));
    const step = two.pureStep(names);
    const before = valuesOf(pure);
    scoped(() => {
      const { cursor, ...state } = replay(step, 5, step.start, 2);
      expect(cursor.taken).toBe(5);
      expect(cursor.numbers).toHaveLength(step.scalarNames.length);
      expect(valuesOf(pure)).toEqual(before);
      expect(step.isCurrent()).toBe(true);
      step.plan(cursor, state).commit();
    });
    expect(step.isCurrent()).toBe(false);
    step.dispose();
    expect(valuesOf(pure)).toEqual(valuesOf(eager));
    expect(two.getState()).toEqual(one.getState());
    for (const o of [one, two]) o.update(names, named(gradients(7)));
    expect(valuesOf(pure)).toEqual(valuesOf(eager));
  });

  it("follows a schedule's rates and momenta, and a slider", () => {
    const args = { optimizer: optim.Adam, baseLr: 0.01, maxLr: 0.3, stepSizeUp: 2, baseMomentum: 0.5 };
    const [eager, pure] = [start(), start()];
    const one = new PyroLRScheduler(optim.CyclicLR, args, {}, sourceOf(eager));
    const two = new PyroLRScheduler(optim.CyclicLR, args, {}, sourceOf(pure));
    for (const o of [one, two]) o.update(names, named(gradients(0)));
    const step = two.pureStep(names);
    let cursor = step.start;
    let state = { values: step.variables as readonly tf.Tensor[], slots: step.slots };
    for (let i = 1; i < 6; i++) {
      one.rateScale = two.rateScale = i === 4 ? 0.5 : 1;
      one.update(names, named(gradients(i)));
      one.step();
      cursor = step.next(cursor);
      const scalars = Array.from(cursor.numbers, (x) => tf.scalar(x));
      state = step.update({ ...state, grads: gradients(i), scalars });
      two.step();
    }
    step.plan(cursor, state).commit();
    expect(valuesOf(pure)).toEqual(valuesOf(eager));
    expect(two.getState()).toEqual(one.getState());
  });

  it("runs the same kernels at every step, and reads nothing", () => {
    const kernels = (kind: Class) => {
      const optimizer = new PyroOptim(kind, {}, { clipNorm: 1 }, sourceOf(start()));
      const step = optimizer.pureStep(names);
      return [1, 2, 6, 7].map((steps) =>
        scoped(() => {
          let cursor = step.start;
          for (let i = 0; i < steps; i++) cursor = step.next(cursor);
          const inputs = {
            values: step.variables,
            slots: step.slots,
            grads: gradients(0),
            scalars: Array.from(cursor.numbers, (x) => tf.scalar(x)),
          };
          return kernelsOf(() => step.update(inputs));
        }),
      );
    };
    const read = vi.spyOn(tf.Tensor.prototype, "dataSync");
    for (const [, kind] of classes) {
      const [first = [], ...others] = kernels(kind);
      expect(first.length).toBeGreaterThan(2);
      for (const other of others) expect(other).toEqual(first);
    }
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
  });

  it("can be dropped, and leaves no tensor behind", () => {
    const optimizer = new PyroOptim(optim.Adam, {}, {}, sourceOf(start()));
    const tensors = tf.memory().numTensors;
    const step = optimizer.pureStep(names);
    scoped(() => {
      const { cursor, ...state } = replay(step, 2);
      step.plan(cursor, state).discard();
    });
    step.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(optimizer.getState()).toEqual({});
    optimizer.pureStep(names).dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    const again = optimizer.pureStep(names);
    scoped(() => {
      const { cursor, ...state } = replay(again, 2);
      again.plan(cursor, state).commit();
    });
    again.dispose();
    const kept = tf.memory().numTensors;
    scoped(() => optimizer.update(names, named(gradients(3))));
    // One more for the gradients, whose norms are shown.
    expect(tf.memory().numTensors).toBe(kept + 1);
  });

  it("is refused for a class of one's own that keeps its state to itself", () => {
    class Mine {
      step() {}
    }
    const optimizer = new PyroOptim(Mine as never, {}, {}, sourceOf(start()));
    expect(() => optimizer.pureStep(["p0"])).toThrow(/Mine keeps something of its own[\s\S]*"p0"/);
    expect(() => optimizer.pureStep(["q"])).toThrow(/no such parameter/);
  });
});

/** Names of the kernels that `f` runs. */
function kernelsOf(f: () => unknown): string[] {
  const engine = tf.engine();
  const kernelNames: string[] = [];
  const run = engine.runKernel.bind(engine);
  engine.runKernel = ((name: string, ...rest: [never]) => {
    kernelNames.push(name);
    return run(name, ...rest);
  }) as typeof engine.runKernel;
  try {
    f();
  } finally {
    engine.runKernel = run as typeof engine.runKernel;
  }
  return kernelNames;
}
