import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import * as dist from "../../distributions/index.ts";
import { Adam } from "../../optim/index.ts";
import { getParamStore } from "../../params/index.ts";
import { clearParamStore, param, sample } from "../../primitives.ts";
import { SVI } from "../svi.ts";
import { Trace_ELBO } from "../trace-elbo.ts";
import { freshRuns, quiet } from "./testing/fresh.ts";
import { changedMeanwhile } from "./testing/meanwhile.ts";

const notices = freshRuns();

function guide() {
  sample("z", new dist.Normal(param("m", 0), param("s", 1, { constraint: dist.constraints.positive })));
}

function learn(model: () => unknown): SVI<[]> {
  return new SVI(model, guide, new Adam({ lr: 0.01 }), new Trace_ELBO());
}

/** The model is a normal-normal one; `twist` does what a compiled step cannot repeat. */
function twisted(twist: (z: tf.Tensor) => tf.Tensor | number): () => unknown {
  return () => {
    const z = sample("z", new dist.Normal(0, 1));
    sample("x", new dist.Normal(tf.add(z, twist(z)), 1), { obs: 1 });
  };
}

/** A function that tfjs does not differentiate. */
function detached(z: tf.Tensor, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const constant = tf.customGrad((...inputs: unknown[]) => ({
    value: f(inputs[0] as tf.Tensor),
    gradFunc: () => tf.zeros([]),
  }));
  return constant(z);
}

describe("what a compiled step could not repeat is refused, with the reason", () => {
  let count = 0;
  let collected: number[] = [];
  const traps: [name: string, twist: (z: tf.Tensor) => tf.Tensor | number, reason: RegExp][] = [
    ["a counter of the host", () => ++count * 1e-3, /host computes|variable "count"/],
    ["a counter that changes what it does later", () => (++count > 5000 ? 5 : 1), /variable "count"/],
    ["a list that grows", () => collected.push(1) * 0, /variable "collected"|host computes/],
    ["Math.random", () => Math.random(), /host computes/],
    ["a read of a sampled value", (z) => z.dataSync()[0] as number, /on the host/],
    ["a branch on a sampled value", (z) => ((z.dataSync()[0] as number) > 0 ? 1 : 2), /on the host/],
    ["random numbers of tfjs", () => tf.randomNormal([]), /host computes/],
    ["a variable that is made", () => tf.variable(tf.scalar(1), false), /makes a variable/],
    [
      "a shape that depends on values",
      (z) => detached(z, (x) => tf.sum(tf.unique(tf.reshape(x, [1])).values)),
      /depends on values/,
    ],
  ];
  it.each(traps)("%s", async (_, twist, reason) => {
    count = 0;
    collected = [];
    const result = await learn(twisted(twist)).run(30, quiet);
    expect(result.steps).toBe(30);
    expect(result.compiled).toBe(false);
    expect(result.reason).toMatch(reason);
  });

  it("says so where compiling is demanded", async () => {
    await expect(learn(twisted(() => Math.random())).run(30, { ...quiet, compile: true })).rejects.toThrow(
      /host computes/,
    );
  });
});

describe("what changes while the steps run", () => {
  it("between two runs: data behind a closure are seen, and the steps compiled anew or not at all", async () => {
    let target = 1;
    const svi = learn(() => {
      const z = sample("z", new dist.Normal(0, 1));
      sample("x", new dist.Normal(z, 0.1), { obs: target });
    });
    expect((await svi.run(3000, quiet)).compiled).toBe(true);
    const before = getParamStore().getUnconstrained("m").dataSync()[0] as number;
    expect(before).toBeGreaterThan(0.8);
    target = -1;
    await svi.run(3000, quiet);
    expect(getParamStore().getUnconstrained("m").dataSync()[0]).toBeLessThan(-0.8);
  });

  it("during a run, by a timer: what was built on the old model is taken back", async () => {
    let target = 1;
    const svi = learn(() => {
      const z = sample("z", new dist.Normal(0, 1));
      sample("x", new dist.Normal(z, 0.1), { obs: target });
    });
    const change = () => {
      target = -1;
    };
    const m = () => getParamStore().getUnconstrained("m").dataSync()[0] as number;
    // Where the old model had nearly been learned, steps of the new one lead away from there.
    const signal = changedMeanwhile(svi, change, () => notices.length > 0 && m() < 0.8);
    const result = await svi.run(50_000_000, { ...quiet, signal });
    expect(result.losses.length).toBe(result.steps);
    expect(m()).toBeLessThan(0.8);
    expect(notices.join()).toMatch(/changed while it was being trained/);
  });

  it("a cleared parameter store starts afresh", async () => {
    const svi = learn(twisted(() => 0));
    await svi.run(500, quiet);
    clearParamStore();
    const { losses } = await svi.run(50, quiet);
    expect(losses.length).toBe(50);
    expect(Math.abs(getParamStore().getUnconstrained("m").dataSync()[0] as number)).toBeLessThan(0.6);
  });

  it("two SVIs share parameters", async () => {
    const [one, two] = [learn(twisted(() => 0)), learn(twisted(() => 1))];
    for (let i = 0; i < 3; i++) {
      await one.run(300, quiet);
      await two.run(300, quiet);
    }
    const m = getParamStore().getUnconstrained("m").dataSync()[0] as number;
    expect(m).toBeGreaterThan(-0.3);
    expect(m).toBeLessThan(0.8);
  });
});
