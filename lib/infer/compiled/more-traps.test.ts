/** Traps in time: what timers, other cells and other runs do while compiled steps are taken. */
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import * as dist from "../../distributions/index.ts";
import { Adam, type PyroOptim } from "../../optim/index.ts";
import { getParamStore } from "../../params/index.ts";
import { clearParamStore, param, sample } from "../../primitives.ts";
import { getRngState } from "../../tensor/index.ts";
import { SVI } from "../svi.ts";
import { Trace_ELBO } from "../trace-elbo.ts";
import { freshRuns, quiet } from "./testing/fresh.ts";
import { changedMeanwhile } from "./testing/meanwhile.ts";

const { Normal, constraints } = dist;
const notices = freshRuns();

const m = () => getParamStore().getUnconstrained("m").dataSync()[0] as number;
const guide = () => {
  sample("z", new Normal(param("m", 0), param("s", 1, { constraint: constraints.positive })));
};
const observing = (data: () => tf.Tensor) => () => {
  const z = sample("z", new Normal(0, 1));
  const x = data();
  sample("x", new Normal(z, 0.1).expand(x.shape), { obs: x });
};
const learner = (model: () => unknown) => new SVI<[]>(model, guide, new Adam({ lr: 0.01 }), new Trace_ELBO());
const stepsOf = (svi: SVI<[]>) =>
  ((svi.optim as PyroOptim).getState() as unknown as Record<string, { step: number }>).m?.step;
const later = (milliseconds: number, f: () => void) => setTimeout(f, milliseconds);
const forHalfASecond = () => ({ ...quiet, signal: AbortSignal.timeout(500) });
const MANY = 50_000_000;

describe("data behind a closure that are changed by a timer", () => {
  it("a typed array that the model makes a tensor of: seen, and what was built on the old numbers taken back", async () => {
    const xs = new Float32Array([1]);
    const svi = learner(observing(() => tf.tensor1d(xs)));
    await svi.run(50, quiet);
    const change = () => {
      xs[0] = -1;
    };
    const signal = changedMeanwhile(svi, change, () => notices.length > 0);
    const result = await svi.run(MANY, { ...quiet, signal });
    expect(notices.join()).toMatch(/changed while it was being trained/);
    expect(result.losses.length).toBe(result.steps);
    expect(svi.losses.length).toBe(stepsOf(svi));
    await svi.run(3000, quiet);
    expect(m()).toBeLessThan(-0.8);
  });

  it("a tensor that takes the place of another", async () => {
    let x = tf.tensor1d([1]);
    const svi = learner(observing(() => x));
    await svi.run(50, quiet);
    later(100, () => {
      x = tf.tensor1d([-1]);
    });
    await svi.run(MANY, forHalfASecond());
    await svi.run(3000, quiet);
    expect(m()).toBeLessThan(-0.8);
  });

  it("an object's member", async () => {
    const settings = { target: 1 };
    const svi = learner(observing(() => tf.tensor1d([settings.target])));
    await svi.run(50, quiet);
    later(100, () => {
      settings.target = -1;
    });
    await svi.run(MANY, forHalfASecond());
    await svi.run(3000, quiet);
    expect(m()).toBeLessThan(-0.8);
  });
});

describe("the store and variables", () => {
  const model = observing(() => tf.tensor1d([1]));

  it("the store cleared by a timer: steps begin afresh", async () => {
    const svi = learner(model);
    await svi.run(50, quiet);
    later(100, clearParamStore);
    const result = await svi.run(MANY, forHalfASecond());
    expect(result.losses.length).toBe(result.steps);
    await svi.run(2000, quiet);
    expect(m()).toBeGreaterThan(0.8);
  });

  it("a parameter written by a timer is heeded", async () => {
    // So slow that the parameter stays where it is put.
    const svi = new SVI<[]>(model, guide, new Adam({ lr: 1e-9 }), new Trace_ELBO());
    later(60, () => getParamStore().set("m", 50));
    const result = await svi.run(MANY, { ...quiet, signal: AbortSignal.timeout(200) });
    expect(result.compiled).toBe(true);
    expect(m()).toBeGreaterThan(49);
  });

  it("a variable made in mid-run by a timer, and left alone", async () => {
    const svi = learner(model);
    const before = tf.memory().numTensors;
    let made: tf.Variable | undefined;
    later(60, () => {
      made = tf.variable(tf.scalar(1));
    });
    const result = await svi.run(MANY, { ...quiet, signal: AbortSignal.timeout(200) });
    expect(result.compiled).toBe(true);
    expect(made?.dataSync()[0]).toBe(1);
    made?.dispose();
    expect(tf.memory().numTensors - before).toBeLessThan(40);
  });

  it("a parameter that appears after a while, by a timer", async () => {
    let wide = false;
    const svi = learner(() => {
      const z = sample("z", new Normal(0, 1));
      const shift = wide ? param("shift", 0.5) : 0;
      sample("x", new Normal(tf.add(z, shift), 0.1), { obs: 1 });
    });
    await svi.run(50, quiet);
    later(60, () => {
      wide = true;
    });
    await svi.run(MANY, { ...quiet, signal: AbortSignal.timeout(300) });
    await svi.run(20, quiet);
    expect(getParamStore().has("shift")).toBe(true);
    expect(svi.losses.length).toBe(stepsOf(svi));
  });
});

describe("records", () => {
  it("a model that throws in mid-record leaves everything as it was", async () => {
    let calls = 0;
    const svi = learner(() => {
      const z = sample("z", new Normal(0, 1));
      // Model calls are not counted by the program that fails.
      if (calls++ === 3) throw new Error("not now");
      sample("x", new Normal(z, 0.1), { obs: 1 });
    });
    const before: [number, number, number][] = [];
    const onStep = () => {
      before.push([m(), getRngState().counter, svi.losses.length]);
    };
    await expect(svi.run(20, { ...quiet, onStep })).rejects.toThrow("not now");
    expect([m(), svi.losses.length]).toEqual([before.at(-1)?.[0], before.at(-1)?.[2]]);
    expect(stepsOf(svi)).toBe(3);
    // The engine is as before: kernels and variables work, and nothing listens any more.
    const variable = tf.variable(tf.scalar(1));
    variable.assign(tf.add(variable, 1));
    expect(variable.dataSync()[0]).toBe(2);
    expect(Object.hasOwn(tf.engine(), "runKernel")).toBe(false);
    expect(Object.hasOwn(variable, "assign")).toBe(false);
    variable.dispose();
    expect((await svi.run(20, quiet)).steps).toBe(20);
  });

  it("an SVI that takes steps inside of a model is refused", async () => {
    const inner = new SVI<[]>(
      () => sample("w", new Normal(0, 1), { obs: 0.5 }),
      () => param("inner", 0),
      new Adam({ lr: 0.01 }),
      new Trace_ELBO(),
    );
    const svi = learner(() => {
      const z = sample("z", new Normal(0, 1));
      const loss = inner.step();
      sample("x", new Normal(z, 0.1 + 0 * loss), { obs: 1 });
    });
    const result = await svi.run(40, quiet);
    expect(result.steps).toBe(40);
    expect([result.compiled, result.reason !== undefined]).toEqual([false, true]);
  });

  it("the clock", async () => {
    const svi = learner(observing(() => tf.tensor1d([1 + (performance.now() % 1)])));
    const result = await svi.run(40, quiet);
    expect([result.compiled, result.reason]).toEqual([false, expect.stringMatching(/host computes/)]);
  });
});

describe("two SVIs that share parameters", () => {
  it("interleaved within one cell by await: every step of both is kept", async () => {
    const [one, two] = [
      learner(observing(() => tf.tensor1d([1]))),
      learner(observing(() => tf.tensor1d([3]))),
    ];
    const results = await Promise.all([
      one.run(MANY, { ...quiet, signal: AbortSignal.timeout(700) }),
      two.run(MANY, { ...quiet, signal: AbortSignal.timeout(700) }),
    ]);
    for (const { losses, steps } of results) expect(losses.length).toBe(steps);
    expect(one.losses.length).toBe(stepsOf(one));
    expect(two.losses.length).toBe(stepsOf(two));
    // Each pulls to its own side, with the same force.
    expect(m()).toBeGreaterThan(0.5);
    expect(m()).toBeLessThan(3.5);
  });
});
