/** Latent sites in plates, and in plates of which each step sees a part. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../../distributions/index.ts";
import { ClippedAdam } from "../../optim/index.ts";
import { block, replay, trace } from "../../poutine/index.ts";
import { clearParamStore, getParamStore, plate, sample } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { SVI } from "../svi.ts";
import { Trace_ELBO } from "../trace-elbo.ts";
import { TraceEnum_ELBO } from "../trace-enum-elbo.ts";
import { AutoDelta } from "./auto-delta.ts";
import type { AutoGuide } from "./auto-guide.ts";
import { AutoGuideList } from "./auto-guide-list.ts";
import { AutoMultivariateNormal } from "./auto-multivariate-normal.ts";
import { AutoNormal } from "./auto-normal.ts";
import { initToValue } from "./init.ts";

beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(4);
});

const numbers = (x: tf.Tensor | undefined) => Array.from((x as tf.Tensor).dataSync());
const DATA = [-2, -1, 0, 1, 2, 3, 4, 5];
const data = tf.tensor1d(DATA);

/** z_i ~ N(0,1), seen as x_i with sd 1: z_i ~ N(x_i / 2, sqrt(1/2)). Each step sees three of eight. */
function local(): void {
  plate("data", 8, { subsampleSize: 3 }, (i) => {
    const z = sample("z", dist.Normal(0, 1));
    sample("x", dist.Normal(z, 1), { obs: tf.gather(data, i) });
  });
}

function trainer<A extends unknown[]>(model: (...args: A) => unknown, guide: AutoGuide<A>, steps: number) {
  return new SVI(model, guide, new ClippedAdam({ lr: 0.1, lrd: 0.01 ** (1 / steps) }));
}

describe("sites in a subsampled plate", () => {
  it.each([
    ["AutoNormal", () => new AutoNormal(local), 0.2],
    ["AutoDelta", () => new AutoDelta(local), 0.01],
    ["a list", () => new AutoGuideList(local).append(new AutoNormal(local)), 0.2],
  ] as [string, () => AutoGuide<[]>, number][])(
    "reach their posterior by %s",
    async (name, make, tolerance) => {
      const guide = make();
      expect(guide().z?.shape).toEqual([3]);
      await trainer(local, guide, 1500).run(1500, { progress: false });
      expect(guide.latentShapes).toEqual({ z: [8] });
      const { z } = guide.median();
      // Each element is seen in 3 of 8 steps, by one draw: about 560 noisy steps.
      numbers(z).forEach((mean, i) => {
        expect(Math.abs(mean - (DATA[i] as number) / 2)).toBeLessThan(tolerance);
      });
      if (name !== "AutoNormal") return;
      for (const scale of numbers(getParamStore().get("AutoNormal.scales.z")))
        expect(Math.abs(scale - Math.SQRT1_2)).toBeLessThan(0.15);
    },
  );

  it("are scaled as the model is, and move only the parameters of the batch", () => {
    const guide = new AutoNormal(local, { initScale: 0.5 });
    const guideTrace = trace(guide).getTrace();
    const modelTrace = trace(replay(local, { trace: guideTrace })).getTrace();
    expect(modelTrace.get("data")?.value?.dataSync()).toEqual(guideTrace.get("data")?.value?.dataSync());
    for (const run of [guideTrace, modelTrace]) {
      expect(run.get("z")).toMatchObject({ scale: 8 / 3 });
      expect(run.get("z")?.value?.shape).toEqual([3]);
    }
    expect(guideTrace.get("z_unconstrained")).toMatchObject({ scale: 8 / 3 });
    const { grads } = new Trace_ELBO().lossAndGrads(local, guide);
    expect(grads["AutoNormal.locs.z"]?.shape).toEqual([8]);
    expect(numbers(grads["AutoNormal.locs.z"]).filter((g) => g !== 0)).toHaveLength(3);
  });

  it("have a loss that does not depend on the batch where the guide is the posterior", () => {
    const guide = new AutoNormal(local);
    guide();
    const store = getParamStore();
    store.set("AutoNormal.locs.z", tf.div(data, 2)).set("AutoNormal.scales.z", tf.fill([8], Math.SQRT1_2));
    // log N(x; 0, sqrt 2) of the batch, 8/3 times: the mean over batches is the evidence of all data.
    const evidence = DATA.reduce((sum, x) => sum - (x * x) / 4 - Math.log(4 * Math.PI) / 2, 0);
    const losses = Array.from({ length: 300 }, () => new Trace_ELBO().loss(local, guide));
    const mean = losses.reduce((a, b) => a + b) / losses.length;
    const sd = Math.sqrt(losses.reduce((a, b) => a + (b - mean) ** 2, 0) / losses.length);
    expect(Math.abs(mean + evidence)).toBeLessThan((4 * sd) / Math.sqrt(losses.length));
  });

  it("nest, with constrained vectors, at their full size", () => {
    const model = () =>
      plate("a", 6, { subsampleSize: 2 }, () =>
        plate("b", 5, { subsampleSize: 4 }, () => sample("p", dist.Dirichlet([1, 2, 3]))),
      );
    for (const [guide, site] of [
      [new AutoNormal(model), "AutoNormal.locs.p"],
      [new AutoDelta(model), "AutoDelta.p"],
    ] as const) {
      expect(guide().p?.shape).toEqual([4, 2, 3]);
      expect(guide.median().p?.shape).toEqual([5, 6, 3]);
      expect(getParamStore().get(site)?.shape.slice(0, 2)).toEqual([5, 6]);
      expect(Number.isFinite(new Trace_ELBO().loss(model, guide))).toBe(true);
    }
  });

  it("whose indices the model is given need the plates", () => {
    const model = (batch: number[]) =>
      plate("data", 8, { subsample: batch }, (i) => {
        const z = sample("z", dist.Normal(0, 1));
        sample("x", dist.Normal(z, 1), { obs: tf.gather(data, i) });
      });
    expect(() => new AutoNormal(model)([0, 1])).toThrow(/plate "data"[\s\S]*createPlates/);
    const createPlates = (batch: number[]) => plate("data", 8, { subsample: batch });
    const guide = new AutoDelta(model, { createPlates });
    // Batches of different sizes, too.
    const svi = trainer(model, guide, 400);
    for (let i = 0; i < 400; i++) svi.step(i % 2 === 0 ? [0, 1, 2] : [7, 6, 5, 4, 3]);
    numbers(guide.median().z).forEach((z, i) => {
      expect(z).toBeCloseTo((DATA[i] as number) / 2, 1);
    });
    expect(() => new AutoNormal(model, { createPlates: () => 3 as never })([0])).toThrow(/createPlates/);
  });

  it("know their elements in whatever order all of them are given", () => {
    const model = (order: number[]) =>
      plate("data", 8, { subsample: order }, (i) => {
        const z = sample("z", dist.Normal(0, 1));
        sample("x", dist.Normal(z, 1), { obs: tf.gather(data, i) });
      });
    const forth = Array.from({ length: 8 }, (_, i) => i);
    expect(() => new AutoNormal(model)(forth)).toThrow(/plate "data"[\s\S]*createPlates/);
    const createPlates = (order: number[]) => plate("data", 8, { subsample: order });
    const guide = new AutoDelta(model, { createPlates });
    const svi = trainer(model, guide, 300);
    for (let i = 0; i < 300; i++) svi.step(i % 2 === 0 ? forth : forth.toReversed());
    numbers(guide.median().z).forEach((z, i) => {
      expect(z).toBeCloseTo((DATA[i] as number) / 2, 1);
    });
  });

  it("may not have a support that moves with the batch", () => {
    const model = () =>
      plate("data", 8, { subsampleSize: 3 }, (i) =>
        sample("u", dist.Uniform(0, tf.add(tf.cast(i, "float32"), 1))),
      );
    expect(() => new AutoNormal(model)()).toThrow(/site "u"[\s\S]*same bounds/);
  });
});

describe("a list of guides", () => {
  /** mu ~ N(0,1) over z_i ~ N(mu,1) seen with sd 1: marginally x_i ~ N(mu, sqrt 2), exact mean of mu Σx / (2 + n). */
  function hierarchy(): void {
    const mu = sample("mu", dist.Normal(0, 1));
    plate("data", 8, { subsampleSize: 4 }, (i) => {
      const z = sample("z", dist.Normal(mu, 1));
      sample("x", dist.Normal(z, 1), { obs: tf.gather(data, i) });
    });
  }

  it("draws global sites as one vector and those of the plate one by one", async () => {
    const guide = new AutoGuideList(hierarchy)
      .append(new AutoMultivariateNormal(block(hierarchy, { expose: ["mu"] })))
      .append(new AutoNormal(block(hierarchy, { hide: ["mu"] })));
    await trainer(hierarchy, guide, 1500).run(1500, { progress: false });
    const { mu, z } = guide.median();
    const want = DATA.reduce((a, b) => a + b) / (2 + 8);
    // The mean of a mean field is exact; the noise is that of subsampling.
    expect(Math.abs((numbers(mu)[0] ?? 0) - want)).toBeLessThan(0.2);
    numbers(z).forEach((value, i) => {
      expect(Math.abs(value - (want + (DATA[i] as number)) / 2)).toBeLessThan(0.25);
    });
    expect([...getParamStore().keys()].filter((name) => !name.startsWith("AutoGuideList."))).toEqual([]);
    expect(Object.keys(guide.getPosterior())).toEqual(["0", "1.z"]);
  });

  it("takes a guide of one's own", () => {
    const guide = new AutoGuideList(hierarchy)
      .append(() => ({ mu: sample("mu", dist.Normal(1, 0.5)) }))
      .append(new AutoDelta(block(hierarchy, { hide: ["mu"] })));
    expect(Object.keys(guide())).toEqual(["mu", "z"]);
    expect(Number.isFinite(new Trace_ELBO().loss(hierarchy, guide))).toBe(true);
    expect(Object.keys(guide.median())).toEqual(["z"]);
  });
});

describe("enumerated sites of the model", () => {
  const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

  it("are left to the model", () => {
    const mixture = () => {
      const loc = sample("loc", dist.Normal(0, 1));
      plate("data", 2, () => {
        const z = sample("z", dist.Bernoulli(0.3), { infer: { enumerate: "parallel" } });
        sample("x", dist.Normal(tf.add(z, loc), 1), { obs: [1, -1] });
      });
    };
    const initStrategy = initToValue({ values: { loc: 0.5 } });
    const guide = new AutoDelta(mixture, { initStrategy });
    const marginal = [1, -1].map((x) => 0.7 * density(x - 0.5) + 0.3 * density(x - 1.5));
    const want = -marginal.reduce((sum, p) => sum + Math.log(p), Math.log(density(0.5)));
    expect(new TraceEnum_ELBO().loss(mixture, guide)).toBeCloseTo(want, 4);
    expect(guide.latentNames).toEqual(["loc"]);
    // A normal that is hardly wider than the point has its loss, less its entropy.
    const narrow = new AutoNormal(mixture, { initStrategy, initScale: 1e-3 });
    const entropy = Math.log(1e-3) + 0.5 * Math.log(2 * Math.PI * Math.E);
    const losses = Array.from({ length: 50 }, () => new TraceEnum_ELBO().loss(mixture, narrow));
    const mean = losses.reduce((a, b) => a + b) / losses.length;
    // The estimate of the entropy has a standard deviation of 0.7.
    expect(Math.abs(mean - (want - entropy))).toBeLessThan((4 * 0.71) / Math.sqrt(50));
    const { grads } = new TraceEnum_ELBO().lossAndGrads(mixture, narrow);
    expect(numbers(grads["AutoNormal.locs.loc"])[0]).not.toBe(0);
  });
});
