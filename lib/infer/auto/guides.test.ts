/** What is asked of every automatic guide: its scores, its summaries, its parameters, its manners. */
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as dist from "../../distributions/index.ts";
import { Adam } from "../../optim/index.ts";
import { trace } from "../../poutine/index.ts";
import { clearParamStore, getParamStore, plate, sample } from "../../primitives.ts";
import { setSeed, withRecording } from "../../tensor/index.ts";
import { sitesOf } from "../pair.ts";
import { Predictive } from "../predictive.ts";
import { SVI } from "../svi.ts";
import { Trace_ELBO } from "../trace-elbo.ts";
import { TraceMeanField_ELBO } from "../trace-mean-field-elbo.ts";
import type { AutoContinuous } from "./auto-continuous.ts";
import { AutoGuideList } from "./auto-guide-list.ts";
import { AutoIAFNormal } from "./auto-iaf-normal.ts";
import { AutoLaplaceApproximation } from "./auto-laplace-approximation.ts";
import { AutoLowRankMultivariateNormal } from "./auto-low-rank-multivariate-normal.ts";
import { type GuideCase, guideCases } from "./testing/guides.ts";

beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(4);
});
afterEach(() => vi.restoreAllMocks());

const numbers = (x: tf.Tensor | undefined) => Array.from((x as tf.Tensor).dataSync());

/** A site of every kind of support, in plates and out of them, and data. */
function model(x: number): void {
  const loc = sample("loc", dist.Normal(0, 1));
  sample("x", dist.Normal(loc, 1), { obs: x });
  sample("positive", dist.LogNormal(0.5, 0.3));
  sample("interval", dist.Uniform(-1, 3));
  plate("three", 3, () => {
    sample("unit", dist.Beta(2, 3));
    plate("two", 2, () => sample("matrix", dist.Normal(tf.zeros([2]), 1).toEvent(1)));
  });
  sample("simplex", dist.Dirichlet([2, 3, 5]));
  sample("corr", dist.LKJCholesky(3, 2));
  sample("batch", dist.Exponential(tf.ones([4])));
}
const SHAPES = {
  loc: [],
  positive: [],
  interval: [],
  unit: [3],
  matrix: [2, 3, 2],
  simplex: [3],
  corr: [3, 3],
  batch: [4],
};
/** 1 + 1 + 1 + 3 + 12 + 2 + 3 + 4 numbers on the unconstrained scale. */
const LATENT_DIM = 27;

/** Less of the same, for many steps. */
function small(): void {
  const scale = sample("scale", dist.LogNormal(0, 1));
  plate("three", 3, () => sample("z", dist.Normal(0, scale)));
  sample("x", dist.Normal(scale, 1), { obs: 2 });
}

describe.each(guideCases)("$name", ({ name, make, oneVector }) => {
  it("draws and summarises every site in its shape and support", () => {
    const guide = make(model);
    const drawn = guide(2);
    const shapes = (values: Record<string, tf.Tensor>) =>
      Object.fromEntries(Object.entries(values).map(([site, value]) => [site, value.shape]));
    expect(shapes(drawn)).toEqual(SHAPES);
    expect(shapes(guide.median())).toEqual(SHAPES);
    expect(shapes(guide.sample())).toEqual(SHAPES);
    const several = Object.fromEntries(Object.entries(SHAPES).map(([site, s]) => [site, [5, ...s]]));
    expect(shapes(guide.sample([5]))).toEqual(several);
    expect(shapes(guide.sample(5))).toEqual(several);
    expect(guide.latentShapes).toEqual(SHAPES);
    expect(guide.latentNames).toEqual(Object.keys(SHAPES));
    if (oneVector) expect((guide as unknown as AutoContinuous).latentDim).toBe(LATENT_DIM);
    const supports = Object.fromEntries(guide.sites().map(({ name, support }) => [name, support]));
    for (const values of [drawn, guide.median(), guide.sample([5])])
      for (const [site, value] of Object.entries(values))
        expect([site, supports[site]?.violation(value)]).toEqual([site, undefined]);
  });

  it("fits into every estimator, and says what it is", () => {
    const guide = make(model);
    guide(2);
    const losses = [new Trace_ELBO(), new TraceMeanField_ELBO()].map((elbo) => {
      setSeed(9);
      return elbo.loss(model, guide, 2);
    }) as [number, number];
    // The same draws; the divergence from a point in closed form is what its one draw says.
    expect(losses[1]).toBeCloseTo(losses[0], 3);
    const posterior = guide.getPosterior();
    if (oneVector) expect(posterior.eventShape).toEqual([LATENT_DIM]);
    else expect(Object.keys(posterior)).toHaveLength(Object.keys(SHAPES).length);
  });

  it("draws many particles at once", () => {
    const guide = make(small, { initScale: 0.1 });
    const [one, together] = [false, true].map((vectorizeParticles) =>
      new Trace_ELBO({ numParticles: 200, vectorizeParticles }).loss(small, guide),
    ) as [number, number];
    // Estimates of 200 draws of terms with standard deviations of 1 to 2: 4.5 standard errors of a difference.
    expect(Math.abs(one - together)).toBeLessThan(0.9);
  });

  it("leaves no tensors behind in 100 steps", () => {
    const svi = new SVI(small, make(small), new Adam({ lr: 0.01 }));
    svi.step();
    svi.step();
    const tensors = tf.memory().numTensors;
    for (let i = 0; i < 100; i++) svi.step();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it("reads nothing on the host once it has run", () => {
    const guide = make(model);
    guide(2);
    const reads = vi.spyOn(tf.Tensor.prototype, "dataSync");
    tf.tidy(() => {
      withRecording(() => {
        guide(2);
      });
    });
    expect(reads).not.toHaveBeenCalled();
  });

  it("is compiled, and learns what it learns eagerly", async () => {
    const run = async (compile: boolean) => {
      clearParamStore();
      setSeed(5);
      const svi = new SVI(small, make(small), new Adam({ lr: 0.01 }));
      return svi.run(40, { compile, progress: false });
    };
    const [eager, compiled] = [await run(false), await run(true)];
    expect([compiled.compiled, compiled.reason]).toEqual([true, undefined]);
    compiled.losses.forEach((loss, i) => {
      expect(loss).toBeCloseTo(eager.losses[i] as number, 3);
    });
  });

  it("goes on from saved parameters", () => {
    const train = (guide: ReturnType<typeof make<[]>>, steps: number) => {
      const svi = new SVI(small, guide, new Adam({ lr: 0.05 }));
      for (let i = 0; i < steps; i++) svi.step();
    };
    const first = make(small);
    train(first, 20);
    const state = getParamStore().getState();
    setSeed(11);
    const want = first.sample();
    // Another instance, in another session: it has never run.
    clearParamStore();
    setSeed(77);
    getParamStore().setState(state);
    const second = make(small);
    second();
    setSeed(11);
    for (const [site, value] of Object.entries(second.sample()))
      expect([site, numbers(value)]).toEqual([site, numbers(want[site])]);
    train(second, 5);
    expect(getParamStore().size).toBe(state.params.length);
  });

  it("serves Predictive", () => {
    const guide = make(model);
    for (const parallel of [false, true]) {
      const draws = new Predictive(model, { guide, numSamples: 3, parallel }).run(2);
      expect(draws.corr?.shape).toEqual([3, 3, 3]);
      expect(draws.matrix?.shape).toEqual([3, 2, 3, 2]);
    }
  });

  it("names what it cannot do", () => {
    const discrete = () => sample("z", dist.Bernoulli(0.5));
    expect(() => make(discrete)()).toThrow(/discrete site[\s\S]*"z"[\s\S]*poutine.block/);
    const sequential = () => {
      for (const i of plate("data", 10, { subsampleSize: 2 })) sample(`z${i}`, dist.Normal(0, 1));
    };
    expect(() => make(sequential)()).toThrow(/sequential plate[\s\S]*plate "data"/);
    expect(() => make(model).median()).toThrow(name === "AutoGuideList" ? /does not know/ : /run it once/);
    const guide = make(model);
    guide(2);
    if (name !== "AutoLaplaceApproximation") expect(() => guide.quantiles([0.5, 1.5])).toThrow(/from 0 to 1/);
    if (oneVector) {
      const batched = () => plate("data", 10, { subsampleSize: 2 }, () => sample("z", dist.Normal(0, 1)));
      expect(() => make(batched)()).toThrow(/"z", plate "data"[\s\S]*AutoNormal/);
      expect(() => make(() => 0)()).toThrow(/no latent site/);
    }
  });
});

const twoFlows: GuideCase = {
  name: "AutoIAFNormal of two flows",
  make: (m, o) => new AutoIAFNormal(m, { ...o, numTransforms: 2 }),
  reaches: "covariance",
  oneVector: true,
};
describe.each([...guideCases.filter(({ oneVector }) => oneVector), twoFlows])(
  "the vector of $name",
  ({ name, make }) => {
    it("is scored as its posterior says, with the change of volume", () => {
      const guide = make(model, { initScale: 0.7 }) as unknown as AutoContinuous<[number]>;
      guide(2);
      const run = trace(guide).getTrace(2);
      const sites = guide.sites();
      const parts = sites.map(({ name, transform }) => transform.inverse(run.get(name)?.value as tf.Tensor));
      const latent = tf.concat(parts.map((part) => tf.reshape(part, [-1])));
      const volume = sites.reduce((sum, { transform }, i) => {
        const x = parts[i] as tf.Tensor;
        return sum + (tf.sum(transform.logAbsDetJacobian(x)).dataSync()[0] ?? 0);
      }, 0);
      const total = sitesOf(run).reduce(
        (sum, site) => sum + (run.logPdf((s) => s === site.name).dataSync()[0] ?? 0),
        0,
      );
      if (name === "AutoLaplaceApproximation") {
        // A point has no density but that of the change of volume.
        expect(total).toBeCloseTo(-volume, 3);
        return;
      }
      const want = (guide.getPosterior().logProb(latent).dataSync()[0] ?? 0) - volume;
      // 27 terms in float32, through inverses of the transforms.
      expect(Math.abs(total - want)).toBeLessThan(2e-2);
    });
  },
);

describe("options", () => {
  const plain = () => sample("z", dist.Normal(tf.zeros([9]), 1).toEvent(1));
  it("of the low rank", () => {
    const guide = new AutoLowRankMultivariateNormal(plain);
    guide();
    expect([guide.rank, getParamStore().get("AutoLowRankMultivariateNormal.covFactor")?.shape]).toEqual([
      3,
      [9, 3],
    ]);
    expect(new AutoLowRankMultivariateNormal(plain, { rank: 2 }).rank).toBe(2);
    expect(() => new AutoLowRankMultivariateNormal(plain, { rank: 0 })).toThrow(/rank/);
  });

  it("of the flows", () => {
    const guide = new AutoIAFNormal(plain, { hiddenDim: 4, numTransforms: 2 });
    guide();
    const shapes = [...getParamStore().entries()].map(([name, value]) => [name, value.shape]);
    expect(Object.fromEntries(shapes)).toMatchObject({
      "AutoIAFNormal.flows.0.arn.lin1.weight": [9, 4],
      "AutoIAFNormal.flows.1.arn.lin2.weight": [4, 18],
      "AutoIAFNormal.loc": [9],
      "AutoIAFNormal.scale": [9],
    });
    expect(() => new AutoIAFNormal(plain, { hiddenDim: 0 })).toThrow(/hiddenDim/);
    expect(() => new AutoIAFNormal(plain, { numTransforms: 1.5 })).toThrow(/numTransforms/);
  });

  it.each(guideCases.filter((c) => !["AutoDelta", "AutoLaplaceApproximation"].includes(c.name)))(
    "of the scale of $name",
    ({ make }) => {
      expect(() => make(plain, { initScale: -1 })).toThrow(/initScale/);
    },
  );

  it("of a point without a curvature", () => {
    const guide = new AutoLaplaceApproximation(() => sample("z", dist.Normal(0, 1)));
    guide();
    expect(() => guide.quantiles(0.5)).toThrow(/laplaceApproximation/);
    expect(() => new AutoGuideList(plain).append(3 as never)).toThrow(/function/);
    expect(() => new AutoGuideList(plain).append(guide)).toThrow(/has run/);
  });
});
