/**
 * Who looks while compiled steps are taken. Each step adds 1 to every parameter, to the optimizer's tensor for it and to
 * its step count: whoever looks must find one and the same number everywhere.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { positive } from "../../optim/hyper.ts";
import { PyroOptim } from "../../optim/index.ts";
import type { OptimizerRule } from "../../optim/rule.ts";
import { getParamStore } from "../../params/index.ts";
import { param } from "../../primitives.ts";
import { rollbackInFlight } from "../in-flight.ts";
import type { RunOptions } from "../run-options.ts";
import { SVI } from "../svi.ts";
import { freshRuns, quiet } from "./testing/fresh.ts";

const MANY = 50_000_000;
const notices = freshRuns();

/** One large parameter, and small ones that the optimizer lays end to end. */
const sizes = { large: 5000, a: 1, b: 2, c: 3, d: 4 };
const names = Object.keys(sizes) as (keyof typeof sizes)[];
const guide = () => {
  for (const name of names) param(name, () => tf.zeros([sizes[name]]));
};
const loss = (_: unknown, run: () => unknown): tf.Tensor => {
  run();
  return tf.addN(names.map((name) => tf.sum(param(name))));
};

const counting: OptimizerRule<{ lr: number }> = {
  name: "Counting",
  rate: "lr",
  together: () => "elements",
  hyper: { lr: positive(1) },
  slots: (value) => ({ count: tf.zerosLike(value) }),
  host: ({ lr }, step) => ({ lr, step }),
  update: ({ value, grad, slots }) => ({
    value: tf.add(value, grad),
    slots: { count: tf.add(slots.count as tf.Tensor, 1) },
  }),
};
const learner = (rule = counting) =>
  new SVI<unknown[]>(() => {}, guide, new PyroOptim(rule, {}), loss as never);

/** What all of these agree on. */
function one(what: string, numbers: Iterable<number>): number {
  const found = [...new Set(numbers)];
  expect(found, what).toHaveLength(1);
  return found[0] as number;
}

const variable = (name: string) => getParamStore().getUnconstrained(name);
const optimizerState = (svi: SVI<unknown[]>) =>
  names.map((name) => {
    const state = (svi.optim as PyroOptim).getState()[name];
    if (state === undefined) throw new Error(`nothing is known of ${name}`);
    return one(`${name} in the optimizer`, [state.step, ...(state.slots.count?.values ?? [])]);
  });

const ways: Record<string, (svi: SVI<unknown[]>) => number | Promise<number>> = {
  "the stored variables": () =>
    one(
      "variables",
      names.flatMap((name) => [...variable(name).dataSync()]),
    ),
  "the stored variables, later": async () => {
    const all = await Promise.all(names.map((name) => variable(name).data()));
    return one(
      "variables",
      all.flatMap((values) => [...values]),
    );
  },
  "what param gives out": () =>
    one(
      "parameters",
      names.flatMap((name) => [...(getParamStore().get(name)?.dataSync() ?? [])]),
    ),
  "one parameter of many": () => one("one", variable("b").dataSync()),
  "a computation with all of them": () =>
    tf.tidy(() => tf.addN(names.map((name) => tf.mean(variable(name)))).dataSync()[0] as number) /
    names.length,
  "the store's state": () =>
    one(
      "state",
      getParamStore()
        .getState()
        .params.flatMap(({ values }) => [...values]),
    ),
  "the optimizer's state": (svi) => one("optimizer", optimizerState(svi)),
  "the optimizer first, then the variables": (svi) =>
    one("both", [...optimizerState(svi), ...names.flatMap((name) => [...variable(name).dataSync()])]),
  "the variables first, then the optimizer": (svi) =>
    one("both", [...names.flatMap((name) => [...variable(name).dataSync()]), ...optimizerState(svi)]),
  "files of both": (svi) => {
    const folder = mkdtempSync(join(tmpdir(), "tspyro-looks-"));
    try {
      getParamStore().save(join(folder, "params"));
      (svi.optim as PyroOptim).save(join(folder, "optimizer"));
      const other = new PyroOptim(counting, {});
      other.load(join(folder, "optimizer"));
      const steps = Object.values(other.getState()).map(({ step }) => step);
      return one("files", [
        ...steps,
        ...getParamStore()
          .getState()
          .params.flatMap(({ values }) => [...values]),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  "after an interrupt that ran no finally": (svi) => {
    rollbackInFlight();
    return one("both", [...names.flatMap((name) => [...variable(name).dataSync()]), ...optimizerState(svi)]);
  },
};

describe("a timer sees the state of a whole step, by", () => {
  it.each(Object.entries(ways))("%s", async (_, look) => {
    const svi = learner();
    const seen: [number, number][] = [];
    const stop = new AbortController();
    const timer = setInterval(async () => {
      seen.push([svi.losses.length, await look(svi)]);
      if (seen.length === 4) stop.abort();
    }, 5);
    try {
      const result = await svi.run(MANY, { ...quiet, signal: stop.signal });
      expect(result.compiled).toBe(true);
    } finally {
      clearInterval(timer);
    }
    for (const [steps, found] of seen) expect(found).toBe(steps);
    expect(seen.length).toBeGreaterThanOrEqual(4);
    expect(await look(svi)).toBe(svi.losses.length);
  });
});

describe("a function that gives the arguments of each step sees the steps before it, by", () => {
  it.each(Object.entries(ways).filter(([name]) => !name.includes("later")))("%s", async (_, look) => {
    const svi = learner();
    const seen: [number, number][] = [];
    const args = (step: number): unknown[] => {
      if (step > 20 && step % 7 < 2) seen.push([step, look(svi) as number]);
      return [];
    };
    const result = await svi.run(60, { ...quiet, args });
    expect(result.compiled).toBe(true);
    for (const [steps, found] of seen) expect(found).toBe(steps);
    expect(seen.length).toBeGreaterThan(5);
  });
});

describe("what the function of the arguments writes is kept", () => {
  const writes: Record<string, (steps: number) => void> = {
    "by assign": () => tf.tidy(() => variable("b").assign(tf.fill([2], 1000))),
    "by assign, after a look": () => {
      variable("b").dataSync();
      tf.tidy(() => variable("b").assign(tf.fill([2], 1000)));
    },
    "by the store": () => void getParamStore().set("b", tf.fill([2], 1000)),
  };
  it.each(Object.entries(writes))("%s", async (_, write) => {
    const svi = learner();
    const args = (step: number): unknown[] => {
      if (step === 50) write(step);
      return [];
    };
    await svi.run(100, { ...quiet, args });
    expect(one("b", variable("b").dataSync())).toBe(1050);
    expect(one("large", variable("large").dataSync())).toBe(100);
    expect(one("optimizer", optimizerState(svi))).toBe(100);
  });
});

it("what was taken from the store keeps its values, and no tensor is left behind", async () => {
  const svi = learner();
  await svi.run(20, quiet);
  const before = tf.memory();
  const kept: { copies: tf.Tensor[]; steps: number }[] = [];
  const look = () => {
    const copies = names.flatMap((name) => [
      tf.clone(variable(name)),
      getParamStore().get(name) as tf.Tensor,
    ]);
    kept.push({ copies, steps: svi.losses.length });
  };
  const stop = new AbortController();
  const timer = setInterval(() => {
    look();
    if (kept.length === 4) stop.abort();
  }, 5);
  const result = await svi.run(MANY, { ...quiet, signal: stop.signal });
  clearInterval(timer);
  expect(result.compiled).toBe(true);
  await svi.run(50, quiet);
  for (const { copies, steps } of kept) {
    expect(
      one(
        "kept",
        copies.flatMap((x) => [...x.dataSync()]),
      ),
    ).toBe(steps);
    tf.dispose(copies);
  }
  // Garbage of before may have been collected meanwhile.
  expect(tf.memory().numTensors).toBeLessThanOrEqual(before.numTensors);
  expect(tf.memory().numBytes).toBeLessThanOrEqual(before.numBytes);
});

describe("a step that fails while it writes", () => {
  /** A kernel that the compiler does not know, and that fails when it is told to. */
  let fails = false;
  const kernel = "LookersTestFails";
  const kernelFunc: tf.KernelFunc = ({ inputs, backend }) => {
    if (fails) throw new Error("failed in mid-step");
    const { dataId, shape, dtype } = inputs.x as tf.TensorInfo;
    const values = (backend as unknown as { readSync(id: object): Float32Array }).readSync(dataId).slice();
    const { write } = backend as unknown as { write(...args: unknown[]): object };
    return { dataId: write.call(backend, values, shape, dtype), shape, dtype };
  };
  const failing: OptimizerRule<{ lr: number }> = {
    ...counting,
    name: "Failing",
    update: ({ value, grad, slots }) => ({
      value: tf.add(grad, tf.engine().runKernel(kernel, { x: value }) as tf.Tensor),
      slots: { count: tf.add(slots.count as tf.Tensor, 1) },
    }),
  };

  it("leaves the last verified one, whole", async () => {
    const backends = [...new Set(["cpu", tf.getBackend()])];
    for (const backendName of backends) tf.registerKernel({ kernelName: kernel, backendName, kernelFunc });
    try {
      const svi = learner(failing);
      const args = (step: number): unknown[] => {
        fails = step === 40;
        return [];
      };
      const run = (options: RunOptions<unknown[]>) => svi.run(60, { ...quiet, ...options });
      await expect(run({ args })).rejects.toThrow("failed in mid-step");
      fails = false;
      expect(notices.join()).toMatch(/cut off while it wrote/);
      const steps = one("all", [
        ...names.flatMap((name) => [...variable(name).dataSync()]),
        ...optimizerState(svi),
      ]);
      expect(steps).toBeGreaterThan(1);
      expect(steps).toBeLessThanOrEqual(40);
      expect(svi.losses).toHaveLength(steps);
      await run({});
      expect(svi.losses).toHaveLength(steps + 60);
      expect(one("all", optimizerState(svi))).toBe(steps + 60);
      expect(one("large", variable("large").dataSync())).toBe(steps + 60);
    } finally {
      for (const backendName of backends) tf.unregisterKernel(kernel, backendName);
    }
  });
});
