/** The manual's lowercase functions, and distributions of one's own. */
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, expectTypeOf, it } from "vitest";
import { withRecording } from "../tensor/index.ts";
import * as dist from "./index.ts";
import { numbers } from "./testing/harness.ts";

/** Each function with parameters of shape [2, 3] (or [2, 3] probabilities), and whether it is reparameterised. */
const half = tf.fill([2, 3], 0.5);
const FUNCTIONS: [string, dist.StochasticFunction<never[]>, unknown[], boolean, boolean][] = [
  ["bernoulli", dist.bernoulli, [half], false, true],
  ["beta", dist.beta, [half, half], true, false],
  ["categorical", dist.categorical, [half], false, true],
  ["cauchy", dist.cauchy, [half, half], true, false],
  ["delta", dist.delta, [half], true, true],
  ["exponential", dist.exponential, [half], true, false],
  ["gamma", dist.gamma, [half, half], true, false],
  ["halfcauchy", dist.halfcauchy, [half, half], true, false],
  ["lognormal", dist.lognormal, [half, half], true, false],
  ["multinomial", dist.multinomial, [half, 4], false, false],
  ["normal", dist.normal, [half, half], true, false],
  ["poisson", dist.poisson, [half], false, false],
  ["uniform", dist.uniform, [tf.zeros([2, 3]), half], true, false],
] as unknown[] as never;

describe.each(FUNCTIONS)("%s", (name, fn, given, reparameterized, enumerable) => {
  const params = given as never[];
  it("samples in the shape of the manual", () => {
    const x = fn(...params);
    expect(x.shape).toEqual([2, 3]);
    expect(fn.shape(null, ...params)).toEqual([2, 3]);
    expect(fn.batchShape(null, ...params)).toEqual([2]);
    expect(fn.eventShape(...params)).toEqual([3]);
    expect(fn.eventDim(...params)).toBe(1);
    expect(fn.name).toBe(name);
  });
  it("scores with one number for each batch element, then [1]", () => {
    const x = fn(...params);
    const scores = fn.batchLogPdf(x, ...params);
    expect(scores.shape).toEqual([2, 1]);
    expect(numbers(fn.logPdf(x, ...params))[0]).toBeCloseTo(numbers(tf.sum(scores))[0] as number, 3);
    const more = tf.stack([x, x, x, x]);
    expect(fn.batchShape(more, ...params)).toEqual([4, 2]);
    expect(fn.shape(more, ...params)).toEqual([4, 2, 3]);
    expect(fn.batchLogPdf(more, ...params).shape).toEqual([4, 2, 1]);
    expect(() => fn.batchShape(tf.zeros([5, 2]), ...params)).toThrow(/does not fit/);
  });
  it("says what it can do, and builds its distribution", () => {
    expect([fn.reparameterized, fn.enumerable]).toEqual([reparameterized, enumerable]);
    const d = fn.distribution(...params);
    expect([d.hasRsample, d.hasEnumerateSupport]).toEqual([reparameterized, enumerable]);
    expect(dist.isDistribution(d)).toBe(true);
    expect(dist.isStochasticFunction(fn)).toBe(true);
    if (enumerable) expect(fn.enumerateSupport(...params).shape.slice(1)).toEqual([2, 3]);
    else expect(() => fn.enumerateSupport(...params)).toThrow(/enumerateSupport/);
    expect(fn.analyticMean(...params).shape).toEqual([2, 3]);
    expect(fn.analyticVar(...params).shape).toEqual([2, 3]);
  });
});

describe("orders, defaults and keywords of the manual", () => {
  it("has the types it claims", () => {
    expectTypeOf(dist.normal.distribution(0, 1)).toEqualTypeOf<dist.Distribution>();
    // @ts-expect-error sigma is missing
    expect(() => dist.normal(0)).toThrow();
    // @ts-expect-error sigma is missing
    expect(() => dist.normal.logPdf(1, 0)).toThrow();
  });
  it("draws with gradients where it is reparameterised", () => {
    expect(numbers(tf.grad((mu) => dist.normal(mu, 1) as tf.Scalar)(tf.scalar(0)))).toEqual([1]);
  });
  it("halfcauchy takes the location first", () => {
    const score = numbers(dist.halfcauchy.logPdf(3, 2, 5))[0];
    expect(score).toBeCloseTo(numbers(dist.HalfCauchy(5, 2).logProb(3))[0] as number, 6);
    expect(numbers(dist.halfcauchy.logPdf(3, { mu: 2, gamma: 5 }))[0]).toBe(score);
  });
  it("multinomial takes the probabilities first", () => {
    expect(numbers(tf.sum(dist.multinomial([0.5, 0.5], 7)))).toEqual([7]);
    expect(dist.Multinomial(7, [0.5, 0.5]).expandedSample([2]).shape).toEqual([2, 7]);
  });
  it("categorical is one-hot unless it has values", () => {
    expect(dist.categorical([0, 1, 0]).arraySync()).toEqual([0, 1, 0]);
    expect(dist.categorical([0, 1, 0], null, { oneHot: false }).arraySync()).toBe(1);
    expect(dist.categorical([0, 1, 0], [-1, -2, -3]).arraySync()).toBe(-2);
    expect(dist.categorical(null, null, { logits: [-100, 0] }).arraySync()).toEqual([0, 1]);
    expect(
      dist
        .categorical({
          ps: [
            [1, 0],
            [0, 1],
          ],
          vs: [
            [1, 2],
            [3, 4],
          ],
        })
        .arraySync(),
    ).toEqual([1, 4]);
    expect(dist.categorical.enumerateSupport([0.5, 0.5]).arraySync()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(dist.categorical.enumerateSupport([0.2, 0.8], [3, 4]).arraySync()).toEqual([3, 4]);
    expect(
      dist.categorical.batchLogPdf(
        [1, 0],
        [
          [1, 1],
          [1, 1],
        ],
        null,
        { oneHot: false },
      ).shape,
    ).toEqual([2, 1]);
  });
  it("bernoulli takes logits, a batch size and a mask", () => {
    expect(dist.bernoulli({ logits: [0, 0], batchSize: 4 }).shape).toEqual([4, 2]);
    expect(numbers(dist.bernoulli.logPdf([1, 1], [0.5, 0.5], { logPdfMask: [1, 0] }))[0]).toBeCloseTo(
      -Math.LN2,
      6,
    );
  });
});

describe("Categorical over values of any kind", () => {
  const d = dist.Categorical({ ps: [0.2, 0, 0.8], vs: ["red", "green", "blue"] });
  it("draws and scores them", () => {
    expectTypeOf(d).toEqualTypeOf<dist.CategoricalValues<string>>();
    const drawn = d.sample([200]) as string[];
    expect(new Set(drawn)).toEqual(new Set(["red", "blue"]));
    expect(["red", "blue"]).toContain(d.sample());
    expect(numbers(d.logProb("blue"))[0]).toBeCloseTo(Math.log(0.8), 6);
    expect(numbers(d.logProb(["red", "blue"]))[0]).toBeCloseTo(Math.log(0.2), 6);
    expect(numbers(d.logPdf("green"))).toEqual([Number.NEGATIVE_INFINITY]);
    expect(d.enumerateSupport()).toEqual(["red", "green", "blue"]);
    expect(() => d.logProb("black")).toThrow(/one of red, green, blue[\s\S]*black/);
    expect(dist.isDistribution(d)).toBe(true);
    expect(d.expand([3]).sample()).toHaveLength(3);
  });
  it("works by the manual's function", () => {
    const value: unknown = dist.categorical([0, 1], ["heads", "tails"]);
    expect(value).toBe("tails");
    expect(dist.categorical.batchLogPdf("tails" as never, [0.5, 0.5], ["heads", "tails"]).shape).toEqual([1]);
  });
  it("may have values of its own for each element of the batch", () => {
    const ps = [
      [0, 1],
      [0.25, 0.75],
    ];
    const vs = [
      ["a", "b"],
      ["c", "d"],
    ];
    const rows = dist.Categorical({ ps, vs });
    expectTypeOf(rows).toEqualTypeOf<dist.CategoricalValues<string>>();
    const drawn = rows.sample([50]) as string[][];
    expect(drawn.map(([first]) => first)).toEqual(new Array(50).fill("b"));
    expect(new Set(drawn.map(([, second]) => second))).toEqual(new Set(["c", "d"]));
    expect(numbers(rows.log_pdf(["b", "c"]))[0]).toBeCloseTo(Math.log(0.25), 6);
    expect(rows.batch_log_pdf(drawn).shape).toEqual([50, 2, 1]);
    expect([rows.batch_shape(), rows.batch_shape(drawn), rows.event_shape()]).toEqual([[2], [50, 2], []]);
    expect(rows.enumerate_support()).toEqual([
      ["a", "c"],
      ["b", "d"],
    ]);
    expect(rows.expand([3, 2]).sample()).toHaveLength(3);
    expect(() => rows.log_pdf(["c", "a"])).toThrow(/one of a, b[\s\S]*c/);
    expect(() => rows.expand([4])).toThrow(/expand/);
    expect(() => dist.Categorical({ ps, vs: [["a", "b"], ["c"]] })).toThrow(/2 values/);
    expect(() =>
      dist.Categorical({
        ps: [0.5, 0.5],
        vs: [
          ["a", "b"],
          ["c", "d"],
        ],
      }),
    ).toThrow(/2 lists/);
  });
  it("refuses a wrong number of values and a compiled step", () => {
    expect(() => dist.Categorical({ ps: [0.5, 0.5], vs: ["a"] })).toThrow(/2 values/);
    withRecording(() => expect(() => d.sample()).toThrow(/compiled step/));
  });
});

it("derived distributions are built by name too", () => {
  const base = dist.Normal([0, 1], 1);
  expect(String(dist.Independent(base, 1))).toBe(String(base.toEvent()));
  expect(dist.MaskedDistribution(base, [1, 0]).logProb([0, 0]).shape).toEqual([2]);
  expect(new dist.ExpandedDistribution(base, [3, 2]).sample().shape).toEqual([3, 2]);
});

describe("a distribution of one's own", () => {
  const die = {
    batchShape: [],
    eventShape: [],
    sample: () => tf.scalar(1 + Math.floor(Math.random() * 6)),
    logProb: (x: tf.Tensor) => tf.fill(x.shape, Math.log(1 / 6)),
    enumerateSupport: () => tf.range(1, 7),
  };
  it("needs a sampler, a score and shapes", () => {
    const d = dist.asDistribution(die);
    expect(dist.isDistribution(d)).toBe(true);
    expect(dist.isDistribution(die)).toBe(false);
    expect(dist.asDistribution(d)).toBe(d);
    expect(d.sample().shape).toEqual([]);
    expect(d.sample([4, 2]).shape).toEqual([4, 2]);
    expect(numbers(d.logProb([1, 2]))[0]).toBeCloseTo(-Math.log(6), 6);
    expect(d.hasEnumerateSupport).toBe(true);
    expect(d.hasRsample).toBe(false);
    expect(numbers(d.enumerateSupport())).toEqual([1, 2, 3, 4, 5, 6]);
    const rolls = d.expand([5]);
    expect(rolls.sample([2]).shape).toEqual([2, 5]);
    expect(rolls.enumerateSupport().shape).toEqual([6, 5]);
    expect(rolls.toEvent(1).logProb([1, 2, 3, 4, 5]).shape).toEqual([]);
  });
  it("may score as the 0.1 manual does, and have shapes as functions", () => {
    class Old {
      batchShape = () => [2];
      eventShape = () => [];
      sample() {
        return tf.tensor1d([0, 0]);
      }
      batchLogPdf(x: tf.Tensor) {
        return tf.expandDims(tf.neg(x), -1);
      }
    }
    const d = dist.asDistribution(new Old());
    expect(d.name).toBe("Old");
    expect(d.batchShape).toEqual([2]);
    expect(numbers(d.logProb([1, 2]))).toEqual([-1, -2]);
  });
  it("expands along axes of length 1 with independent draws", () => {
    let calls = 0;
    const counter = {
      batchShape: [1],
      eventShape: [2],
      sample: (shape: readonly number[] = []) => {
        const shapeOfAll = [...shape, 1, 2];
        const n = shapeOfAll.reduce((a, b) => a * b, 1);
        const x = tf.reshape(tf.range(calls, calls + n), shapeOfAll);
        calls += n;
        return x;
      },
      logProb: (x: tf.Tensor) => tf.sum(x, -1),
    };
    const d = dist.asDistribution(counter).expand([3, 4]);
    const x = d.sample([2]);
    expect(x.shape).toEqual([2, 3, 4, 2]);
    expect(new Set(numbers(x)).size).toBe(48);
    const rows = tf.reshape(x, [24, 2]).arraySync() as number[][];
    for (const [a, b] of rows) expect(b).toBe((a as number) + 1);
    expect(d.logProb(x).shape).toEqual([2, 3, 4]);
  });
  it("is refused where it cannot sample or score", () => {
    expect(() => dist.asDistribution({ sample: () => 0 })).toThrow(
      /A distribution was expected[\s\S]*sample/,
    );
    expect(() => dist.asDistribution(3)).toThrow(/A distribution was expected/);
  });
  it("built on the base class has to tell its shape", () => {
    class Mine extends (dist.Distribution as never as new () => object) {
      batch_shape() {
        return [];
      }
    }
    expect(() => new Mine()).toThrow(/Mine did not tell its batch shape[\s\S]*without a base/);
  });

  it("a bijector of one's own transforms a distribution", () => {
    class Shift extends dist.Bijector {
      call(x: tf.Tensor) {
        return tf.add(x, 3);
      }
      inverse(y: tf.Tensor) {
        return tf.sub(y, 3);
      }
      logDetJacobian(y: tf.Tensor) {
        return tf.zerosLike(y);
      }
    }
    const d = dist.TransformedDistribution(dist.Normal(0, 1), new Shift());
    expect(numbers(d.logProb(4))[0]).toBeCloseTo(numbers(dist.Normal(0, 1).logProb(1))[0] as number, 6);
    expect(() => dist.TransformedDistribution(dist.Normal(0, 1), dist.transforms.softmax)).toThrow(
      /bijection/,
    );
  });
  it("a transform of vectors makes the last batch axis an event", () => {
    const d = dist.TransformedDistribution(dist.Normal(tf.zeros([4, 2]), 1), dist.transforms.stickBreaking);
    expect([d.batchShape, d.eventShape]).toEqual([[4], [3]]);
    const x = d.rsample([5]);
    expect(x.shape).toEqual([5, 4, 3]);
    expect(d.logProb(x).shape).toEqual([5, 4]);
    expect(d.support.check(x)).toBe(true);
    expect(d.expand([6, 4]).sample().shape).toEqual([6, 4, 3]);
  });
});
