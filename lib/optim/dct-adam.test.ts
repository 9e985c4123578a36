import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { SVI } from "../infer/index.ts";
import { getParamStore } from "../params/index.ts";
import { clearParamStore, param, plate, sample } from "../primitives.ts";
import { fastLength, fromFrequencies, withFrequencies } from "./dct.ts";
import { ClippedAdam, DCTAdam, PyroOptim } from "./index.ts";
import { sourceOf } from "./testing.ts";

beforeEach(() => clearParamStore());

const largest = (x: tf.Tensor) => Number(tf.max(tf.abs(x)).dataSync()[0]);

describe("the cosine transform", () => {
  it("pads to lengths that fast transforms like", () => {
    expect([1, 7, 11, 13, 16, 17, 31, 97].map(fastLength)).toEqual([1, 8, 12, 15, 16, 18, 32, 100]);
  });

  it("is that of scipy.fft.dct(x, norm='ortho') of the padded signal", () => {
    // dct([1, 2, 3, 0... no padding for 3], type=2, norm="ortho")
    const [, , , a, b, c] = withFrequencies(tf.tensor1d([1, 2, 3]), -1).dataSync();
    expect(a).toBeCloseTo(6 / Math.sqrt(3), 5);
    expect(b).toBeCloseTo(-Math.SQRT2, 5);
    expect(c).toBeCloseTo(0, 5);
  });

  it.each([
    [[7], -1],
    [[2, 11, 3], -2],
    [[5, 2], -2],
  ] as const)("of shape %j along %i goes there and back twice the signal", (shape, dim) => {
    const x = tf.cos(
      tf.reshape(
        tf.range(
          0,
          shape.reduce((p, n) => p * n, 1),
        ),
        [...shape],
      ),
    );
    const both = withFrequencies(x, dim);
    const length = shape.at(dim) ?? 0;
    expect(both.shape.at(dim)).toBe(length + fastLength(length));
    expect(largest(tf.sub(fromFrequencies(both, dim, length), tf.mul(x, 2)))).toBeLessThan(1e-5);
  });
});

/** Steps of DCTAdam with a time axis in float64, after its description. */
function byHand(gradients: number[][], lr: number): number[] {
  const n = gradients[0]?.length ?? 0;
  const size = fastLength(n);
  const basis = (k: number, t: number) =>
    Math.sqrt((k === 0 ? 1 : 2) / size) * Math.cos((Math.PI * (t + 0.5) * k) / size);
  const [m, v] = [new Float64Array(n + size), new Float64Array(n + size)];
  const x = new Array<number>(n).fill(0);
  gradients.forEach((g, i) => {
    const frequencies = Array.from({ length: size }, (_, k) => g.reduce((s, y, t) => s + y * basis(k, t), 0));
    const step = [...g, ...frequencies].map((y, j) => {
      m[j] = 0.9 * (m[j] ?? 0) + 0.1 * y;
      v[j] = 0.999 * (v[j] ?? 0) + 0.001 * y * y;
      return (m[j] ?? 0) / (Math.sqrt(v[j] ?? 0) + 1e-8);
    });
    const rate = (lr * Math.sqrt(1 - 0.999 ** (i + 1))) / (1 - 0.9 ** (i + 1));
    for (let t = 0; t < n; t++) {
      const back = step.slice(n).reduce((s, y, k) => s + y * basis(k, t), 0);
      x[t] = (x[t] ?? 0) - rate * ((step[t] ?? 0) + back);
    }
  });
  return x;
}

describe("DCTAdam with a time axis", () => {
  const gradients = [
    [1, -2, 0.5, 3, 1, 1, -1],
    [0.5, 1, 2, -1, 0.3, 2, 4],
    [-1, 0.2, 1, 1, -2, 0.1, 1],
  ];

  it("learns the series and its frequencies, and sums their steps", () => {
    const x = tf.variable(tf.zeros([2, 7]));
    const optimizer = new PyroOptim(DCTAdam, { lr: 0.1, dctDim: -1 }, {}, sourceOf({ x }));
    for (const g of gradients) optimizer.update(["x"], { x: tf.tensor2d([g, g.map((y) => -y)]) });
    const want = byHand(gradients, 0.1);
    const got = x.dataSync();
    // float32 sums of 15 terms.
    want.forEach((value, t) => {
      expect(Math.abs(Number(got[t]) - value)).toBeLessThan(2e-5);
      expect(Math.abs(Number(got[7 + t]) + value)).toBeLessThan(2e-5);
    });
    const state = optimizer.getState();
    expect(state.x?.slots.m?.shape).toEqual([2, 15]);
    const y = tf.variable(tf.zeros([2, 7]));
    const other = new PyroOptim(DCTAdam, { lr: 0.1, dctDim: -1 }, {}, sourceOf({ x: y }));
    other.setState(state);
    y.assign(tf.clone(x));
    for (const o of [optimizer, other]) o.update(["x"], { x: tf.ones([2, 7]) });
    expect([...y.dataSync()]).toEqual([...x.dataSync()]);
  });

  it.each([
    ["an axis that is none", { dctDim: 1 }, /dctDim/],
    ["a time axis that is subsampled", { dctDim: -1, subsampleAware: true }, /contradict/],
  ])("refuses %s", (_, args, message) => {
    expect(() => DCTAdam(args)).toThrow(message);
  });

  it("refuses an axis that the parameter does not have, naming its shape", () => {
    const x = tf.variable(tf.zeros([2]));
    const optimizer = new PyroOptim(DCTAdam, { dctDim: -2 }, {}, sourceOf({ x }));
    expect(() => optimizer.update(["x"], { x: tf.ones([2]) })).toThrow(/time axis[\s\S]*\[2\][\s\S]*-2/);
    expect([...x.dataSync()]).toEqual([0, 0]);
  });
});

describe("DCTAdam in a subsampled plate", () => {
  it("moves the elements of the batch, and ages each by its own steps", () => {
    let batch = [0, 1];
    const model = () => {
      plate("data", 4, { subsample: tf.tensor1d(batch, "int32"), subsampleSize: 2 }, () => {
        const loc = param("loc", tf.zeros([4]), { eventDim: 0 });
        sample("x", new dist.Normal(loc, 1), { obs: 3 });
      });
    };
    const svi = new SVI(model, () => {}, new DCTAdam({ lr: 0.1, subsampleAware: true }), "ELBO");
    const values = () => [...getParamStore().getUnconstrained("loc").dataSync()];
    svi.step();
    const [a, , c, d] = values();
    expect(a).toBeCloseTo(0.1, 5);
    expect([c, d]).toEqual([0, 0]);
    batch = [1, 2];
    const before = values();
    svi.step();
    const after = values();
    expect([after[0], after[3]]).toEqual([before[0], before[3]]);
    // Its first step, in the second of the run.
    expect(after[2]).toBeCloseTo(0.1, 5);
    expect(after[1]).toBeGreaterThan(before[1] ?? 0);
  });
});

describe("ClippedAdam with a centred variance", () => {
  it("divides by the spread around the running mean: steady gradients take larger steps", () => {
    const run = (centeredVariance: boolean, gradients: number[]) => {
      const x = tf.variable(tf.zeros([1]));
      const optimizer = new PyroOptim(ClippedAdam, { lr: 0.1, centeredVariance }, {}, sourceOf({ x }));
      for (const g of gradients) optimizer.update(["x"], { x: tf.tensor1d([g]) });
      return Number(x.dataSync()[0]);
    };
    // By hand: m = .1g, v = .001·(.9g)²; then m = .19g, v = .999·v + .001·(.81g)².
    const v1 = 0.001 * 0.81;
    const v2 = 0.999 * v1 + 0.001 * 0.81 ** 2;
    const step = (m: number, v: number, t: number) =>
      (0.1 * Math.sqrt(1 - 0.999 ** t) * m) / ((1 - 0.9 ** t) * (Math.sqrt(v) + 1e-8));
    expect(run(true, [2, 2])).toBeCloseTo(-step(0.1, v1, 1) - step(0.19, v2, 2), 5);
    const steady = new Array<number>(30).fill(1);
    expect(Math.abs(run(true, steady))).toBeGreaterThan(1.5 * Math.abs(run(false, steady)));
  });
});
