import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as dist from "../distributions/index.ts";
import { setInterruptHook } from "../interrupt.ts";
import { setNoticeHook } from "../notice.ts";
import { Adam, ClippedAdam, SGD } from "../optim/index.ts";
import { getParamStore } from "../params/index.ts";
import { clearParamStore, factor, param, plate, sample } from "../primitives.ts";
import { getRngState, setSeed } from "../tensor/index.ts";
import { rollbackInFlight } from "./in-flight.ts";
import { SVI } from "./svi.ts";
import { Trace_ELBO } from "./trace-elbo.ts";

const { positive } = dist.constraints;
const number = (x: tf.Tensor | undefined) => x?.dataSync()[0] ?? Number.NaN;
const stored = (name: string) => number(getParamStore().get(name));
const flips = tf.tensor1d([1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);

// Thousands of steps with tiny tensors: the cpu backend is three times as fast, and draws the same numbers.
beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(1);
});

const coin = {
  model: () => {
    const p = sample("p", new dist.Beta(10, 10));
    plate("flips", 10, () => sample("flip", new dist.Bernoulli(p), { obs: flips }));
  },
  guide: () => {
    const alpha = param("alpha", 15, { constraint: positive });
    const beta = param("beta", 15, { constraint: positive });
    sample("p", new dist.Beta(alpha, beta));
  },
};

/** z ~ N(0,1), x = 2 ~ N(z,1): posterior N(1, sqrt(1/2)). */
function normalNormal(reparameterized = true, init = 0) {
  return {
    model: () => {
      const z = sample("z", new dist.Normal(0, 1));
      sample("x", new dist.Normal(z, 1), { obs: 2 });
    },
    guide: () => {
      const m = param("m", init);
      const s = param("s", 1, { constraint: positive });
      sample("z", new dist.Normal(m, s, { reparameterized }));
    },
  };
}

/** Takes steps with a rate that ends at a hundredth of what it starts with. */
function learn(
  { model, guide }: { model: () => unknown; guide: () => unknown },
  lr: number,
  steps: number,
  numParticles = 1,
) {
  const optim = new ClippedAdam({ lr, lrd: 0.01 ** (1 / steps) });
  const svi = new SVI(model, guide, optim, new Trace_ELBO({ numParticles }));
  for (let i = 0; i < steps; i++) svi.step();
}

describe("learning", () => {
  it("finds the coin's posterior mean", () => {
    learn(coin, 0.02, 600);
    const mean = stored("alpha") / (stored("alpha") + stored("beta"));
    // Exact .53333; rates that end at .0002 leave less than half of this as noise.
    expect(Math.abs(mean - 0.53333)).toBeLessThan(0.01);
  });

  it.each([
    ["path derivative", true, 400, 1, 0.08],
    ["score function", false, 400, 4, 0.15],
  ] as const)("finds a normal posterior by the %s", (_, reparameterized, steps, numParticles, tolerance) => {
    learn(normalNormal(reparameterized), 0.1, steps, numParticles);
    // The rate ends at .001; what remains is the noise of the steps before.
    expect(Math.abs(stored("m") - 1)).toBeLessThan(tolerance);
    expect(Math.abs(stored("s") - Math.SQRT1_2)).toBeLessThan(tolerance);
  });

  it("finds a Gamma posterior of an exponential rate", () => {
    // Gamma(2, 2) prior, four waiting times of sum 3: posterior Gamma(6, 5), mean 1.2.
    const times = tf.tensor1d([0.5, 1, 0.25, 1.25]);
    const model = () => {
      const rate = sample("rate", new dist.Gamma(2, 2));
      plate("times", 4, () => sample("time", new dist.Exponential(rate), { obs: times }));
    };
    const guide = () => {
      const a = param("a", 3, { constraint: positive });
      const b = param("b", 3, { constraint: positive });
      sample("rate", new dist.Gamma(a, b));
    };
    learn({ model, guide }, 0.1, 500);
    // The ratio is learned well before a and b themselves, which lie on a flat ridge.
    expect(Math.abs(stored("a") / stored("b") - 1.2)).toBeLessThan(0.06);
    // So the bound is near the log evidence, lnΓ(6) - lnΓ(2) + 2 ln 2 - 6 ln 5; 300 particles blur it by .02.
    const loss = new Trace_ELBO({ numParticles: 300 }).loss(model, guide);
    expect(Math.abs(loss - 3.48284)).toBeLessThan(0.1);
  });

  it("optimises what ran in this step, and nothing else", () => {
    let which = "a";
    const model = () => {
      const x = param(which, 0);
      sample("x", new dist.Normal(x, 1), { obs: 1 });
    };
    const svi = new SVI(model, () => {}, new SGD({ lr: 0.1 }), "ELBO");
    svi.step();
    which = "b";
    svi.step();
    svi.step();
    expect(stored("a")).toBeCloseTo(0.1, 6);
    expect(stored("b")).toBeCloseTo(0.19, 6);
  });
});

describe("losses of one's own", () => {
  const model = () => param("x", 3);

  it("a function is differentiated with respect to the parameters that it met", () => {
    const svi = new SVI(
      model,
      () => {},
      new SGD({ lr: 0.25 }),
      (m) => tf.square(tf.sub(m() as tf.Tensor, 1)),
    );
    expect(svi.evaluateLoss()).toBeCloseTo(4, 6);
    expect(svi.step()).toBeCloseTo(4, 6);
    expect(stored("x")).toBeCloseTo(2, 6);
  });

  it("gradients of one's own are used as they are", () => {
    const svi = new SVI(
      model,
      () => {},
      new SGD({ lr: 1 }),
      () => tf.scalar(7),
      {
        lossAndGrads: (m) => {
          m();
          return { loss: 5, grads: { x: tf.scalar(0.5) } };
        },
      },
    );
    expect(svi.step()).toBe(5);
    expect(svi.evaluateLoss()).toBe(7);
    expect(stored("x")).toBeCloseTo(2.5, 6);
  });

  it("refuses what is not a loss, a model or an optimizer", () => {
    const optim = new SGD();
    expect(() => new SVI(model, () => {}, optim, "LBFGS" as never)).toThrow(
      /does not know this loss[\s\S]*LBFGS/,
    );
    expect(() => new SVI(1 as never, () => {}, optim)).toThrow(/model must be a function/);
    expect(() => new SVI(model, () => {}, {} as never)).toThrow(/needs an optimizer/);
    expect(() => new SVI(model, () => {}, optim, (() => "x") as never).step()).toThrow(/scalar tensor/);
  });
});

/** Everything a step may change. */
function snapshot(optim: { getState(): unknown }) {
  const params = Object.fromEntries(
    [...getParamStore().keys()].map((name) => [
      name,
      Array.from(getParamStore().getUnconstrained(name).dataSync()),
    ]),
  );
  return { params, optim: optim.getState() };
}

describe("a step is all or nothing", () => {
  it("leaves no tensor behind, whether it succeeds or fails", () => {
    const { model, guide } = normalNormal(false);
    let fail = false;
    const fragile = () => {
      model();
      if (fail) throw new Error("the model gave up");
    };
    const svi = new SVI(fragile, guide, new Adam(), "ELBO");
    svi.step();
    svi.step();
    const tensors = tf.memory().numTensors;
    for (let i = 0; i < 200; i++) svi.step();
    expect(tf.memory().numTensors).toBe(tensors);
    fail = true;
    for (let i = 0; i < 5; i++) expect(() => svi.step()).toThrow("the model gave up");
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it.each<[string, (m: tf.Tensor) => void, RegExp]>([
    [
      "a NaN log-density",
      (m) => factor("bad", tf.log(tf.sub(tf.mul(m, 0), 1))),
      /the loss is NaN[\s\S]*site "bad" of the model/,
    ],
    [
      "a NaN gradient alone",
      // d/dm sqrt(0·m) = 0·∞
      (m) => factor("bad", tf.sqrt(tf.mul(m, 0))),
      /the gradient of parameter "m" is NaN[\s\S]*site "bad"/,
    ],
  ])("%s stops the step, names the site, and changes nothing", (_, poison, message) => {
    let bad = false;
    const { model, guide } = normalNormal();
    const poisoned = () => {
      model();
      if (bad) poison(param("m"));
    };
    const optim = new Adam({ lr: 0.1 });
    const svi = new SVI(poisoned, guide, optim, "ELBO");
    svi.step();
    const before = snapshot(optim);
    const tensors = tf.memory().numTensors;
    bad = true;
    expect(() => svi.step()).toThrow(message);
    expect(() => svi.step()).toThrow(/Trace Shapes/);
    expect(snapshot(optim)).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(svi.losses.length).toBe(1);
    bad = false;
    expect(Number.isFinite(svi.step())).toBe(true);
  });

  it("an infinite gradient that would make a parameter NaN stops the step", () => {
    const optim = new Adam();
    let infinite = false;
    const model = () => {
      const x = param("x", 0);
      if (infinite) factor("steep", tf.sqrt(x));
    };
    const svi = new SVI(model, () => {}, optim, "ELBO");
    svi.step();
    infinite = true;
    const before = snapshot(optim);
    expect(() => svi.step()).toThrow(/"x", whose gradient is infinite/);
    expect(snapshot(optim)).toEqual(before);
  });

  it("a failed first step creates no parameter", () => {
    const model = () => {
      param("x", 1);
      throw new Error("no");
    };
    const svi = new SVI(model, () => {}, new Adam(), "ELBO");
    expect(() => svi.step()).toThrow("no");
    expect([...getParamStore().keys()]).toEqual([]);
  });

  it("an infinite loss with finite gradients is taken, with one notice", () => {
    const notices: string[] = [];
    const restore = setNoticeHook((message) => notices.push(message));
    const model = () => {
      const x = param("x", 0);
      factor("impossible", tf.add(tf.mul(x, 2), Number.NEGATIVE_INFINITY));
    };
    const svi = new SVI(model, () => {}, new SGD({ lr: 0.1 }), "ELBO");
    expect(svi.step()).toBe(Number.POSITIVE_INFINITY);
    svi.step();
    restore();
    expect(notices).toHaveLength(1);
    expect(stored("x")).toBeCloseTo(0.4, 6);
  });

  it.each<[string, () => void, RegExp]>([
    [
      "a scale of -1",
      () => {
        sample("height", new dist.Normal(0, -1));
      },
      /scale[\s\S]*site "height"|site "height"[\s\S]*scale/,
    ],
    [
      "an observation outside the support",
      () => {
        sample("heads", new dist.Bernoulli(0.5), { obs: 3 });
      },
      /"heads"[\s\S]*3/,
    ],
  ])("%s is an error that names the site", (_, model, message) => {
    const svi = new SVI(model, () => {}, new Adam(), "ELBO");
    expect(() => svi.step()).toThrow(message);
    expect(() => svi.evaluateLoss()).toThrow(message);
  });
});

describe("interrupts", () => {
  it("between steps and inside one leave the state of the last whole step", () => {
    const { model, guide } = normalNormal();
    const optim = new Adam({ lr: 0.1 });
    let cut = false;
    const interrupted = Object.assign(new Error("stop"), { name: "KeyboardInterrupt" });
    const svi = new SVI(
      () => {
        model();
        if (cut) throw interrupted;
      },
      guide,
      optim,
      "ELBO",
    );
    svi.step();
    const before = snapshot(optim);
    const rng = getRngState();
    cut = true;
    expect(() => svi.step()).toThrow(interrupted);
    cut = false;
    const restore = setInterruptHook(() => {
      throw interrupted;
    });
    expect(() => svi.step()).toThrow(interrupted);
    restore();
    expect(snapshot(optim)).toEqual(before);
    expect(getRngState()).toEqual(rng);
  });

  it("that run no finally are rolled back, before the write and finished in its midst", () => {
    const { model, guide } = normalNormal();
    const optim = new Adam({ lr: 0.1 });
    const svi = new SVI(model, guide, optim, "ELBO");
    svi.step();
    svi.step();
    const two = snapshot(optim);
    const rngTwo = getRngState();
    svi.step();
    const three = snapshot(optim);

    // The same again, cut off while it writes: the journal is read as the kernel would, from inside.
    clearParamStore();
    setSeed(1);
    const again = new Adam({ lr: 0.1 });
    const second = new SVI(model, guide, again, "ELBO");
    second.step();
    second.step();
    expect(snapshot(again)).toEqual(two);
    expect(getRngState()).toEqual(rngTwo);
    const s = getParamStore().getUnconstrained("s");
    const assign = vi.spyOn(s, "assign").mockImplementationOnce(() => {
      assign.mockRestore();
      rollbackInFlight();
    });
    second.step();
    expect(snapshot(again)).toEqual(three);
  });
});

describe("run", () => {
  it.each([false, true])("takes the steps that step would (compile: %s)", async (compile) => {
    const { model, guide } = normalNormal();
    const optims = [new Adam({ lr: 0.1 }), new Adam({ lr: 0.1 })] as const;
    const one = new SVI(model, guide, optims[0], "ELBO");
    const expected = Array.from({ length: 60 }, () => one.step());
    const learned = snapshot(optims[0]);
    clearParamStore();
    setSeed(1);
    const two = new SVI(model, guide, optims[1], "ELBO");
    const first = await two.run(20, { progress: false, compile });
    const result = await two.run(40, { progress: false, compile });
    const losses = [...first.losses, ...result.losses];
    // Compiled steps compute in float64 between loads and stores.
    const digits = compile ? 4 : 7;
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(expected[i] as number, digits);
    expect(Array.from(two.losses)).toEqual(losses);
    expect(result).toMatchObject({ steps: 40, compiled: compile, ended: "done" });
    if (!compile) expect(snapshot(optims[1])).toEqual(learned);
    await expect(two.run(-1)).rejects.toThrow(/whole number/);
  });

  it("gives the event loop a turn, ends on abort, and passes arguments", async () => {
    const seen: number[] = [];
    const model = (x: number) => {
      seen.push(x);
      sample("x", new dist.Normal(param("m", 0), 1), { obs: x });
    };
    const guide = (_: number) => {};
    const svi = new SVI(model, guide, new SGD(), "ELBO");
    await svi.run(2, { args: [4], progress: false });
    await svi.run(2, { args: (step) => [step], progress: false });
    expect(seen).toEqual([4, 4, 0, 1]);
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 1);
    const result = await svi.run(1e6, { args: [1], signal: abort.signal, progress: false });
    expect(result.ended).toBe("aborted");
    expect(result.steps).toBe(result.losses.length);
    expect(result.steps).toBeGreaterThan(0);
  });

  it("stops where onStep says so", async () => {
    const svi = new SVI(coin.model, coin.guide, new Adam(), "ELBO");
    const result = await svi.run(100, { progress: false, onStep: (step) => step < 3 });
    expect(result).toMatchObject({ steps: 3, ended: "stopped" });
  });
});
