/** All draws at once: the same shapes and the same distribution as one after the other. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { clearParamStore, deterministic, param, plate, sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import { AutoDiagonalNormal, AutoNormal } from "./index.ts";
import { Predictive } from "./predictive.ts";
import { moments } from "./testing/moments.ts";

beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => {
  clearParamStore();
  setSeed(3);
});

const x = tf.tensor1d([1, 2, 3]);
const numbers = (t: tf.Tensor | undefined) => Array.from((t as tf.Tensor).dataSync());

function regression(y?: tf.Tensor): void {
  const slope = sample("slope", new dist.Normal(0, 1));
  const mean = deterministic("mean", tf.mul(slope, x));
  deterministic("x", x);
  plate("data", 3, () => sample("y", new dist.Normal(mean, 0.1), y === undefined ? {} : { obs: y }));
}
const guide = () => sample("slope", new dist.Normal(param("m", 2), 0.5));

function nested(): void {
  const top = sample("top", new dist.Normal(tf.zeros([2]), 1).toEvent(1));
  const sum = tf.sum(top, -1);
  const share = sample("share", new dist.Dirichlet([1, 2, 3]));
  plate("outer", 4, () => {
    const z = sample("z", new dist.Normal(sum, 1));
    plate("inner", 5, () => sample("w", new dist.Normal(z, tf.sum(share, -1))));
  });
}

describe("Predictive with parallel: true", () => {
  it.each([
    ["the prior", {}],
    ["a guide", { guide }],
    ["an autoguide", { guide: new AutoNormal(regression, { prefix: "a" }) }],
    ["an autoguide of one vector", { guide: new AutoDiagonalNormal(regression, { prefix: "b" }) }],
    ["samples", { posteriorSamples: { slope: tf.randomNormal([400], 2, 0.5, "float32", 5) } }],
  ])("draws as one after the other does, from %s", (_name, options) => {
    const [one, all] = [false, true].map((parallel) =>
      new Predictive(regression, { ...options, numSamples: 400, parallel }).run(),
    ) as [Record<string, tf.Tensor>, Record<string, tf.Tensor>];
    expect(Object.keys(all).sort()).toEqual(Object.keys(one).sort());
    for (const [site, value] of Object.entries(one)) {
      expect([site, all[site]?.shape]).toEqual([site, value.shape]);
      const [a, b] = [moments(numbers(value)), moments(numbers(all[site]))];
      // Two independent estimates of 400 draws (up to 3 coordinates each): 4.5 standard errors of 400.
      const error = 4.5 * Math.sqrt((a.variance + b.variance) / 400);
      expect(Math.abs(a.mean - b.mean)).toBeLessThanOrEqual(error);
      expect(b.variance).toBeLessThanOrEqual(1.5 * a.variance + 1e-9);
      expect(a.variance).toBeLessThanOrEqual(1.5 * b.variance + 1e-9);
    }
    // The data of a draw belong to its own slope.
    const slopes = numbers(all.slope);
    numbers(tf.gather(all.mean as tf.Tensor, [2], 1)).forEach((mean, i) => {
      expect(mean).toBeCloseTo(3 * (slopes[i] ?? 0), 4);
    });
  });

  it("keeps nested plates and events apart", () => {
    const run = (posteriorSamples?: Record<string, tf.Tensor>) =>
      new Predictive(nested, {
        numSamples: 6,
        parallel: true,
        ...(posteriorSamples && { posteriorSamples }),
      }).run();
    const first = run();
    const shapes = { top: [6, 2], share: [6, 3], z: [6, 4], w: [6, 5, 4] };
    for (const [site, shape] of Object.entries(shapes)) expect(first[site]?.shape).toEqual(shape);
    // Values that are given come back as they are.
    const { top, z } = first as { top: tf.Tensor; z: tf.Tensor };
    const again = run({ top, z });
    expect(numbers(again.top)).toEqual(numbers(top));
    expect(numbers(again.z)).toEqual(numbers(z));
    expect(again.w?.shape).toEqual([6, 5, 4]);
  });

  it("returns observed sites as observed, and only the wanted ones", () => {
    const y = tf.tensor1d([1, 2, 3]);
    const out = new Predictive(regression, { guide, numSamples: 5, parallel: true, returnSites: ["y"] }).run(
      y,
    );
    expect(Object.keys(out)).toEqual(["y"]);
    expect(out.y?.arraySync()).toEqual(Array(5).fill([1, 2, 3]));
  });

  it("runs guides and models with subsampled plates on one batch", () => {
    const model = () =>
      plate("data", 6, { subsampleSize: 2 }, (i) => {
        const z = sample("z", new dist.Normal(tf.mul(tf.cast(i, "float32"), 10), 0.1));
        sample("x", new dist.Normal(z, 0.1));
      });
    const auto = new AutoNormal(model, { initScale: 0.01 });
    const out = new Predictive(model, { guide: auto, numSamples: 7, parallel: true }).run();
    expect(out.z?.shape).toEqual([7, 2]);
    const away = numbers(tf.abs(tf.sub(out.x as tf.Tensor, out.z as tf.Tensor)));
    expect(Math.max(...away)).toBeLessThan(0.6);
  });

  it("leaves nothing behind", () => {
    const predictive = new Predictive(nested, { numSamples: 4, parallel: true });
    const before = tf.memory().numTensors;
    const out = predictive.run();
    expect(tf.memory().numTensors).toBe(before + Object.keys(out).length);
  });

  const wrong: [string, () => void, RegExp][] = [
    [
      "adds up all draws",
      () => {
        const v = sample("v", new dist.Normal(tf.zeros([3]), 1).toEvent(1));
        sample("y", new dist.Normal(tf.sum(v), 1));
      },
      /site "y"[\s\S]*log-density/,
    ],
    [
      "takes elements from the left",
      () => {
        const v = sample("v", new dist.Normal(tf.zeros([5]), 1).toEvent(1));
        sample("y", new dist.Normal(tf.gather(v, [0, 1], 0), 1).toEvent(1));
      },
      /site "y"|shape/i,
    ],
    [
      "computes a value of all draws",
      () => {
        const v = sample("v", new dist.Normal(0, 1));
        deterministic("d", tf.add(tf.zerosLike(v), tf.mean(v)));
      },
      /site "d"[\s\S]*total/,
    ],
  ];
  it.each(wrong)("refuses a model that %s", (_name, model, message) => {
    const options = { numSamples: 5 };
    expect(() => new Predictive(model, { ...options, parallel: true }).run()).toThrow(message);
    expect(() => new Predictive(model, options).run()).not.toThrow();
  });
});
