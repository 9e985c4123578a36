import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { mask, scale } from "../poutine/index.ts";
import { clearParamStore, param, plate, sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import type { ElboEstimator } from "./elbo-estimator.ts";
import { moments, slope } from "./testing/moments.ts";
import { Trace_ELBO } from "./trace-elbo.ts";
import { TraceMeanField_ELBO } from "./trace-mean-field-elbo.ts";

const elbo = new TraceMeanField_ELBO();
const plain = new Trace_ELBO();
beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(2);
});

function gradients(loss: ElboEstimator, model: () => unknown, guide: () => unknown, name: string, n: number) {
  return moments(
    Float32Array.from({ length: n }, () => {
      const { grads } = loss.lossAndGrads(model, guide);
      const value = grads[name]?.dataSync()[0] ?? Number.NaN;
      tf.dispose(grads);
      return value;
    }),
  );
}

describe("TraceMeanField_ELBO", () => {
  it("needs no draws where nothing is observed", () => {
    const model = () => plate("three", 3, () => sample("z", new dist.Normal(0, 1)));
    const guide = () => plate("three", 3, () => sample("z", new dist.Normal(param("m", 0.5), 0.8)));
    const exact = (m: number) => 3 * (0.5 * (0.8 ** 2 + m * m - 1) - Math.log(0.8));
    const { loss, grads } = elbo.lossAndGrads(model, guide);
    expect(loss).toBeCloseTo(exact(0.5), 5);
    expect(grads.m?.dataSync()[0]).toBeCloseTo(slope(exact, 0.5), 4);
  });

  it.each([
    ["path derivative", true, 300],
    ["score function", false, 1500],
  ])("has unbiased gradients, by %s, also of sites that depend on each other", (_, reparameterized, n) => {
    // w ~ N(0,1), z ~ N(w,1), 1.5 ~ N(z,1); guide w ~ N(m,1), z ~ N(w/2,1).
    const model = () => {
      const w = sample("w", new dist.Normal(0, 1));
      const z = sample("z", new dist.Normal(w, 1));
      sample("x", new dist.Normal(z, 1), { obs: 1.5 });
    };
    const guide = () => {
      const w = sample("w", new dist.Normal(param("m", 0.4), 1, { reparameterized }));
      sample("z", new dist.Normal(tf.mul(w, 0.5), 1, { reparameterized }));
    };
    // Terms in m: m²/2 + E(w/2)²/2 + (1.5 - m/2)²/2 + const.
    const exact = (m: number) => (m * m) / 2 + (m * m) / 8 + (1.5 - m / 2) ** 2 / 2;
    const { mean, error } = gradients(elbo, model, guide, "m", n);
    // Five standard errors, measured from the same draws.
    expect(Math.abs(mean - slope(exact, 0.4))).toBeLessThan(5 * error);
    expect(error).toBeLessThan(0.15);
  });

  it("does without the closed form where the guide draws in another order", () => {
    // The model has z given w; the guide draws z first, and w given z.
    const model = () => {
      const w = sample("w", new dist.Normal(0, 1));
      sample("z", new dist.Normal(w, 1));
    };
    const guide = () => {
      const z = sample("z", new dist.Normal(param("m", 0.4), 1));
      sample("w", new dist.Normal(tf.mul(z, 0.5), 1));
    };
    // E w²/2 = (m²/4 + 1/4 + 1)/2 and E (z - w)²/2 = (m²/4 + 1/4 + 1)/2.
    const exact = (m: number) => m ** 2 / 4;
    const { mean, error } = gradients(elbo, model, guide, "m", 400);
    expect(Math.abs(mean - slope(exact, 0.4))).toBeLessThan(5 * error);
    expect(error).toBeLessThan(0.1);
  });

  it("has less variance than Trace_ELBO", () => {
    const model = () => {
      const z = sample("z", new dist.Normal(0, 1));
      sample("x", new dist.Normal(z, 10), { obs: 1 });
    };
    const guide = () =>
      sample("z", new dist.Normal(0.3, param("s", 0.8, { constraint: dist.constraints.positive })));
    const noisy = gradients(plain, model, guide, "s", 200).variance;
    expect(gradients(elbo, model, guide, "s", 200).variance).toBeLessThan(noisy / 10);
  });

  it("scales and masks a divergence as a score, and does without where none is known", () => {
    const half = tf.tensor1d([1, 0, 1]);
    const both = (fn: () => dist.Distribution) => () =>
      scale(null, { scale: 2 }).run(() =>
        mask(null, { mask: half }).run(() => plate("three", 3, () => sample("z", fn()))),
      );
    const one = elbo.loss(
      both(() => new dist.Normal(0, 1)),
      both(() => new dist.Normal(1, 1)),
    );
    expect(one).toBeCloseTo(2 * 2 * 0.5, 5);
    // Cauchy and Laplace have no closed form: the very same estimate as Trace_ELBO's.
    const [model, guide] = [both(() => new dist.Cauchy(0, 1)), both(() => new dist.Laplace(0, 1))];
    setSeed(3);
    const mine = elbo.loss(model, guide);
    setSeed(3);
    expect(mine).toBeCloseTo(plain.loss(model, guide), 5);
  });

  it("leaves no tensor behind", () => {
    const model = () => sample("z", new dist.Gamma(2, 1));
    const guide = () => sample("z", new dist.Gamma(param("a", 3), 1));
    tf.dispose(elbo.lossAndGrads(model, guide).grads);
    const before = tf.memory().numTensors;
    tf.dispose(elbo.lossAndGrads(model, guide).grads);
    expect(tf.memory().numTensors).toBe(before);
  });
});
