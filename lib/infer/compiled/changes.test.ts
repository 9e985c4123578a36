/** What changes between steps, from outside: arguments, parameters, the store, data behind closures. */
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it, vi } from "vitest";
import * as dist from "../../distributions/index.ts";
import * as exported from "../../jit/testing/exported.ts";
import { Adam, ExponentialLR, SGD } from "../../optim/index.ts";
import { getParamStore } from "../../params/index.ts";
import { clearParamStore, param, sample } from "../../primitives.ts";
import { getRngState, setSeed } from "../../tensor/index.ts";
import type { RunResult } from "../run.ts";
import type { RunOptions } from "../run-options.ts";
import { SVI, type SVIOptimizer } from "../svi.ts";
import { Trace_ELBO } from "../trace-elbo.ts";
import { freshRuns, quiet } from "./testing/fresh.ts";

freshRuns();

const m = () => getParamStore().getUnconstrained("m").dataSync()[0] as number;
const guide = () => {
  sample("z", new dist.Normal(param("m", 0), param("s", 1, { constraint: dist.constraints.positive })));
};

function learner<A extends unknown[]>(
  model: (...args: A) => unknown,
  optimizer: SVIOptimizer = new Adam({ lr: 0.01 }),
): SVI<A> {
  return new SVI<A>(model, guide as (...args: unknown[]) => unknown, optimizer, new Trace_ELBO());
}

/** The same run twice, from the same seed: eagerly and compiled. */
async function bothRuns<A extends unknown[]>(
  model: (...args: A) => unknown,
  steps: number,
  options: (svi: SVI<A>) => RunOptions<A>,
  optimizer?: () => SVIOptimizer,
): Promise<RunResult> {
  const run = async (compile: boolean) => {
    clearParamStore();
    setSeed(1);
    const svi = learner(model, optimizer?.());
    const result = await svi.run(steps, { ...quiet, ...options(svi), compile: compile ? "auto" : false });
    return { result, losses: Array.from(result.losses), m: m(), counter: getRngState().counter };
  };
  const [eager, compiled] = [await run(false), await run(true)];
  expect(compiled.losses.length).toBe(eager.losses.length);
  // float32 rounding, through as many steps of Adam.
  eager.losses.forEach((loss, i) => {
    expect(Math.abs((compiled.losses[i] as number) - loss), `loss ${i}`).toBeLessThan(
      2e-3 * (1 + Math.abs(loss)),
    );
  });
  expect(compiled.m).toBeCloseTo(eager.m, 3);
  expect(compiled.counter).toBe(eager.counter);
  return compiled.result;
}

const then = <T>(_: unknown, result: T): T => result;

const observing = (data: tf.Tensor) => {
  const z = sample("z", new dist.Normal(0, 1));
  sample("x", new dist.Normal(z as tf.Tensor, 1).expand(data.shape), { obs: data });
};

describe("arguments that a function gives", () => {
  const batches = [4, 4, 4, 3].map((n, i) => tf.add(tf.range(0, n), i));

  it("tensors of one shape", () =>
    bothRuns(observing, 60, () => ({ args: (step): [tf.Tensor] => [batches[step % 3] as tf.Tensor] })));
  it("a smaller last batch", () =>
    bothRuns(observing, 60, () => ({ args: (step): [tf.Tensor] => [batches[step % 4] as tf.Tensor] })));
  it("a larger batch late", () =>
    bothRuns(observing, 60, () => ({
      args: (step): [tf.Tensor] => [step === 50 ? tf.range(0, 9) : (batches[0] as tf.Tensor)],
    })));

  const scaled = (x: number) => {
    const z = sample("z", new dist.Normal(0, 1));
    sample("x", new dist.Normal(z as tf.Tensor, 1), { obs: x });
  };
  it("a number that changes at each step", () =>
    bothRuns(scaled, 60, () => ({ args: (step): [number] => [step / 10] })));
  it("a number that changes for one step alone", () =>
    bothRuns(scaled, 60, () => ({ args: (step): [number] => [step === 41 ? 9 : 1] })));
  it("a number that changes late", () =>
    bothRuns(scaled, 60, () => ({ args: (step): [number] => [step < 50 ? 1 : -3] })));

  const listed = (xs: ArrayLike<number>) => {
    const z = sample("z", new dist.Normal(0, 1));
    sample("x", new dist.Normal(z as tf.Tensor, 1).expand([xs.length]), { obs: tf.tensor1d(Array.from(xs)) });
  };
  const drawn = (): tf.Tensor => new dist.Normal(2, 1).expand([4]).sample();
  it.each<[string, (step: number) => tf.Tensor]>([
    ["at each step", drawn],
    ["at some steps", (step) => (step % 7 === 0 ? drawn() : (batches[0] as tf.Tensor))],
  ])("numbers that the function draws %s", async (_, data) => {
    const { compiled, reason } = await bothRuns(observing, 60, () => ({
      args: (step): [tf.Tensor] => [data(step)],
    }));
    expect([compiled, reason]).toEqual([true, undefined]);
  });
  it("a seed that the function sets", () =>
    bothRuns(observing, 60, () => ({
      args: (step): [tf.Tensor] => {
        if (step === 40) setSeed(9);
        return [batches[0] as tf.Tensor];
      },
    })));

  it("a list, another object each time with the same numbers", () =>
    bothRuns(listed, 40, () => ({ args: (): [number[]] => [[1, 2, 3]] })));
  it("a typed array that is written into", () => {
    const xs = new Float32Array([1, 2, 3]);
    return bothRuns(listed, 60, () => ({
      args: (step): [Float32Array] => {
        xs[0] = step < 40 ? 1 : 5;
        return [xs];
      },
    }));
  });
});

/** The model adds `read()` to what it observes; the callback is made so that its own text tells nothing. */
const behind: Record<string, () => { read: () => number; write: (step: number) => void }> = {
  "a variable": () => {
    let x = 0;
    return {
      read: () => x,
      write: (step) => {
        if (step === 41) x = 1;
      },
    };
  },
  "a variable, twice": () => {
    let x = 0;
    return {
      read: () => x,
      write: (step) => {
        if (step === 31 || step === 47) x++;
      },
    };
  },
  "a variable and a parameter": () => {
    let x = 0;
    return {
      read: () => x,
      write: (step) => {
        if (step !== 41) return;
        x = 1;
        getParamStore().set("m", 1);
      },
    };
  },
  "a private field": () => {
    class Schedule {
      #x = 0;
      get x() {
        return this.#x;
      }
      advance(step: number) {
        if (step === 41) this.#x = 1;
      }
    }
    const schedule = new Schedule();
    return { read: () => schedule.x, write: (step) => schedule.advance(step) };
  },
  "an element of a list": () => {
    const list = [0];
    const same = list;
    return {
      read: () => list[0] as number,
      write: (step) => {
        if (step > 41) same.splice(0, 1, 1);
      },
    };
  },
  "an element of a typed array": () => {
    const cells = new Float32Array(1);
    const same = cells;
    return {
      read: () => cells[0] as number,
      write: (step) => {
        if (step > 41) same[0] = step / 50;
      },
    };
  },
  "an entry of a map": () => {
    const map = new Map([["x", 0]]);
    const same = map;
    return {
      read: () => map.get("x") as number,
      write: (step) => {
        if (step === 41) same.set("x", 1);
      },
    };
  },
  "the size of a set": () => {
    const set = new Set<number>();
    const same = set;
    return {
      read: () => set.size,
      write: (step) => {
        if (step === 41) same.add(1);
      },
    };
  },
  "a date": () => {
    const date = new Date(0);
    const same = date;
    return {
      read: () => date.getTime(),
      write: (step) => {
        if (step === 41) same.setTime(1);
      },
    };
  },
  "what a module exports": () => {
    exported.set(0);
    return {
      read: () => exported.calls,
      write: (step) => {
        if (step === 41) exported.set(1);
      },
    };
  },
};

describe("what a callback changes by way of another function, late in a short run", () => {
  const reading = (read: () => number) => () => {
    const z = sample("z", new dist.Normal(0, 1));
    sample("x", new dist.Normal(tf.add(z, read()), 1), { obs: 1 });
  };
  /** The changes of each run begin from the same state. */
  async function both(
    make: () => { read: () => number; write: (step: number) => void },
    options: (write: (step: number) => void) => RunOptions<[]>,
  ): Promise<RunResult> {
    let now = make();
    return bothRuns<[]>(
      () => reading(() => now.read())(),
      60,
      () => {
        now = make();
        const { write } = now;
        return options(write);
      },
    );
  }

  it.each(Object.entries(behind))("onStep: %s", async (_, make) => {
    await both(make, (write) => ({ onStep: (step) => write(step) }));
  });
  it.each(Object.entries(behind))("args: %s", async (_, make) => {
    await both(make, (write) => ({ args: (step): [] => then(write(step), []) }));
  });
  it("after an await", async () => {
    const later = async (write: (step: number) => void, step: number) => {
      await null;
      write(step);
    };
    await both(behind["a variable"] as (typeof behind)[string], (write) => ({
      onStep: (step) => later(write, step),
    }));
  });
  it("but what is only read costs nobody the compiler", async () => {
    const data = [1, 2, 3];
    const seen: number[] = [];
    const { compiled } = await bothRuns<[]>(
      reading(() => data.length),
      60,
      () => ({ onStep: (step) => void (step % 10 === 0 && seen.push(data.length)) }),
    );
    expect([compiled, seen.length]).toEqual([true, 12]);
  });
});

describe("what a callback does", () => {
  const model = () => observing(tf.tensor1d([1, 2, 3]));

  it("writes a parameter", () =>
    bothRuns<[]>(model, 60, () => ({
      onStep: (step) => {
        if (step === 30) getParamStore().set("m", 4);
      },
    })));
  it("draws random numbers", () =>
    bothRuns<[]>(model, 60, () => ({
      onStep: (step) => {
        if (step === 30) new dist.Normal(0, 1).sample();
      },
    })));
  it("sets the seed", () =>
    bothRuns<[]>(model, 60, () => ({
      onStep: (step) => {
        if (step === 30) setSeed(7);
      },
    })));
  it("clears the store", () =>
    bothRuns<[]>(model, 60, () => ({
      onStep: (step) => {
        if (step === 30) clearParamStore();
      },
    })));
  it("ends an epoch of a schedule", () => {
    const optimizer = () => new ExponentialLR({ optimizer: SGD, optimArgs: { lr: 0.05 }, gamma: 0.5 });
    return bothRuns<[]>(
      model,
      60,
      ({ optim }) => ({
        onStep: (step) => {
          if (step % 10 === 0) (optim as ReturnType<typeof optimizer>).step();
        },
      }),
      optimizer,
    );
  });
  it("changes what the model reads", () => {
    let target = 1;
    return bothRuns<[]>(
      () => {
        const z = sample("z", new dist.Normal(0, 1));
        sample("x", new dist.Normal(z as tf.Tensor, 1), { obs: target });
      },
      60,
      () => {
        target = 1;
        return {
          onStep: (step) => {
            target = step >= 30 ? -2 : 1;
          },
        };
      },
    );
  });
  it("changes what the model reads, for one step alone", () => {
    let target = 1;
    return bothRuns<[]>(
      () => {
        const z = sample("z", new dist.Normal(0, 1));
        sample("x", new dist.Normal(z as tf.Tensor, 1), { obs: target });
      },
      60,
      () => ({
        onStep: (step) => {
          target = step === 30 ? 8 : 1;
        },
      }),
    );
  });
  it("hears of every step, though the event loop has its turn after each", async () => {
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 100));
    try {
      const heard: number[] = [];
      const onStep = (step: number) => {
        heard.push(step);
      };
      await learner(model).run(60, { ...quiet, onStep });
      expect(heard).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    } finally {
      clock.mockRestore();
    }
  });
  it("ends the run", () => bothRuns<[]>(model, 60, () => ({ onStep: (step) => step < 33 })));
  it("takes an eager step of the same SVI's parameters", () => {
    const other = learner(model);
    return bothRuns<[]>(model, 40, () => ({
      onStep: (step) => {
        if (step === 20) other.evaluateLoss();
      },
    }));
  });

  it("begins anew where parameters were dropped between two runs, and may come back", async () => {
    const svi = learner(() => sample("z", new dist.Normal(5, 1)));
    const [first] = (await svi.run(200, quiet)).losses;
    const dropped = getParamStore().drop(["m", "s"]);
    const again = await svi.run(200, quiet);
    expect(again.compiled).toBe(true);
    expect(Math.abs((again.losses[0] as number) - (first as number))).toBeLessThan(10);
    expect(m()).not.toBe(0);
    dropped.discard();
  });
});
