import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { clearParamStore, param, plate, sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import { ELBO } from "./elbo.ts";
import { checkExact as check } from "./testing/exact-gradients.ts";
import { moments } from "./testing/moments.ts";
import { TraceEnum_ELBO } from "./trace-enum-elbo.ts";

const elbo = new TraceEnum_ELBO();
const parallel = { infer: { enumerate: "parallel" as const } };
beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(9);
});

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const normal = (x: number, loc: number, scale = 1) =>
  -(((x - loc) / scale) ** 2) / 2 - Math.log(scale) - 0.5 * Math.log(2 * Math.PI);
const coin = (p: number, z: number) => Math.log(z === 1 ? p : 1 - p);
const logSum = (terms: number[]) => Math.log(terms.reduce((sum, t) => sum + Math.exp(t), 0));

const data = [-1.2, 0.3, 2.1, 2.8, -0.4];
const START = { locs: [-0.5, 1.5], share: [0.3, -0.2] };
const softmax = (xs: number[]) => xs.map((x) => Math.exp(x - logSum(xs)));
/** A mixture of two normals. */
const mixture = (options: object, indices?: number[]) => () => {
  const locs = param("locs", START.locs);
  const share = param("share", START.share);
  const subsample = indices === undefined ? {} : { subsample: indices };
  plate("data", data.length, subsample, (i) => {
    const z = sample("z", new dist.Categorical({ logits: share }), options);
    sample("x", new dist.Normal(tf.gather(locs, tf.cast(z, "int32")), 1), {
      obs: tf.gather(tf.tensor1d(data), i),
    });
  });
};
const mixtureLoss = ({ locs, share }: Record<string, number[]>) => {
  const logP = softmax(share as number[]).map(Math.log);
  return -data.reduce((sum, x) => sum + logSum(logP.map((p, k) => p + normal(x, locs?.[k] as number))), 0);
};

describe("sites of the model, summed out", () => {
  it("in a plate: a mixture has the gradient of its exact marginal", () => {
    check(mixture(parallel), () => {}, mixtureLoss, START);
  });

  it("in a subsampled plate: the subsets average to the whole", () => {
    const all = data.map((_, i) => elbo.loss(mixture(parallel, [i]), () => {}));
    expect(all.reduce((a, b) => a + b) / data.length).toBeCloseTo(mixtureLoss(START), 4);
  });

  it("outside a plate and inside it", () => {
    // One coin c for all data, one coin z for each.
    const model = () => {
      const a = param("a", [0.3]);
      const c = sample("c", new dist.Bernoulli({ logits: tf.squeeze(a) }), parallel);
      plate("data", data.length, () => {
        const z = sample("z", new dist.Bernoulli(tf.add(0.2, tf.mul(c, 0.5))), parallel);
        sample("x", new dist.Normal(tf.add(z, c), 1), { obs: data });
      });
    };
    const exact = ({ a }: Record<string, number[]>) => {
      const joint = [0, 1].map((c) => {
        const each = data.map((x) => logSum([0, 1].map((z) => coin(0.2 + 0.5 * c, z) + normal(x, z + c))));
        return coin(sigmoid(a?.[0] as number), c) + each.reduce((s, t) => s + t, 0);
      });
      return -logSum(joint);
    };
    check(model, () => {}, exact, { a: [0.3] });
  });

  it("with a batch of data that stands in no plate", () => {
    const model = () => {
      const z = sample("z", new dist.Bernoulli({ logits: param("a", 0.4) }), parallel);
      sample("x", new dist.Normal(tf.mul(z, tf.ones([data.length])), 1), { obs: data });
    };
    const exact = ({ a }: Record<string, number[]>) => {
      const term = (z: number) => data.reduce((s, x) => s + normal(x, z), coin(sigmoid(a?.[0] as number), z));
      return -logSum([term(0), term(1)]);
    };
    check(model, () => {}, exact, { a: [0.4] });
  });

  it("in a chain: a hidden Markov model of three steps", () => {
    const seen = [0.5, 1.8, -0.3];
    const model = () => {
      const move = param("move", [-0.4, 0.9]);
      let z: tf.Tensor = tf.scalar(0);
      for (const [t, x] of seen.entries()) {
        const logits = tf.gather(move, tf.cast(z, "int32"));
        z = sample(`z${t}`, new dist.Bernoulli({ logits }), parallel);
        sample(`x${t}`, new dist.Normal(tf.mul(z, 2), 1), { obs: x });
      }
    };
    const exact = ({ move }: Record<string, number[]>) => {
      let forward = [0, Number.NEGATIVE_INFINITY];
      for (const x of seen) {
        const step = (z: number) =>
          logSum(forward.map((f, from) => f + coin(sigmoid(move?.[from] as number), z))) + normal(x, 2 * z);
        forward = [step(0), step(1)];
      }
      return -logSum(forward);
    };
    check(model, () => {}, exact, { move: [-0.4, 0.9] });
  });
});

describe("sites of the guide", () => {
  it("in a plate, all values at once", () => {
    const at = { q: [0.1, -0.7, 1.2, 2, 0], locs: START.locs };
    const guide = () => {
      const q = param("q", at.q);
      plate("data", data.length, () => {
        const two = new dist.Categorical({ logits: tf.stack([tf.zerosLike(q), q], -1) });
        sample("z", two);
      });
    };
    const exact = ({ q, locs }: Record<string, number[]>) => {
      const logP = softmax(START.share).map(Math.log);
      return data.reduce((sum, x, i) => {
        const p = sigmoid(q?.[i] as number);
        const term = (z: number) =>
          Math.exp(coin(p, z)) * (coin(p, z) - (logP[z] as number) - normal(x, locs?.[z] as number));
        return sum + term(0) + term(1);
      }, 0);
    };
    check(mixture({}), guide, exact, at);
  });

  it("one after the other: a hidden Markov model of three steps", () => {
    const seen = [0.5, 1.8, -0.3];
    const chain = (body: (t: number, z: tf.Tensor) => tf.Tensor) => () => {
      let z: tf.Tensor = tf.scalar(0);
      for (const t of seen.keys()) z = body(t, z);
    };
    const model = chain((t, last) => {
      const z = sample(`z${t}`, new dist.Bernoulli(tf.add(0.3, tf.mul(last, 0.4))));
      sample(`x${t}`, new dist.Normal(tf.mul(z, 2), 1), { obs: seen[t] as number });
      return z;
    });
    const at = { a: [0.2, -0.5, 0.8], b: [0.7] };
    const guide = () => {
      const [a, b] = [param("a", at.a), param("b", at.b)];
      chain((t, last) => {
        const logits = tf.add(tf.gather(a, t), tf.mul(last, tf.squeeze(b)));
        return sample(`z${t}`, new dist.Bernoulli({ logits }));
      })();
    };
    const exact = ({ a, b }: Record<string, number[]>) => {
      const go = (t: number, last: number): number => {
        if (t === seen.length) return 0;
        const p = sigmoid((a?.[t] as number) + last * (b?.[0] as number));
        return [0, 1].reduce((sum, z) => {
          const cost = coin(p, z) - coin(0.3 + 0.4 * last, z) - normal(seen[t] as number, 2 * z);
          return sum + Math.exp(coin(p, z)) * (cost + go(t + 1, z));
        }, 0);
      };
      return go(0, 0);
    };
    check(model, guide, exact, at);
  });

  it("depend on each other in a plate", () => {
    const at = { a: [0.4], b: [-0.6] };
    const guide = () => {
      const [a, b] = [param("a", at.a), param("b", at.b)];
      plate("data", data.length, () => {
        const y = sample("y", new dist.Bernoulli({ logits: a }));
        sample("z", new dist.Bernoulli({ logits: tf.add(b, y) }));
      });
    };
    const model = () =>
      plate("data", data.length, () => {
        const y = sample("y", new dist.Bernoulli(0.3));
        const z = sample("z", new dist.Bernoulli(tf.add(0.2, tf.mul(y, 0.5))));
        sample("x", new dist.Normal(z, 1), { obs: data });
      });
    const exact = ({ a, b }: Record<string, number[]>) =>
      data.reduce((sum, x) => {
        for (const y of [0, 1]) {
          for (const z of [0, 1]) {
            const logQ = coin(sigmoid(a?.[0] as number), y) + coin(sigmoid((b?.[0] as number) + y), z);
            sum += Math.exp(logQ) * (logQ - coin(0.3, y) - coin(0.2 + 0.5 * y, z) - normal(x, z));
          }
        }
        return sum;
      }, 0);
    check(model, guide, exact, at);
  });

  it("keep what was drawn before them in all branches, and share its gradient", () => {
    const values = new Set<number>();
    const model = () => {
      const w = sample("w", new dist.Normal(0, 1));
      const z = sample("z", new dist.Bernoulli(0.3));
      sample("x", new dist.Normal(tf.add(w, z), 1), { obs: 2 });
    };
    const q = sigmoid(0.2);
    // E over z: slope in m of m²/2 + (2 - m - q)²/2.
    const exact = 2 * 0.4 - 2 + q;
    for (const [reparameterized, n] of [
      [true, 200],
      [false, 1000],
    ] as const) {
      clearParamStore();
      const guide = () => {
        const w = sample("w", new dist.Normal(param("m", 0.4), 1, { reparameterized }));
        values.add(w.dataSync()[0] as number);
        sample("z", new dist.Bernoulli({ logits: param("a", 0.2) }));
      };
      elbo.loss(model, guide);
      values.clear();
      const draws = Float32Array.from({ length: n }, () => {
        const { grads } = elbo.lossAndGrads(model, guide);
        const value = grads.m?.dataSync()[0] ?? Number.NaN;
        tf.dispose(grads);
        return value;
      });
      expect(values.size).toBe(n);
      const { mean, error } = moments(draws);
      // Five standard errors, measured from the same draws.
      expect(Math.abs(mean - exact)).toBeLessThan(5 * error);
      expect(error).toBeLessThan(0.15);
    }
  }, 60_000);

  it.each([0, 0.5, 1])("are never NaN: p = %d, in guide and model, alone and in a plate", (p) => {
    for (const plated of [false, true]) {
      clearParamStore();
      const around = <R>(body: () => R) => (plated ? plate("three", 3, body) : body());
      const guide = () =>
        void around(() => sample("z", new dist.Bernoulli(param("q", plated ? [p, p, p] : p))));
      const model = () =>
        void around(() => {
          const z = sample("z", new dist.Bernoulli(param("p", p)));
          sample("x", new dist.Normal(z, 1), { obs: plated ? [0, 0, 0] : 0 });
        });
      const { loss, grads } = elbo.lossAndGrads(model, guide);
      // Where guide and prior agree what is left is the expected error.
      expect(loss).toBeCloseTo((plated ? 3 : 1) * -(p * normal(0, 1) + (1 - p) * normal(0, 0)), 4);
      for (const name of ["p", "q"]) {
        expect([...(grads[name]?.dataSync() ?? [Number.NaN])].every(Number.isFinite)).toBe(true);
      }
    }
    // A categorical with an outcome that cannot be, and that its likelihood forbids.
    const guide = () => void sample("k", new dist.Categorical(param("ps", [p, 1, 0])));
    const model = () => {
      const k = sample("k", new dist.Categorical([0.5, 0.5, 0]));
      sample("x", new dist.Bernoulli(tf.sub(1, tf.mul(k, 0.5))), { obs: 1 });
    };
    const { loss, grads } = elbo.lossAndGrads(model, guide);
    expect(Number.isFinite(loss)).toBe(true);
    expect([...(grads.ps?.dataSync() ?? [Number.NaN])].every(Number.isFinite)).toBe(true);
  });
});

describe("TraceEnum_ELBO", () => {
  it("is what ELBO({ enumDiscrete: true }) makes, and leaves no tensor behind", () => {
    expect(new ELBO({ enumDiscrete: true, numParticles: 2 })).toBeInstanceOf(TraceEnum_ELBO);
    tf.dispose(elbo.lossAndGrads(mixture(parallel), () => {}).grads);
    const before = tf.memory().numTensors;
    tf.dispose(elbo.lossAndGrads(mixture(parallel), () => {}).grads);
    elbo.loss(mixture(parallel), () => {});
    expect(tf.memory().numTensors).toBe(before);
  });

  const nothing = () => {};
  it.each<[string, () => unknown, () => unknown, RegExp]>([
    [
      "a continuous site",
      () => sample("w", new dist.Normal(0, 1), parallel),
      nothing,
      /"w" cannot be enumerated: its support/,
    ],
    [
      "a way that does not exist",
      () => sample("z", new dist.Bernoulli(0.5)),
      () => sample("z", new dist.Bernoulli(0.5), { infer: { enumerate: "paralel" as never } }),
      /"z" cannot be enumerated: there is no way "paralel"/,
    ],
    [
      "a batch without a plate",
      () => sample("z", new dist.Bernoulli([0.1, 0.2])),
      () => sample("z", new dist.Bernoulli([0.1, 0.2])),
      /"z"[\s\S]*plate/,
    ],
    [
      "a batch one after the other",
      () => plate("p", 2, () => sample("z", new dist.Bernoulli(0.5))),
      () => plate("p", 2, () => sample("z", new dist.Bernoulli(0.5), { infer: { enumerate: "sequential" } })),
      /"z"[\s\S]*parallel/,
    ],
    [
      "a site that depends on a whole plate",
      () => {
        const z = plate("p", 2, () => sample("z", new dist.Bernoulli(0.5), parallel));
        sample("x", new dist.Normal(tf.sum(z, -1, true), 1), { obs: [1] });
      },
      nothing,
      /"x" depends on all elements of the enumerated site "z"/,
    ],
    [
      "a latent site that neither draws",
      () => sample("z", new dist.Bernoulli(0.5)),
      nothing,
      /no site "z"[\s\S]*parallel/,
    ],
  ])("refuses %s", (_, model, guide, message) => {
    expect(() => elbo.lossAndGrads(model, guide)).toThrow(message);
  });
});
