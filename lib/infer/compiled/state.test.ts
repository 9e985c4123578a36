/** Models that keep state of their own, wherever JavaScript lets them: compiled, a run gives what it gives eagerly. */
import { runInThisContext } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as dist from "../../distributions/index.ts";
import { counters, Hidden, Open } from "../../jit/testing/counters.ts";
import { late, type Twist } from "../../jit/testing/twist.ts";
import { setNoticeHook } from "../../notice.ts";
import { Adam } from "../../optim/index.ts";
import { clearParamStore, param, sample } from "../../primitives.ts";
import { getRngState, setRngState, setSeed } from "../../tensor/index.ts";
import type { AnyLoss } from "../loss.ts";
import type { RunResult } from "../run.ts";
import type { RunOptions } from "../run-options.ts";
import { SVI } from "../svi.ts";
import { Trace_ELBO } from "../trace-elbo.ts";

const { Normal, constraints } = dist;
const STEPS = 40;
const guide = () => {
  sample("z", new Normal(param("m", 0), param("s", 1, { constraint: constraints.positive })));
};
const modelOf = (twist: Twist) => () => {
  const z = sample("z", new Normal(0, 1));
  sample("x", new Normal(tf.add(z, twist(z)), 1), { obs: 1 });
};

const then = <T>(_: unknown, result: T): T => result;

beforeEach(() => {
  setNoticeHook(() => {});
});

async function run(
  make: () => { model: (...args: never[]) => unknown; loss?: AnyLoss<[]>; options?: RunOptions<[]> },
  compile: boolean,
): Promise<RunResult> {
  clearParamStore();
  setSeed(1);
  const { model, loss = new Trace_ELBO(), options = {} } = make();
  const svi = new SVI<[]>(model as () => unknown, guide, new Adam({ lr: 0.01 }), loss);
  return svi.run(STEPS, { ...options, progress: false, compile: compile ? "auto" : false });
}

async function sameRuns(make: Parameters<typeof run>[0]): Promise<RunResult> {
  const [eager, compiled] = [await run(make, false), await run(make, true)];
  // float32 rounding, through as many steps of Adam.
  eager.losses.forEach((loss, i) => {
    expect(Math.abs((compiled.losses[i] as number) - loss), `loss ${i}`).toBeLessThan(1e-3);
  });
  return compiled;
}

describe("a counter that the model keeps", () => {
  it.each(Object.entries(counters))("%s", async (_, make) => {
    const { compiled, reason } = await sameRuns(() => ({ model: modelOf(make()) }));
    expect([compiled, reason]).toEqual([false, expect.stringMatching(/changes (?:the variable|a flag)/)]);
  });

  it("in a variable of tfjs: that is state which a compiled step has too", async () => {
    const { compiled } = await sameRuns(() => {
      const calls = tf.variable(tf.scalar(0), false);
      return {
        model: modelOf(() => {
          calls.assign(tf.add(calls, 1) as tf.Scalar);
          return tf.where(tf.greater(calls, 10), tf.scalar(5), tf.scalar(1));
        }),
      };
    });
    expect(compiled).toBe(true);
  });

  it("in an argument", async () => {
    const withArgument = (argument: { next(): number }) => ({
      model: (one: { next(): number }) => modelOf(() => one.next())(),
      options: { args: [argument] as never as [] },
    });
    await sameRuns(() => withArgument(new Hidden()));
    await sameRuns(() => {
      const state = { calls: 0, next: () => late(state.calls++) };
      return withArgument(state);
    });
  });

  it("on a tensor among the arguments, or in a list of them", async () => {
    type Counting = tf.Tensor & { calls?: number };
    const next = (tensor: Counting) => {
      tensor.calls = (tensor.calls ?? 0) + 1;
      return late(tensor.calls);
    };
    await sameRuns(() => ({
      model: (x: Counting) => modelOf(() => next(x))(),
      options: { args: [tf.scalar(1)] as never as [] },
    }));
    await sameRuns(() => ({
      model: ([x]: Counting[]) => modelOf(() => next(x as Counting))(),
      options: { args: [[tf.scalar(1)]] as never as [] },
    }));
  });

  it("in what runs later: a timer, a microtask", async () => {
    const starts: Record<string, () => unknown> = {
      setTimeout: () => setTimeout(() => {}, 0),
      setImmediate: () => setImmediate(() => {}),
      queueMicrotask: () => queueMicrotask(() => {}),
    };
    for (const [name, start] of Object.entries(starts)) {
      const { compiled, reason } = await sameRuns(() => ({
        model: modelOf(() => {
          start();
          return 1;
        }),
      }));
      expect([compiled, reason]).toEqual([false, expect.stringContaining(`later (${name})`)]);
    }
  });

  it("in the loss", async () => {
    await sameRuns(() => {
      const state = { calls: 0 };
      const elbo = new Trace_ELBO();
      return {
        model: modelOf(() => 1),
        loss: (model, guide) => tf.mul(elbo.differentiableLoss(model, guide), late(state.calls++)),
      };
    });
  });

  it("that begins to count only after a while", async () => {
    let [counting, calls] = [false, 0];
    const svi = new SVI<[]>(
      modelOf(() => {
        if (counting) calls++;
        return calls > 10 ? 5 : 1;
      }),
      guide,
      new Adam({ lr: 0.01 }),
      new Trace_ELBO(),
    );
    expect((await svi.run(STEPS, { progress: false })).compiled).toBe(true);
    counting = true;
    const { compiled, reason } = await svi.run(STEPS, { progress: false });
    expect([compiled, reason]).toEqual([false, expect.stringMatching(/changes the variable "calls"/)]);
    expect(calls).toBe(STEPS);
  });
});

describe("a function of another module that counts its calls", () => {
  const counter = (filename: string): Twist =>
    runInThisContext("(() => { let calls = 0; return () => (calls++, 1); })()", { filename }) as Twist;

  it("is the model's state where the module is the user's", async () => {
    const { compiled, reason } = await sameRuns(() => ({ model: modelOf(counter("/somewhere/mine.js")) }));
    expect([compiled, reason]).toEqual([false, expect.stringMatching(/changes the variable "calls"/)]);
  });

  it("is no matter of the model's where the module is a package's", async () => {
    const path = "/somewhere/node_modules/some/counter.js";
    const { compiled, reason } = await sameRuns(() => ({ model: modelOf(counter(path)) }));
    expect([compiled, reason]).toEqual([true, undefined]);
  });
});

describe("numbers that the host has ready, though they change nothing yet", () => {
  const far = Date.now() + 1e9;
  const few = new Uint32Array(1);
  const ofPackage = runInThisContext("() => Math.random()", {
    filename: "/somewhere/node_modules/some/index.js",
  }) as () => number;
  it.each<[string, (z: tf.Tensor) => boolean]>([
    ["Date.now", () => Date.now() > far],
    ["new Date()", () => new Date() > new Date(far)],
    ["Date()", () => Date() === ""],
    ["performance.now", () => performance.now() > 1e12],
    ["Math.random", () => Math.random() > 2],
    ["Math.random, by a package", () => ofPackage() > 2],
    ["crypto.getRandomValues", () => crypto.getRandomValues(few).length > 1],
    ["crypto.randomUUID", () => crypto.randomUUID().length > 99],
    ["process.hrtime", () => (process.hrtime()[0] as number) > 1e12],
    ["process.hrtime.bigint", () => process.hrtime.bigint() === 0n],
    ["process.uptime", () => process.uptime() > 1e9],
    ["process.memoryUsage", () => process.memoryUsage().rss > 1e15],
    ["tf.memory", () => tf.memory().numTensors > 1e9],
    ["engine.memory", () => tf.engine().memory().numBytes > 1e15],
    ["the random counter", () => getRngState().counter > 1e9],
    ["a step of the random counter", () => then(setRngState({ seed: [1, 0], counter: 7 }), false)],
    ["the seed that is there already", () => then(setSeed(1), false)],
    ["the number of a draw", (z) => z.id > 1e9],
    ["the number of a new tensor", () => tf.tidy(() => tf.scalar(1).id > 1e9)],
    ["the number of a result, taken apart", (z) => (({ id }: tf.Tensor) => id > 1e9)(tf.mul(z, 2))],
    ["the number of a tensor's data", (z) => ((z.dataId as { id?: number }).id ?? 0) > 1e9],
  ])("%s", async (_, isLate) => {
    const things = () => [Date, Date.now, performance.now, Math.random, process.hrtime, crypto.randomUUID];
    const before = things();
    const { compiled, reason } = await sameRuns(() => ({ model: modelOf((z) => (isLate(z) ? 5 : 1)) }));
    expect([compiled, reason]).toEqual([false, expect.stringMatching(/host computes|sets the random seed/)]);
    expect(things()).toEqual(before);
    expect([Object.hasOwn(tf.engine(), "memory"), Object.hasOwn(tf.engine(), "trackTensor")]).toEqual([
      false,
      false,
    ]);
  });

  it("but a number of the data's own is no counter", async () => {
    const schools = [{ id: 1 }, { id: 2 }];
    const { compiled } = await sameRuns(() => ({
      model: modelOf((z) => tf.mul(z, schools.reduce((sum, { id }) => sum + id, 0) / 10)),
    }));
    expect(compiled).toBe(true);
  });
});

it("what a model holds and does not change is compiled: objects, classes, lists, functions", async () => {
  const { compiled, reason } = await sameRuns(() => {
    const settings = { scale: [1, 2], hidden: new Open(), map: new Map([["k", 1]]), at: new Date(0) };
    class Quiet {
      readonly #k = 1;
      readonly data = tf.tensor1d([1, 2]);
      get arrow(): Twist {
        return () =>
          tf.mul(tf.sum(this.data), this.#k * (settings.scale[0] as number) * late(settings.hidden.calls));
      }
    }
    return { model: modelOf(new Quiet().arrow) };
  });
  expect([compiled, reason]).toEqual([true, undefined]);
});

it("where closures cannot be looked into, a function's text tells what it counts up", async () => {
  const inspector = vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never);
  try {
    const { reason } = await sameRuns(() => {
      const state = { calls: 0 };
      return {
        model: () => {
          const z = sample("z", new Normal(0, 1));
          sample("x", new Normal(tf.add(z, late(state.calls++)), 1), { obs: 1 });
        },
      };
    });
    expect(reason).toMatch(/changes the variable "state"/);
    const quiet = await sameRuns(() => ({ model: modelOf(() => 1) }));
    expect(quiet.compiled).toBe(true);
  } finally {
    inspector.mockRestore();
  }
});
