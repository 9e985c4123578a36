/** Long runs: memory, tensors, counters beyond 32 bits, interrupts, sums over a million numbers, NaN and infinities. */
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../../distributions/index.ts";
import { setInterruptHook } from "../../interrupt.ts";
import { Program } from "../../jit/program.ts";
import { record } from "../../jit/record/record.ts";
import { setNoticeHook } from "../../notice.ts";
import { Adam, PyroOptim, SGD } from "../../optim/index.ts";
import { getParamStore } from "../../params/index.ts";
import { clearParamStore, param, sample } from "../../primitives.ts";
import { getRngState, setRngState, setSeed } from "../../tensor/index.ts";
import { SVI, type SVIOptimizer } from "../svi.ts";
import { Trace_ELBO } from "../trace-elbo.ts";

const { Normal, constraints } = dist;
const STEPS = Number(process.env.TSPYRO_ENDURANCE ?? 100_000);
const quiet = { progress: false } as const;
let restore: (() => void) | undefined;
beforeEach(() => {
  clearParamStore();
  setSeed(1);
  restore = setNoticeHook(() => {}) as unknown as () => void;
});
afterEach(() => restore?.());

const m = () => getParamStore().getUnconstrained("m").dataSync()[0] as number;
const model = () => {
  const z = sample("z", new Normal(0, 1));
  sample("x", new Normal(z, 1), { obs: 1 });
};
const guide = () => {
  sample("z", new Normal(param("m", 0), param("s", 1, { constraint: constraints.positive })));
};
const learner = (twist: () => unknown = model, optimizer: SVIOptimizer = new Adam({ lr: 0.01 })): SVI<[]> =>
  new SVI(twist, guide, optimizer, new Trace_ELBO());

describe("many compiled steps", () => {
  // A loss takes four bytes, and lists grow by doubling.
  it(`leave nothing behind: ${STEPS}`, { timeout: 120_000 }, async () => {
    const svi = learner();
    await svi.run(1000, quiet);
    const before = { tensors: tf.memory().numTensors, heap: process.memoryUsage().heapUsed };
    const { steps, compiled } = await svi.run(STEPS, quiet);
    expect([steps, compiled]).toEqual([STEPS, true]);
    // The first run's losses and those of this one; garbage that nobody has collected yet.
    const grown = process.memoryUsage().heapUsed - before.heap;
    expect(grown).toBeLessThan(40e6);
    await svi.run(10, quiet);
    expect(tf.memory().numTensors).toBe(before.tensors);
    // The posterior is N(1/2, 1/√2); Adam at a rate of 0.01 stays within a few hundredths.
    expect(Math.abs(m() - 0.5)).toBeLessThan(0.15);
  });
});

/** A run from this state, compiled and eagerly. */
async function both(prepare: () => SVI<[]>, steps: number): Promise<void> {
  const outcome = async (compile: boolean) => {
    clearParamStore();
    const { losses, compiled } = await prepare().run(steps, { ...quiet, compile });
    return { losses: Array.from(losses), m: m(), counter: getRngState().counter, compiled };
  };
  const [eager, compiled] = [await outcome(false), await outcome(true)];
  expect(compiled.compiled).toBe(true);
  eager.losses.forEach((loss, i) => {
    expect(compiled.losses[i], `loss ${i}`).toBeCloseTo(loss, 3);
  });
  expect(compiled.m).toBeCloseTo(eager.m, 4);
  expect(compiled.counter).toBe(eager.counter);
}

describe("counters", () => {
  it.each([2 ** 24 - 2, 2 ** 32 - 2])("of the random stream go on from %i", (counter) =>
    both(() => {
      setSeed(3);
      setRngState({ ...getRngState(), counter });
      return learner();
    }, 20),
  );

  it.each([2 ** 24 - 2, 2 ** 32 - 2])("of Adam go on from step %i", async (count) => {
    const prepare = () => {
      setSeed(3);
      const svi = learner();
      svi.step();
      const optimizer = svi.optim as PyroOptim;
      const state = structuredClone(optimizer.getState()) as Record<string, { step: number }>;
      for (const name of Object.keys(state)) (state[name] as { step: number }).step = count;
      optimizer.setState(state as never);
      return svi;
    };
    await both(prepare, 20);
    const svi = prepare();
    await svi.run(20, { ...quiet, compile: true });
    const after = (svi.optim as PyroOptim).getState() as unknown as Record<string, { step: number }>;
    expect(after.m?.step).toBe(count + 20);
  });
});

describe("sums", () => {
  it.each([false, true])("over a million numbers are right to 1e-6 (WebAssembly %s)", (webAssembly) => {
    const n = 1_000_000;
    const values = Float32Array.from({ length: n }, (_, i) => 0.1 + Math.sin(i) / 7);
    const exact = values.reduce((sum, x) => sum + x, 0);
    const x = tf.tensor1d(values);
    const made = tf.tidy(
      () => record([x], () => ({ result: undefined, outputs: [tf.sum(tf.add(tf.mul(x, 2), 1))] })) as never,
    ) as unknown as ReturnType<typeof record>;
    if (made.graph === undefined) throw new Error("refused");
    const program = new Program(made.graph, { webAssembly });
    for (const value of program.sources) program.cellsOf(value)?.set(values);
    expect(program.step(0)).toBe(true);
    const wanted = 2 * exact + n;
    expect(Math.abs((program.outputs[0]?.[0] as number) - wanted) / wanted).toBeLessThan(1e-6);
    made.graph.dispose();
    x.dispose();
  });
});

describe("what is not finite", () => {
  /** A logarithm of the sampled value, which one day is negative. */
  const negative = () => {
    const z = sample("z", new Normal(0, 1));
    sample("x", new Normal(tf.log(tf.add(z, 2.5)), 1), { obs: 1 });
  };

  it("NaN in mid-run: the same error at the same step, and the state of the last whole one", async () => {
    const outcome = async (compile: boolean) => {
      clearParamStore();
      setSeed(9);
      const svi = learner(negative);
      let message = "";
      try {
        await svi.run(5000, { ...quiet, compile: compile ? "auto" : false });
      } catch (error) {
        message = (error as Error).message;
      }
      return { message, losses: svi.losses.length, m: m(), counter: getRngState().counter };
    };
    const [eager, compiled] = [await outcome(false), await outcome(true)];
    expect(eager.message).toMatch(/NaN/);
    expect(eager.losses).toBeGreaterThan(20);
    expect(compiled.message).toBe(eager.message);
    expect(compiled.losses).toBe(eager.losses);
    expect(compiled.counter).toBe(eager.counter);
    expect(compiled.m).toBeCloseTo(eager.m, 4);
  });

  it("infinite gradients are taken as eagerly", async () => {
    // |z|^(1/2) has an infinite slope at 0, where half of the values are put.
    const steep = () => {
      const z = sample("z", new Normal(0, 1));
      const kept = tf.relu(z);
      sample("x", new Normal(tf.add(1, tf.mul(0.1, tf.sqrt(kept))), 1), { obs: 1 });
    };
    const outcome = async (compile: boolean) => {
      clearParamStore();
      setSeed(2);
      const svi = learner(steep, new PyroOptim(SGD, { lr: 0.01 }, { clipValue: 1 }));
      let message = "";
      try {
        await svi.run(60, { ...quiet, compile: compile ? "auto" : false });
      } catch (error) {
        message = (error as Error).message;
      }
      return { message, losses: Array.from(svi.losses), m: m() };
    };
    const [eager, compiled] = [await outcome(false), await outcome(true)];
    expect(compiled.message).toBe(eager.message);
    expect(compiled.losses.length).toBe(eager.losses.length);
    eager.losses.forEach((loss, i) => {
      expect(compiled.losses[i]).toBeCloseTo(loss, 3);
    });
    expect(compiled.m).toBeCloseTo(eager.m, 4);
  });
});

describe("an end before the last step", () => {
  it("by a signal leaves a whole step", async () => {
    const svi = learner();
    const { steps, losses, ended } = await svi.run(50_000_000, {
      ...quiet,
      signal: AbortSignal.timeout(120),
    });
    expect(ended).toBe("aborted");
    expect(losses.length).toBe(steps);
    // As many draws as steps, as many steps of the optimizer.
    expect(getRngState().counter).toBe(steps);
    const state = (svi.optim as PyroOptim).getState() as unknown as Record<string, { step: number }>;
    expect(state.m?.step).toBe(steps);
  });

  it("by an interrupt leaves a whole step", async () => {
    const svi = learner();
    let polls = 0;
    const remove = setInterruptHook(() => {
      if (++polls === 60) throw Object.assign(new Error("interrupted"), { name: "KeyboardInterrupt" });
    });
    await expect(svi.run(50_000_000, quiet)).rejects.toThrow("interrupted");
    remove();
    const steps = svi.losses.length;
    expect(steps).toBeGreaterThan(60);
    expect(getRngState().counter).toBe(steps);
    const state = (svi.optim as PyroOptim).getState() as unknown as Record<string, { step: number }>;
    expect(state.m?.step).toBe(steps);
    expect((await svi.run(100, quiet)).steps).toBe(100);
  });

  it("by an error of the caller's function leaves a whole step", async () => {
    const svi = learner();
    const fails = (step: number) => {
      if (step === 500) throw new Error("enough");
    };
    await expect(svi.run(1000, { ...quiet, onStep: fails })).rejects.toThrow("enough");
    expect(svi.losses.length).toBe(500);
    expect(getRngState().counter).toBe(500);
    const state = (svi.optim as PyroOptim).getState() as unknown as Record<string, { step: number }>;
    expect(state.m?.step).toBe(500);
  });
});
