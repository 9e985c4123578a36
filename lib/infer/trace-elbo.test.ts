import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { mask, scale } from "../poutine/index.ts";
import { clearParamStore, param, plate, sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import { ELBO } from "./elbo.ts";
import { slope } from "./testing/moments.ts";
import { Trace_ELBO } from "./trace-elbo.ts";
import { TraceEnum_ELBO } from "./trace-enum-elbo.ts";
import { TraceGraph_ELBO } from "./trace-graph-elbo.ts";
import { TraceMeanField_ELBO } from "./trace-mean-field-elbo.ts";

const elbo = new Trace_ELBO();
const number = (x: tf.Tensor | undefined) => x?.dataSync()[0] ?? Number.NaN;

// Thousands of runs with tiny tensors: the cpu backend is three times as fast, and draws the same numbers.
beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(20);
});

/** Mean and standard error of n runs of f. */
function estimate(n: number, f: () => number): { mean: number; error: number } {
  const values = Array.from({ length: n }, f);
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1);
  return { mean, error: Math.sqrt(variance / n) };
}

function gradOnce(model: () => unknown, guide: () => unknown, name: string): number {
  const { grads } = elbo.lossAndGrads(model, guide);
  const value = number(grads[name]);
  tf.dispose(grads);
  return value;
}

describe("gradients", () => {
  // Prior N(0,1), one observation x = 1.5 with sd 1, guide N(m, s) with m = .5, s = .8:
  // loss = E_q[z²/2 + (x-z)²/2] - log s + const, so d/dm = 2m - x = -.5 and d/d(log s) = 2s² - 1 = .28.
  const model = () => {
    const z = sample("z", new dist.Normal(0, 1));
    sample("x", new dist.Normal(z, 1), { obs: 1.5 });
  };
  const guide = (reparameterized: boolean) => () => {
    const m = param("m", 0.5);
    const s = param("s", 0.8, { constraint: dist.constraints.positive });
    sample("z", new dist.Normal(m, s, { reparameterized }));
  };

  it.each([
    ["path derivative", true, 400],
    ["score function", false, 1500],
  ])("%s of a normal guide", (_, reparameterized, n) => {
    for (const [name, exact] of [
      ["m", -0.5],
      ["s", 0.28],
    ] as const) {
      const { mean, error } = estimate(n, () => gradOnce(model, guide(reparameterized), name));
      // Five standard errors, measured from the same runs: a right estimator fails once in two million.
      expect(Math.abs(mean - exact)).toBeLessThan(5 * error);
      expect(error).toBeLessThan(0.15);
    }
  });

  it("score function of a discrete guide", () => {
    // z ~ Bernoulli(.3), x = 1 ~ N(z, 1); guide Bernoulli(logits φ).
    const discrete = () => {
      const z = sample("z", new dist.Bernoulli(0.3));
      sample("x", new dist.Normal(z, 1), { obs: 1 });
    };
    const phi = 0.4;
    const q = 1 / (1 + Math.exp(-phi));
    const logRatio = (z: number) =>
      Math.log(z === 1 ? 0.3 : 0.7) -
      (1 - z) ** 2 / 2 -
      0.5 * Math.log(2 * Math.PI) -
      Math.log(z === 1 ? q : 1 - q);
    const exact = -q * (1 - q) * (logRatio(1) - logRatio(0));
    const guideOf = () => sample("z", new dist.Bernoulli({ logits: param("phi", phi) }));
    const { mean, error } = estimate(1500, () => gradOnce(discrete, guideOf, "phi"));
    expect(Math.abs(mean - exact)).toBeLessThan(5 * error);
    expect(error).toBeLessThan(0.05);
  });

  it("are zeros for a parameter that does not matter, and exist for every parameter that ran", () => {
    const idle = () => {
      param("idle", [1, 2, 3]);
      return guide(true)();
    };
    const { grads } = elbo.lossAndGrads(model, idle);
    expect(Object.keys(grads).sort()).toEqual(["idle", "m", "s"]);
    expect(Array.from(grads.idle?.dataSync() ?? [])).toEqual([0, 0, 0]);
    tf.dispose(grads);
  });

  it("average over particles in one tape what single particles give", () => {
    setSeed(5);
    const singles = Array.from({ length: 4 }, () => gradOnce(model, guide(true), "m"));
    setSeed(5);
    const { grads } = new Trace_ELBO({ numParticles: 4 }).lossAndGrads(model, guide(true));
    expect(number(grads.m)).toBeCloseTo(singles.reduce((a, b) => a + b) / 4, 5);
    tf.dispose(grads);
  });

  it("come out of differentiableLoss inside a function that tfjs differentiates", () => {
    for (const reparameterized of [true, false]) {
      setSeed(8);
      const ours = elbo.lossAndGrads(model, guide(reparameterized));
      setSeed(8);
      const theirs = tf.variableGrads(() => elbo.differentiableLoss(model, guide(reparameterized)));
      expect(number(theirs.value)).toBeCloseTo(ours.loss, 5);
      const sums = (grads: Record<string, tf.Tensor>) => Object.values(grads).map((g) => number(g));
      const mine = sums(ours.grads).sort();
      sums(theirs.grads)
        .filter((g) => g !== 0)
        .sort()
        .forEach((g, i) => {
          expect(g).toBeCloseTo(mine[i] ?? Number.NaN, 4);
        });
    }
  });
});

describe("plates", () => {
  const data = [0.3, -1, 2, 0.7, 1.1, -0.4];
  const loc = () => param("loc", 0.25);

  it("give the same, vectorised, one by one, and without a plate", () => {
    const vectorised = () => {
      plate("data", 6, () => sample("x", new dist.Normal(loc(), 1), { obs: tf.tensor1d(data) }));
    };
    const sequential = () => {
      for (const i of plate("data", 6)) {
        sample(`x_${i}`, new dist.Normal(loc(), 1), { obs: data[i] ?? 0 });
      }
    };
    const event = () => {
      sample("x", new dist.Normal(loc(), 1).expand([6]).toEvent(1), { obs: tf.tensor1d(data) });
    };
    const exact = data.reduce((s, x) => s + (x - 0.25) ** 2 / 2 + 0.5 * Math.log(2 * Math.PI), 0);
    const slope = data.reduce((s, x) => s + 0.25 - x, 0);
    for (const model of [vectorised, sequential, event]) {
      const { loss, grads } = elbo.lossAndGrads(model, () => {});
      expect(loss).toBeCloseTo(exact, 4);
      expect(number(grads.loc)).toBeCloseTo(slope, 4);
      tf.dispose(grads);
    }
  });

  it("are unbiased when subsampled: the mean over all minibatches is the whole", () => {
    const model = (subsample?: number[]) => {
      plate("data", 6, subsample === undefined ? {} : { subsample }, (indices) => {
        const batch = tf.gather(tf.tensor1d(data), tf.cast(indices, "int32"));
        sample("x", new dist.Normal(loc(), 1), { obs: batch });
      });
    };
    const guide = (_?: number[]) => {};
    const whole = elbo.lossAndGrads<[number[]?]>(model, guide);
    const parts: number[] = [];
    const slopes: number[] = [];
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < i; j++) {
        const { loss, grads } = elbo.lossAndGrads<[number[]?]>(model, guide, [i, j]);
        parts.push(loss);
        slopes.push(number(grads.loc));
        tf.dispose(grads);
      }
    }
    const mean = (xs: number[]) => xs.reduce((a, b) => a + b, 0) / xs.length;
    expect(mean(parts)).toBeCloseTo(whole.loss, 4);
    expect(mean(slopes)).toBeCloseTo(number(whole.grads.loc), 4);
    tf.dispose(whole.grads);
  });

  it("draw minibatches whose mean is the whole, and share them between guide and model", () => {
    const x = tf.tensor1d(data);
    const seen: number[][] = [];
    const program = (isModel: boolean) => () =>
      plate("data", 6, { subsampleSize: 2 }, (indices) => {
        seen.push(Array.from(indices.dataSync()));
        if (isModel) sample("x", new dist.Normal(0.25, 1), { obs: tf.gather(x, tf.cast(indices, "int32")) });
      });
    const exact = data.reduce((s, v) => s + (v - 0.25) ** 2 / 2 + 0.5 * Math.log(2 * Math.PI), 0);
    const { mean, error } = estimate(400, () => elbo.loss(program(true), program(false)));
    expect(Math.abs(mean - exact)).toBeLessThan(5 * error);
    for (let i = 0; i < seen.length; i += 2) expect(seen[i + 1]).toEqual(seen[i]);
  });

  it("do not scale the score by subsampling, yet stay unbiased", () => {
    // Local z_i ~ Bernoulli(.5) with x_i ~ N(z_i, 1), one shared guide parameter, batches of 1 of 2.
    const xs = [0.2, 1.4];
    const phi = 0.3;
    const q = 1 / (1 + Math.exp(-phi));
    const model = () =>
      plate("data", 2, { subsampleSize: 1 }, (indices) => {
        const z = sample("z", new dist.Bernoulli(0.5));
        sample("x", new dist.Normal(z, 1), { obs: tf.gather(tf.tensor1d(xs), tf.cast(indices, "int32")) });
      });
    const guide = () =>
      plate("data", 2, { subsampleSize: 1 }, () => {
        sample("z", new dist.Bernoulli({ logits: param("phi", phi) }));
      });
    const ratio = (x: number, z: number) => Math.log(0.5) - (x - z) ** 2 / 2 - Math.log(z === 1 ? q : 1 - q);
    const exact = -xs.reduce((s, x) => s + q * (1 - q) * (ratio(x, 1) - ratio(x, 0)), 0);
    const { mean, error } = estimate(1500, () => gradOnce(model, guide, "phi"));
    expect(Math.abs(mean - exact)).toBeLessThan(5 * error);
    expect(error).toBeLessThan(0.1);
  });
});

describe("scale and mask", () => {
  const site = (value: number) => () => {
    sample("x", new dist.Normal(param("loc", 0), 1), { obs: value });
  };

  it("multiply and leave out log-densities, and their gradients", () => {
    const plain = elbo.lossAndGrads(site(2), () => {});
    const scaled = elbo.lossAndGrads(scale(site(2), { scale: 3 }), () => {});
    expect(scaled.loss).toBeCloseTo(3 * plain.loss, 5);
    expect(number(scaled.grads.loc)).toBeCloseTo(-6, 5);
    const masked = elbo.lossAndGrads(mask(site(2), { mask: false }), () => {});
    expect(masked.loss).toBe(0);
    expect(number(masked.grads.loc)).toBeCloseTo(0, 9);
    tf.dispose([plain.grads, scaled.grads, masked.grads]);
  });
});

describe("particles in a plate", () => {
  // z_i ~ B(.3), x_i ~ N(z_i, 1) for two i, and a location w for both: an estimate is a mean of independent ones.
  const xs = [0.2, 1.4];
  const START = { m: 0.3, a: 0.4 };
  const model = () => {
    const w = sample("w", new dist.Normal(0, 1));
    plate("data", 2, () => {
      const z = sample("z", new dist.Bernoulli(0.3));
      sample("x", new dist.Normal(tf.add(w, z), 1), { obs: xs });
    });
  };
  const guide = () => {
    sample("w", new dist.Normal(param("m", START.m), 1, { reparameterized: false }));
    plate("data", 2, () => sample("z", new dist.Bernoulli({ logits: param("a", START.a) })));
  };
  const exactLoss = ({ m, a }: typeof START) => {
    const q = 1 / (1 + Math.exp(-a));
    const kl = q * Math.log(q / 0.3) + (1 - q) * Math.log((1 - q) / 0.7);
    const squares = (x: number) => ((x - m - q) ** 2 + q * (1 - q) + 1) / 2 + 0.5 * Math.log(2 * Math.PI);
    return (m * m) / 2 + xs.reduce((sum, x) => sum + kl + squares(x), 0);
  };

  const exactSlope = (name: keyof typeof START) =>
    slope((v) => exactLoss({ ...START, [name]: v }), START[name]);

  it.each<[string, (n: number) => Trace_ELBO | TraceGraph_ELBO, number]>([
    ["Trace_ELBO", (numParticles) => new Trace_ELBO({ numParticles, vectorizeParticles: true }), 50_000],
    [
      "TraceGraph_ELBO",
      (numParticles) => new TraceGraph_ELBO({ numParticles, vectorizeParticles: true }),
      20_000,
    ],
  ])("%s has the loss and the gradient of the closed form", (_, make, n) => {
    const many = make(n);
    const { loss, grads } = many.lossAndGrads(model, guide);
    // Standard deviations of single particles are below 8 here: five standard errors.
    expect(Math.abs(loss - exactLoss(START))).toBeLessThan((5 * 8) / Math.sqrt(n));
    expect(Math.abs(many.loss(model, guide) - exactLoss(START))).toBeLessThan((5 * 8) / Math.sqrt(n));
    for (const name of ["m", "a"] as const) {
      expect(Math.abs(number(grads[name]) - exactSlope(name))).toBeLessThan((5 * 8) / Math.sqrt(n));
    }
    tf.dispose(grads);
  });

  it.each([
    ["Trace_ELBO", Trace_ELBO],
    ["TraceGraph_ELBO", TraceGraph_ELBO],
  ] as const)("%s is unbiased with a subsampled plate: the mean over all batches", (_, Loss) => {
    const n = 50_000;
    const many = new Loss({ numParticles: n, vectorizeParticles: true });
    const batch = (at: number) => {
      const data = <R>(body: (i: tf.Tensor1D) => R) => plate("data", 2, { subsample: [at] }, body);
      const { loss, grads } = many.lossAndGrads(
        () => {
          const w = sample("w", new dist.Normal(0, 1));
          data((i) => {
            const z = sample("z", new dist.Bernoulli(0.3));
            sample("x", new dist.Normal(tf.add(w, z), 1), { obs: tf.gather(tf.tensor1d(xs), i) });
          });
        },
        () => {
          sample("w", new dist.Normal(param("m", START.m), 1, { reparameterized: false }));
          data(() => sample("z", new dist.Bernoulli({ logits: param("a", START.a) })));
        },
      );
      const found = { loss, m: number(grads.m), a: number(grads.a) };
      tf.dispose(grads);
      return found;
    };
    const [first, second] = [batch(0), batch(1)];
    // Standard deviations of single particles are below 9: five standard errors.
    const bound = (5 * 9) / Math.sqrt(2 * n);
    expect(Math.abs((first.loss + second.loss) / 2 - exactLoss(START))).toBeLessThan(bound);
    for (const name of ["m", "a"] as const) {
      expect(Math.abs((first[name] + second[name]) / 2 - exactSlope(name))).toBeLessThan(bound);
    }
  });

  it("vary as little as particles that run one after the other", () => {
    const spread = (loss: Trace_ELBO) => {
      const draws = Array.from({ length: 300 }, () => {
        const { grads } = loss.lossAndGrads(model, guide);
        const value = number(grads.m);
        tf.dispose(grads);
        return value;
      });
      const mean = draws.reduce((a, b) => a + b) / 300;
      return draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 299;
    };
    const together = spread(new Trace_ELBO({ numParticles: 4, vectorizeParticles: true }));
    const ratio = together / spread(new Trace_ELBO({ numParticles: 4 }));
    // Two variances from 300 draws each, of heavier tails than a normal's: their ratio is off by 15 % or so.
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.6);
  });

  it("leave room for the plates of the model, keep the stream of random numbers, and no tensor", () => {
    const loss = new Trace_ELBO({ numParticles: 3, vectorizeParticles: true });
    setSeed(3);
    const first = loss.loss(model, guide);
    setSeed(3);
    expect(loss.loss(model, guide)).toBe(first);
    const before = tf.memory().numTensors;
    tf.dispose(loss.lossAndGrads(model, guide).grads);
    expect(tf.memory().numTensors).toBe(before);
    expect(() =>
      new Trace_ELBO({ numParticles: 3, vectorizeParticles: true, maxPlateNesting: 0 }).loss(model, guide),
    ).toThrow(/_particles/);
  });

  it("are refused where scores would meet the costs of other particles", () => {
    const options = { numParticles: 3, vectorizeParticles: true };
    for (const loss of [new TraceEnum_ELBO(options), new TraceMeanField_ELBO(options)]) {
      expect(() => loss.lossAndGrads(model, guide)).toThrow(
        /"w" has no path derivative[\s\S]*vectorizeParticles/,
      );
    }
  });

  it("work where discrete sites are enumerated", () => {
    const smooth = () => {
      sample("w", new dist.Normal(param("m", START.m), 1));
      plate("data", 2, () => sample("z", new dist.Bernoulli({ logits: param("a", START.a) })));
    };
    const loss = new TraceEnum_ELBO({ numParticles: 20_000, vectorizeParticles: true });
    // What is left is the variance of w alone: below 2.
    expect(Math.abs(loss.loss(model, smooth) - exactLoss(START))).toBeLessThan((5 * 2) / Math.sqrt(20_000));
  });
});

describe("mismatched guides", () => {
  const model = () => {
    const a = sample("a", new dist.Normal(0, 1));
    sample("b", new dist.Normal(tf.stack([a, a]), 1).toEvent(1));
    sample("x", new dist.Normal(a, 1), { obs: 1 });
  };
  const a = () => sample("a", new dist.Normal(0, 1));
  const b = () => sample("b", new dist.Normal([0, 0], 1).toEvent(1));

  it.each<[string, () => void, RegExp]>([
    ["without one of the model's sites", () => void a(), /no site "b"/],
    [
      "with a site of its own",
      () => {
        a();
        b();
        sample("c", new dist.Normal(0, 1));
      },
      /site "c" that the model has not/,
    ],
    [
      "that samples what is observed",
      () => {
        a();
        b();
        sample("x", new dist.Normal(0, 1));
      },
      /"x" is observed in the model/,
    ],
    [
      "with a site of another shape",
      () => {
        a();
        sample("b", new dist.Normal([0, 0, 0], 1).toEvent(1));
      },
      /"b" has different shapes[\s\S]*\[2\][\s\S]*\[3\]/,
    ],
  ])("a guide %s is an error that names the site", (_, guide, message) => {
    const tensors = tf.memory().numTensors;
    expect(() => elbo.loss(model, guide)).toThrow(message);
    expect(() => elbo.lossAndGrads(model, guide)).toThrow(message);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("auxiliary sites are allowed, and count in the guide alone", () => {
    const guide = () => {
      a();
      b();
      sample("aux", new dist.Normal(0, 1), { infer: { isAuxiliary: true } });
    };
    expect(Number.isFinite(elbo.loss(model, guide))).toBe(true);
  });
});

describe("ELBO", () => {
  it("dispatches, with and without new, and refuses options that contradict each other", () => {
    expect(new ELBO({ numParticles: 2 })).toBeInstanceOf(Trace_ELBO);
    expect(ELBO()).toBeInstanceOf(Trace_ELBO);
    expect(() => ELBO({ enumDiscrete: true, traceGraph: true })).toThrow(/enumDiscrete/);
    expect(() => ELBO({ numParticles: 0 })).toThrow(/numParticles/);
  });
});
