/** Models that keep state of their own, wherever JavaScript lets them: compiled, a run gives what it gives eagerly. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as dist from "../../distributions/index.ts";
import { setNoticeHook } from "../../notice.ts";
import { Adam } from "../../optim/index.ts";
import { clearParamStore, param, sample } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import type { AnyLoss } from "../loss.ts";
import type { RunOptions, RunResult } from "../run.ts";
import { SVI } from "../svi.ts";
import { Trace_ELBO } from "../trace-elbo.ts";

type Twist = (z: tf.Tensor) => tf.Tensor | number;

const { Normal, constraints } = dist;
const STEPS = 40;
/** Another model from the eleventh call on: by then a step would have been compiled. */
const late = (calls: number): number => (calls > 10 ? 5 : 1);
const guide = () => {
  sample("z", new Normal(param("m", 0), param("s", 1, { constraint: constraints.positive })));
};
const modelOf = (twist: Twist) => () => {
  const z = sample("z", new Normal(0, 1));
  sample("x", new Normal(tf.add(z, twist(z)), 1), { obs: 1 });
};

class Hidden {
  #calls = 0;
  next(): number {
    return late(this.#calls++);
  }
  get arrow(): () => number {
    return () => this.next();
  }
}
class Open {
  calls = 0;
  readonly inner = (() => {
    let n = 0;
    return () => n++;
  })();
  next(): number {
    return late(this.calls++);
  }
  get arrow(): () => number {
    return () => late(this.calls++);
  }
}
class Static {
  static calls = 0;
  readonly next = (): number => late(Static.calls++);
}
class List {
  readonly #items: number[] = [];
  add(): number {
    return late(this.#items.push(1));
  }
}
let moduleCalls = 0;
const world = globalThis as unknown as { calls: number };

beforeEach(() => {
  setNoticeHook(() => {});
});

async function run(
  make: () => { model: (...args: never[]) => unknown; loss?: AnyLoss<[]>; options?: RunOptions<[]> },
  compile: boolean,
): Promise<RunResult> {
  clearParamStore();
  setSeed(1);
  moduleCalls = 0;
  world.calls = 0;
  Static.calls = 0;
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

const counters: Record<string, () => Twist> = {
  "in an object": () => {
    const state = { calls: 0 };
    return () => late(state.calls++);
  },
  "deep in objects": () => {
    const state = { a: { b: [{ calls: 0 }] } };
    return () => late((state.a.b[0] as { calls: number }).calls++);
  },
  "in a private field": () => {
    const hidden = new Hidden();
    return () => hidden.next();
  },
  "in a field": () => {
    const open = new Open();
    return () => open.next();
  },
  "in a function that is a field": () => {
    const open = new Open();
    return () => late(open.inner());
  },
  "in `this` of an arrow function": () => new Open().arrow,
  "in a private field of that": () => new Hidden().arrow,
  "in a static field": () => new Static().next,
  "in a list in a private field": () => {
    const list = new List();
    return () => list.add();
  },
  "in a prototype": () => {
    class Proto {}
    const shared = Proto.prototype as { calls?: number };
    shared.calls = 0;
    const object = new Proto() as { calls: number };
    return () => {
      shared.calls = object.calls + 1;
      return late(object.calls);
    };
  },
  "in a generator": () => {
    const calls = (function* () {
      for (let i = 0; ; i++) yield late(i);
    })();
    return () => calls.next().value as number;
  },
  "in an iterator": () => {
    const calls = Array.from({ length: 1000 }, (_, i) => late(i)).values();
    return () => calls.next().value as number;
  },
  "in an element of a list": () => {
    const list = [0];
    return () => {
      list[0] = (list[0] as number) + 1;
      return late(list[0]);
    };
  },
  "in a list that goes round": () => {
    const queue = [...new Array<number>(10).fill(1), 5, 5, 5];
    return () => {
      const first = queue.shift() as number;
      queue.push(first);
      return first;
    };
  },
  "in a typed array": () => {
    const cells = new Float32Array(1);
    return () => {
      cells[0] = (cells[0] as number) + 1;
      return late(cells[0]);
    };
  },
  "in a map": () => {
    const map = new Map([["calls", 0]]);
    return () => {
      map.set("calls", (map.get("calls") as number) + 1);
      return late(map.get("calls") as number);
    };
  },
  "in a weak map": () => {
    const key = {};
    const map = new WeakMap([[key, 0]]);
    return () => {
      map.set(key, (map.get(key) as number) + 1);
      return late(map.get(key) as number);
    };
  },
  "in a set": () => {
    const set = new Set([0]);
    return () => {
      const [n = 0] = set;
      set.clear();
      set.add(n + 1);
      return late(n);
    };
  },
  "in a closure of a closure": () => {
    const next = (() => {
      let n = 0;
      return () => n++;
    })();
    return () => late(next());
  },
  "in a module": () => () => late(moduleCalls++),
  "in a global": () => () => late(world.calls++),
  "in a property of a function": () => {
    const twist = Object.assign(() => late(twist.calls++), { calls: 0 });
    return () => twist();
  },
  "under a symbol": () => {
    const key = Symbol("calls");
    const state = { [key]: 0 };
    return () => {
      state[key] = (state[key] as number) + 1;
      return late(state[key]);
    };
  },
  "in a property that is not enumerated": () => {
    const state = Object.defineProperty({} as { calls: number }, "calls", { value: 0, writable: true });
    return () => late(state.calls++);
  },
  "behind a getter": () => {
    let n = 0;
    const state = {
      get value() {
        return late(n++);
      },
    };
    return () => state.value;
  },
  "behind a proxy": () => {
    let n = 0;
    const proxy = new Proxy({} as { value: number }, { get: () => late(n++) });
    return () => proxy.value;
  },
  "behind a bound function": () => {
    function next(this: { calls: number }): number {
      return late(this.calls++);
    }
    const bound = next.bind({ calls: 0 });
    return () => bound();
  },
  "in a date": () => {
    const date = new Date(0);
    return () => late(date.setTime(date.getTime() + 1));
  },
  "in a regular expression": () => {
    const expression = /a/g;
    const text = "a".repeat(1000);
    return () => late(expression.exec(text)?.index ?? 0);
  },
  "in a string": () => {
    let text = "";
    return () => {
      text += "a";
      return late(text.length);
    };
  },
  "in a promise's callback": () => {
    let n = 0;
    return () => {
      void Promise.resolve().then(() => n++);
      return late(n);
    };
  },
  "in a tensor that is kept": () => {
    const state: { last?: tf.Tensor } = {};
    return (z) => {
      const last = state.last === undefined ? 0 : tf.mul(state.last, 0.1);
      state.last = tf.keep(tf.clone(z));
      return last;
    };
  },
};

describe("a counter that the model keeps", () => {
  it.each(Object.entries(counters))("%s", async (_, make) => {
    const { compiled, reason } = await sameRuns(() => ({ model: modelOf(make()) }));
    expect([compiled, reason]).toEqual([false, expect.stringMatching(/changes the variable/)]);
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

describe("the host's clock and random numbers, though they change nothing yet", () => {
  const far = Date.now() + 1e9;
  it.each<[string, () => boolean]>([
    ["Date.now", () => Date.now() > far],
    ["new Date()", () => new Date() > new Date(far)],
    ["performance.now", () => performance.now() > 1e12],
    ["Math.random", () => Math.random() > 2],
  ])("%s", async (_, isLate) => {
    const before = [Date, Date.now, performance.now, Math.random];
    const { compiled, reason } = await sameRuns(() => ({ model: modelOf(() => (isLate() ? 5 : 1)) }));
    expect([compiled, reason]).toEqual([false, expect.stringMatching(/host computes/)]);
    expect([Date, Date.now, performance.now, Math.random]).toEqual(before);
  });
});

it("what a model holds and does not change is compiled: objects, classes, lists, functions", async () => {
  const { compiled } = await sameRuns(() => {
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
  expect(compiled).toBe(true);
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
