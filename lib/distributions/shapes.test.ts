/** Shapes, broadcasting, expansion, and what is left in memory, for every row of the table. */
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { enableValidation } from "../validation.ts";
import { CASES, type Case, type Params } from "./testing/cases.ts";
import { batched, differentiable, expandCases, gradients, numbers, onBackends } from "./testing/harness.ts";

const ROWS = CASES.map((row) => [row.name, row] as const);
const first = (row: Case): Params => row.params[0] as Params;
const finite = (x: tf.Tensor) => numbers(x).every(Number.isFinite);

await onBackends(["cpu", "tensorflow", "wasm"], () => {
  it.each(ROWS)("%s: draws, scores and moments have the shapes of batch and event", (_name, row) => {
    const single = row.make(first(row));
    const d = row.make(batched(first(row), 4));
    expect(single.batchShape).toEqual([]);
    expect(d.batchShape).toEqual([4]);
    expect(d.eventShape).toEqual(single.eventShape);
    expect(d.eventDim).toBe(d.eventShape.length);
    for (const sampleShape of [[], [3], [2, 3]]) {
      const shape = [...sampleShape, 4, ...d.eventShape];
      const x = d.sample(sampleShape);
      expect(x.shape).toEqual(shape);
      expect(x.dtype).toBe("float32");
      expect(d.shape(sampleShape)).toEqual(shape);
      expect(d.logProb(x).shape).toEqual([...sampleShape, 4]);
      expect(single.logProb(x).shape).toEqual([...sampleShape, 4]);
      expect(d.batchShapeFor(x)).toEqual([...sampleShape, 4]);
      expect(d.shapeFor(x)).toEqual(shape);
      expect(finite(d.logProb(x))).toBe(true);
    }
    expect(d.sample(5).shape).toEqual([5, 4, ...d.eventShape]);
    expect(d.logPdf(d.sample()).shape).toEqual([]);
    expect(d.hasRsample).toBe(row.pathwise);
    if (row.noMoments === undefined) {
      expect(d.mean.shape).toEqual(d.shape());
      expect(d.variance.shape).toEqual(d.shape());
      expect(d.stddev.shape).toEqual(d.shape());
    }
    for (const value of row.values) expect(d.logProb(value).shape).toEqual([4]);
    const wrong = tf.zeros([5, ...d.eventShape]);
    expect(() => d.logProb(wrong)).toThrow(/batch shape \[4\]/);
  });

  it.each(ROWS)("%s: parameters of different shapes broadcast", (_name, row) => {
    const names = Object.keys(first(row));
    if (names.length < 2) return;
    const column = batched(batched(first(row), 1), 3);
    const line = batched(first(row), 2);
    const mixed = Object.fromEntries(names.map((name, i) => [name, i === 0 ? column[name] : line[name]]));
    const d = row.make(mixed as Params);
    expect(d.batchShape).toEqual([3, 2]);
    const x = d.sample();
    expect(x.shape).toEqual([3, 2, ...d.eventShape]);
    expect(d.logProb(x).shape).toEqual([3, 2]);
    const reference = row.make(first(row));
    for (const value of row.values) {
      const want = numbers(reference.logProb(value))[0] as number;
      for (const got of numbers(d.logProb(value))) expect(got).toBeCloseTo(want, 4);
    }
    const clash = Object.fromEntries(names.map((name, i) => [name, batched(first(row), i + 2)[name]]));
    expect(() => row.make(clash as Params)).toThrow(/broadcast|shape/);
  });

  it.each(ROWS)("%s: expand repeats it independently", (_name, row) => {
    const d = row.make(batched(first(row), 1)).expand([3, 2]);
    expect(d.batchShape).toEqual([3, 2]);
    const x = d.sample([50]);
    expect(x.shape).toEqual([50, 3, 2, ...d.eventShape]);
    const parts = tf.unstack(tf.reshape(x, [50, 6, -1]), 1).map((part) => numbers(part).join());
    if (row.name !== "Delta") expect(new Set(parts).size).toBe(6);
    const want = numbers(row.make(first(row)).logProb(x));
    expect(d.logProb(x).shape).toEqual([50, 3, 2]);
    for (const [i, got] of numbers(d.logProb(x)).entries()) expect(got).toBeCloseTo(want[i] as number, 4);
    expect(d.expand([7, -1, -1]).batchShape).toEqual([7, 3, 2]);
    expect(() => d.expand([5])).toThrow(/expanded/);
    expect(() => d.expand([4, 2])).toThrow(/broadcasts/);
  });

  it.each(ROWS)("%s: toEvent sums scores, mask silences them", (_name, row) => {
    const d = row.make(batched(first(row), 2));
    const x = d.sample([3]);
    const scores = numbers(d.logProb(x));
    const event = d.toEvent(1);
    expect(event.batchShape).toEqual([]);
    expect(event.eventShape).toEqual([2, ...d.eventShape]);
    for (const [i, got] of numbers(event.logProb(x)).entries()) {
      expect(got).toBeCloseTo((scores[2 * i] as number) + (scores[2 * i + 1] as number), 3);
    }
    const half = d.mask([true, false]);
    expect(half.sample([3]).shape).toEqual(x.shape);
    for (const [i, got] of numbers(half.logProb(x)).entries()) expect(got).toBe(i % 2 === 0 ? scores[i] : 0);
    const broken = tf.where(
      tf.reshape(tf.tensor1d([1, 0], "bool"), [2, ...d.eventShape.map(() => 1)]),
      x,
      Number.NaN,
    );
    for (const [i, got] of numbers(half.logProb(broken)).entries())
      expect(got).toBe(i % 2 === 0 ? scores[i] : 0);
    expect(() => d.toEvent(2)).toThrow(/toEvent/);
  });

  it.each(expandCases(CASES))("%s: leaves no tensors behind", (_name, row, params) => {
    const d = row.make(params);
    const x = d.sample([2]);
    const keep = (f: () => tf.Tensor) => {
      const before = tf.memory().numTensors;
      const result = f();
      expect(tf.memory().numTensors - before, String(f)).toBeLessThanOrEqual(1);
      result.dispose();
    };
    keep(() => d.sample([3]));
    keep(() => d.logProb(x));
    keep(() => d.logPdf(x));
    keep(() => d.batchLogPdf(x));
    if (row.pathwise) keep(() => d.rsample([3]));
    if (row.hasCdf) keep(() => d.cdf(x));
    if (d.hasEnumerateSupport && row.name !== "Delta") keep(() => d.enumerateSupport());
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const inside = row.make(params);
      const value = inside.hasRsample ? inside.rsample([2]) : inside.sample([2]);
      const names = differentiable(row, params);
      gradients(params, names, (p) => row.make(p).logProb(value));
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

it.each(ROWS)("%s: is created and scored without validation", (_name, row) => {
  enableValidation(false);
  try {
    const d = row.make(first(row));
    for (const value of row.values) expect(finite(d.logProb(value))).toBe(true);
  } finally {
    enableValidation(true);
  }
});
