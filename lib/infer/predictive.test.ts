import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { clearParamStore, deterministic, param, plate, sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import { Predictive } from "./predictive.ts";

beforeEach(() => {
  clearParamStore();
  setSeed(3);
});

function model(x: tf.Tensor, y?: tf.Tensor): void {
  const slope = sample("slope", new dist.Normal(0, 1));
  const mean = deterministic("mean", tf.mul(slope, x));
  plate("data", x.shape[0] ?? 0, () =>
    sample("y", new dist.Normal(mean, 0.1), y === undefined ? {} : { obs: y }),
  );
}
const guide = () => sample("slope", new dist.Normal(param("m", 2), 0.01));
const x = tf.tensor1d([1, 2, 3]);

describe("Predictive", () => {
  it("needs a model", () => {
    expect(() => new Predictive(undefined as never, { numSamples: 2 })).toThrow(
      /needs a model[\s\S]*undefined/,
    );
  });

  it("runs the model on draws of the guide", () => {
    const out = new Predictive(model, { guide, numSamples: 200 }).run(x);
    expect(out.y?.shape).toEqual([200, 3]);
    expect(out.slope?.shape).toEqual([200]);
    expect(out.mean?.shape).toEqual([200, 3]);
    // Means 2·x with sd about .1: five standard errors.
    const means = Array.from((tf.mean(out.y as tf.Tensor, 0) as tf.Tensor).dataSync());
    for (const [i, want] of [2, 4, 6].entries()) {
      expect(Math.abs((means[i] ?? 0) - want)).toBeLessThan((5 * 0.105) / Math.sqrt(200));
    }
    // Draws differ.
    expect(new Set(out.slope?.dataSync()).size).toBe(200);
  });

  it("leaves out the data of a model that names them as its last argument", () => {
    const demanding = (x: tf.Tensor, y: tf.Tensor) => model(x, y);
    const predictive = new Predictive(demanding, { guide, numSamples: 5 });
    expect(predictive.run(x).y?.shape).toEqual([5, 3]);
    expect(predictive.run(x, x).y?.shape).toEqual([5, 3]);
    // @ts-expect-error one too many
    expect(predictive.run(x, x, x).y?.shape).toEqual([5, 3]);
  });

  it("runs the model on posterior samples, one after the other", () => {
    const slope = tf.tensor1d([-1, 0, 5]);
    const out = new Predictive(model, { posteriorSamples: { slope }, returnSites: ["mean"] }).run(x);
    expect(Object.keys(out)).toEqual(["mean"]);
    expect(out.mean?.arraySync()).toEqual([
      [-1, -2, -3],
      [0, 0, 0],
      [5, 10, 15],
    ]);
  });

  it("draws from the prior where it is given no posterior", () => {
    const out = new Predictive(model, { numSamples: 7 }).run(x);
    expect(out.y?.shape).toEqual([7, 3]);
  });

  it("keeps nothing but its result, and leaves the data alone", () => {
    const y = tf.tensor1d([1, 2, 3]);
    const before = tf.memory().numTensors;
    const out = new Predictive(model, { numSamples: 5 }).run(x, y);
    expect(tf.memory().numTensors).toBe(before + Object.keys(out).length);
    expect(y.isDisposed).toBe(false);
    expect(out.y?.arraySync()).toEqual(Array(5).fill([1, 2, 3]));
  });

  it.each([
    ["an unknown number of draws", {}, /numSamples/],
    [
      "samples that disagree",
      { posteriorSamples: { a: tf.zeros([3]), b: tf.zeros([4]) } },
      /site "b"[\s\S]*3[\s\S]*4/,
    ],
    ["more draws than samples", { posteriorSamples: { a: tf.zeros([3]) }, numSamples: 4 }, /from 1 to 3/],
  ])("refuses %s", (_, options, message) => {
    expect(() => new Predictive(model, options)).toThrow(message);
  });

  it("names a site that is not there", () => {
    expect(() => new Predictive(model, { numSamples: 2, returnSites: ["z"] }).run(x)).toThrow(
      /no sample site "z"[\s\S]*slope/,
    );
  });
});
