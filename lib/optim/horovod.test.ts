import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { oneProcess, type ReduceOp, type World } from "../distributed/world.ts";
import * as dist from "../distributions/index.ts";
import { SVI } from "../infer/index.ts";
import { setNoticeHook } from "../notice.ts";
import { clearParamStore } from "../params/global.ts";
import { param, sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import { Adam, ExponentialLR, HorovodOptimizer, type HorovodOptions, type PyroOptim, SGD } from "./index.ts";

const notices: string[] = [];
setNoticeHook((message) => notices.push(message));

const read = (name: string) => Array.from(param(name).dataSync());
const gradsOf = (grads: Record<string, number[]>) =>
  Object.fromEntries(Object.entries(grads).map(([name, values]) => [name, tf.tensor1d(values)]));

function update(optim: PyroOptim, values: Record<string, number[]>): void {
  const grads = gradsOf(values);
  optim.update(Object.keys(grads), grads);
  tf.dispose(grads);
}

beforeEach(() => {
  clearParamStore();
  for (const name of ["a", "b"]) param(name, [0, 0]);
});

describe("a world of one process", () => {
  it("says so once", () => {
    for (let i = 0; i < 2; i++) new HorovodOptimizer(SGD({ lr: 1 }));
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/one process[\s\S]*MPI is not used/);
  });

  it.each<[string, HorovodOptions]>([
    ["nothing", {}],
    ["fp16: nothing is sent", { compression: "fp16" }],
    ["a sum of one", { op: "sum" }],
    ["Adasum of one", { op: "adasum", fusionThreshold: 0 }],
  ])("leaves the wrapped optimizer's steps as they are: %s", (_, options) => {
    const steps = (optim: PyroOptim) => {
      clearParamStore();
      param("a", [0, 0]);
      for (const g of [1.0001, -3.00007, 1e-9]) update(optim, { a: [g, 2 * g] });
      return read("a");
    };
    const plain = steps(Adam({ lr: 0.1 }, { clipValue: 2 }));
    expect(steps(new HorovodOptimizer(Adam({ lr: 0.1 }, { clipValue: 2 }), options))).toEqual(plain);
  });
});

describe("arguments", () => {
  it.each<[string, unknown, object, RegExp]>([
    ["a class", Adam, {}, /needs an optimizer[\s\S]*the function Adam/],
    ["nothing", undefined, {}, /needs an optimizer/],
    ["one of its own kind", new HorovodOptimizer(SGD()), {}, /needs an optimizer/],
    ["Python's spelling", SGD(), { backward_passes_per_step: 2 }, /try: backwardPassesPerStep/],
    ["another compression", SGD(), { compression: "fp8" }, /compression[\s\S]*"fp16"[\s\S]*got: "fp8"/],
    ["another op", SGD(), { op: "max" }, /op of[\s\S]*"adasum"/],
    ["no passes", SGD(), { backwardPassesPerStep: 0 }, /backwardPassesPerStep[\s\S]*>= 1/],
    ["half a byte", SGD(), { fusionThreshold: 0.5 }, /fusionThreshold[\s\S]*>= 0/],
    ["something else than options", SGD(), null as never, /an object[\s\S]*got: null/],
  ])("refuses %s", (_, optim, options, message) => {
    expect(() => new HorovodOptimizer(optim as PyroOptim, options as HorovodOptions)).toThrow(message);
  });
});

describe("what it hands on", () => {
  it("state, files, rates and their scale", () => {
    const folder = mkdtempSync(join(tmpdir(), "tspyro-horovod-"));
    try {
      const inner = Adam({ lr: 0.1 });
      const outer = new HorovodOptimizer(inner);
      update(outer, { a: [1, 2] });
      expect(outer.getState()).toEqual(inner.getState());
      outer.save(join(folder, "adam.json"));
      const plain = Adam({ lr: 0.1 });
      plain.load(join(folder, "adam.json"));
      expect(plain.getState()).toEqual(inner.getState());
      const other = new HorovodOptimizer(Adam({ lr: 0.1 }));
      other.set_state(plain.get_state());
      expect(other.optim.getState()).toEqual(inner.getState());
      outer.rateScale = 0.5;
      expect([outer.getLr("a"), inner.rateScale, outer.rateScale]).toEqual([0.05, 0.5, 0.5]);
      expect(String(outer)).toBe("HorovodOptimizer(Adam(1 parameters))");
      const shown = (of: object) => (of as Record<symbol, () => unknown>)[Symbol.for("Jupyter.display")]?.();
      expect(shown(outer)).toEqual(shown(inner));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("epochs, to a scheduler alone", () => {
    const outer = new HorovodOptimizer(ExponentialLR({ optimizer: SGD, optimArgs: { lr: 0.1 }, gamma: 0.5 }));
    update(outer, { a: [1, 1] });
    outer.step();
    expect(outer.getLr("a")).toBeCloseTo(0.05, 7);
    expect(() => new HorovodOptimizer(SGD()).step()).toThrow(/SGD has no epochs/);
  });
});

describe("backwardPassesPerStep", () => {
  const passes = () => new HorovodOptimizer(SGD({ lr: 1 }), { backwardPassesPerStep: 3 });

  it("moves the parameters at every third step, by the sum", () => {
    const optim = passes();
    const before = tf.memory().numTensors;
    update(optim, { a: [1, 2] });
    update(optim, { a: [1, 2], b: [5, 5] });
    expect(tf.memory().numTensors).toBe(before + 2);
    expect([read("a"), read("b")]).toEqual([
      [0, 0],
      [0, 0],
    ]);
    update(optim, { a: [2, 3] });
    expect([read("a"), read("b")]).toEqual([
      [-4, -7],
      [-5, -5],
    ]);
    update(optim, { a: [1, 1] });
    expect(read("a")).toEqual([-4, -7]);
  });

  it("counts a planned step when it is committed, however often, and not when it is discarded", () => {
    const optim = passes();
    const grads = gradsOf({ a: [1, 1] });
    const plan = () => optim.plan(["a"], grads);
    for (let i = 0; i < 4; i++) plan().discard();
    const first = plan();
    first.commit();
    first.commit();
    plan().commit();
    const held = tf.memory().numTensors;
    plan().discard();
    expect(tf.memory().numTensors).toBe(held);
    expect(read("a")).toEqual([0, 0]);
    plan().commit();
    expect(read("a")).toEqual([-3, -3]);
  });

  it("forgets what belonged to a parameter that was cleared, or to another state", () => {
    const optim = passes();
    for (let i = 0; i < 2; i++) update(optim, { a: [9, 9] });
    clearParamStore();
    param("a", [0, 0]);
    update(optim, { a: [1, 1] });
    expect(read("a")).toEqual([-1, -1]);
    for (let i = 0; i < 2; i++) update(optim, { a: [9, 9] });
    optim.setState(optim.getState());
    for (let i = 0; i < 3; i++) update(optim, { a: [1, 1] });
    expect(read("a")).toEqual([-4, -4]);
  });

  it("refuses infinities, other shapes and unknown parameters, and goes on afterwards", () => {
    const optim = passes();
    const plan = optim.plan(["a"], gradsOf({ a: [1, Number.POSITIVE_INFINITY] }));
    expect(plan.firstNaN()).toBe("a");
    plan.discard();
    update(optim, { a: [1, 1] });
    const mixed = gradsOf({ b: [1, 1], a: [1] });
    const before = tf.memory().numTensors;
    expect(() => optim.plan(["a", "b"], mixed)).toThrow(/"a"[\s\S]*expected: \[2\][\s\S]*got: \[1\]/);
    expect(tf.memory().numTensors).toBe(before);
    for (let i = 0; i < 2; i++) {
      if (i === 0) update(optim, { nobody: [1] });
      else expect(() => update(optim, { nobody: [1] })).toThrow(/no such parameter[\s\S]*"nobody"/);
    }
    for (let i = 0; i < 3; i++) update(optim, { a: [1, 1] });
    expect(read("a")).toEqual([-3, -3]);
  });
});

/** Rank 0 of two, where the other always has the gradient 1. */
function twoRanks(): World & { readonly calls: number[][] } {
  const calls: number[][] = [];
  const combine: Record<ReduceOp, (x: number) => number> = {
    average: (x) => (x + 1) / 2,
    sum: (x) => x + 1,
    adasum: (x) => x,
  };
  return {
    ...oneProcess,
    size: 2,
    calls,
    allreduce(values, op) {
      calls.push([...values]);
      return values.map(combine[op]);
    },
  };
}

describe("a world of several", () => {
  const grads = { b: [3, 5], a: [1, 1.0001] };
  it.each<[string, HorovodOptions, number[][], number[]]>([
    ["together, by name", {}, [[1, Math.fround(1.0001), 3, 5]], [-2, -3]],
    ["summed", { op: "sum" }, [[1, Math.fround(1.0001), 3, 5]], [-4, -6]],
    ["in half precision", { compression: "fp16" }, [[1, Math.fround(1.0001), 3, 5]], [-2, -3]],
    ["that just fit", { fusionThreshold: 16 }, [[1, Math.fround(1.0001), 3, 5]], [-2, -3]],
    [
      "that do not fit",
      { fusionThreshold: 15 },
      [
        [1, Math.fround(1.0001)],
        [3, 5],
      ],
      [-2, -3],
    ],
  ])("exchanges gradients %s", (_, options, calls, b) => {
    const world = twoRanks();
    const before = tf.memory().numTensors;
    update(new HorovodOptimizer(SGD({ lr: 1 }), options, world), grads);
    // SGD keeps the last gradient, to show its norm: both parameters' in one tensor.
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(2);
    expect(world.calls).toEqual(calls);
    expect(read("b")).toEqual(b);
  });

  it("keeps Adasum's gradients apart", () => {
    const world = twoRanks();
    const optim = new HorovodOptimizer(SGD({ lr: 1 }), { op: "adasum" }, world);
    update(optim, grads);
    expect(world.calls).toHaveLength(2);
  });
});

describe("as the optimizer of SVI", () => {
  const model = (x: tf.Tensor) => {
    const z = sample("z", dist.Normal(0, 10));
    sample("x", dist.Normal(z, 1), { obs: x });
  };
  const guide = () => {
    sample("z", dist.Normal(param("loc", 0), 0.5));
  };
  async function trained(optim: PyroOptim, compile: boolean | "auto") {
    clearParamStore();
    setSeed(3);
    const x = tf.scalar(3);
    const svi = new SVI(model, guide, optim, "ELBO");
    const result = await svi.run(60, { args: [x], compile, progress: false });
    return { ...result, loc: read("loc")[0] as number };
  }

  it.each([false, true])("trains as the wrapped optimizer does (compiled: %s)", async (compile) => {
    const plain = await trained(Adam({ lr: 0.05 }), compile);
    const wrapped = await trained(new HorovodOptimizer(Adam({ lr: 0.05 })), compile);
    expect(wrapped.compiled).toBe(compile);
    // Two compiled runs of one optimizer differ by a rounding too, by when the compiled program takes over.
    const tolerance = compile ? 1e-5 : 0;
    for (const [i, loss] of plain.losses.entries()) {
      expect(Math.abs((wrapped.losses[i] as number) - loss)).toBeLessThanOrEqual(tolerance * loss);
    }
    expect(Math.abs(wrapped.loc - plain.loc)).toBeLessThanOrEqual(tolerance);
    expect(plain.loc).toBeGreaterThan(1);
  });

  it("says why it is not compiled where gradients are added up", async () => {
    const result = await trained(
      new HorovodOptimizer(Adam({ lr: 0.05 }), { backwardPassesPerStep: 2 }),
      "auto",
    );
    expect(result.compiled).toBe(false);
    expect(result.reason).toBe(
      "backwardPassesPerStep of HorovodOptimizer adds gradients up over several steps",
    );
    expect(result.loc).toBeGreaterThan(0.5);
  });
});
