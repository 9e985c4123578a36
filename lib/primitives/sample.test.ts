import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test } from "vitest";
import * as dist from "../distributions/index.ts";
import { trace, uncondition } from "../poutine/index.ts";
import { enableValidation, factor, observe, plate, sample } from "../primitives.ts";
import { withRecording } from "../tensor/index.ts";

afterEach(() => enableValidation(true));

const number = (x: tf.Tensor | undefined) => x?.dataSync()[0] as number;
const densityOf = (model: () => unknown) => number(trace(model).getTrace().logPdf());

/** log N(1 | 0, 2) */
const DENSITY = -0.5 * 0.25 - Math.log(2) - 0.5 * Math.log(2 * Math.PI);

const own = {
  batchShape: [],
  eventShape: [],
  sample: () => tf.scalar(1),
  logProb: (x: tf.Tensor) => tf.mul(x, DENSITY),
};
const old = {
  ...own,
  logProb: undefined,
  batchLogPdf: (x: tf.Tensor) => tf.reshape(tf.mul(x, DENSITY), [1]),
};

describe("a statement may have", () => {
  const forms: [string, () => tf.Tensor][] = [
    ["a distribution", () => sample("x", dist.Normal(0, 2), { obs: 1 })],
    ["a lowercase function with arguments", () => sample("x", dist.normal, 0, 2, { obs: 1 })],
    ["a class with arguments", () => sample("x", dist.Normal, 0, 2, { obs: 1 })],
    [
      "a class with keywords, the options in the same object",
      () => sample("x", dist.Normal, { loc: 0, scale: 2, obs: 1 }),
    ],
    ["observe and a distribution", () => observe("x", dist.Normal(0, 2), 1)],
    ["observe and a lowercase function", () => observe("x", dist.normal, 1, 0, 2)],
    ["a user's own distribution", () => sample("x", own, { obs: 1 })],
    ["a user's own distribution of 0.1", () => sample("x", old, { obs: [1] })],
    ["a nested array as data", () => sample("x", dist.Normal([[0]], 2), { obs: [[1]] })],
  ];
  test.each(forms)("%s", (_name, model) => {
    expect(densityOf(model)).toBeCloseTo(DENSITY, 5);
  });

  test("any function that returns a value, which can be drawn and not scored", () => {
    const roll = (sides: number) => sides - 1;
    const t = trace(() => sample("x", roll, 6)).getTrace();
    expect(number(t.get("x")?.value)).toBe(5);
    expect(() => t.logPdf()).toThrow(/site "x"[\s\S]*roll has no log-density/);
  });

  test("a function with sites of its own", () => {
    const inner = () => sample("inner", dist.Normal(0, 1));
    expect(trace(() => sample("outer", inner)).getTrace().stochasticNodes).toEqual(["inner", "outer"]);
  });

  test("values that are no numbers", () => {
    const t = trace(() => sample("x", dist.categorical, [0.25, 0.75], ["a", "b"], { obs: "b" })).getTrace();
    expect(t.get("x")?.value).toBe("b");
    expect(number(t.logPdf())).toBeCloseTo(Math.log(0.75), 5);
  });

  test("no observation, said as null", () => {
    expect(trace(() => sample("x", dist.Normal(0, 1), { obs: null })).getTrace().stochasticNodes).toEqual([
      "x",
    ]);
  });

  test("options for inference", () => {
    const baseline = { useDecayingAvgBaseline: true };
    const t = trace(() => sample("x", dist.Bernoulli(0.5), { infer: { a: 1 }, baseline })).getTrace();
    expect(t.get("x")?.infer).toEqual({ a: 1, baseline });
  });
});

describe("draws", () => {
  test("carry gradients where there are any", () => {
    const slope = tf.grad((loc: tf.Tensor) => sample("z", dist.Normal(loc, 1)));
    expect(number(slope(tf.scalar(0)))).toBe(1);
  });
});

describe("what goes wrong", () => {
  const cases: [string, () => unknown, RegExp][] = [
    [
      "NaN in the data",
      () => sample("x", dist.Normal(0, 1), { obs: [1, Number.NaN] }),
      /site "x" has NaN[\s\S]*1 NaN among 2[\s\S]*index 1[\s\S]*mask/,
    ],
    ["data that is none", () => sample("x", dist.Normal(0, 1), { obs: {} as never }), /site "x" is not data/],
    [
      "nothing to draw from",
      () => sample("x", 3 as never),
      /something to draw from[\s\S]*site "x"[\s\S]*number 3/,
    ],
    ["no name", () => sample(dist.Normal(0, 1) as never, {} as never), /sample needs a name/],
    [
      "arguments that mean nothing",
      () => sample("x", dist.Normal(0, 1), 3 as never),
      /given arguments as well[\s\S]*obs/,
    ],
  ];
  test.each(cases)("%s", (_name, run, message) => {
    expect(run).toThrow(message);
  });

  test("NaN passes without validation, and while a step is recorded", () => {
    const model = () => sample("x", dist.Normal(0, 1), { obs: Number.NaN });
    expect(number(withRecording(model))).toBeNaN();
    enableValidation(false);
    expect(number(model())).toBeNaN();
  });
});

describe("factor", () => {
  test("adds its term", () => {
    expect(densityOf(() => factor("f", -2.5))).toBe(-2.5);
  });
  test("is no data: uncondition leaves it", () => {
    expect(trace(uncondition(() => factor("f", -2.5))).getTrace().observationNodes).toEqual(["f"]);
  });
  test("counts once for each element of a plate", () => {
    expect(densityOf(() => plate("p", 3, () => factor("f", [1, 2, 3])))).toBe(6);
    expect(densityOf(() => plate("p", 3, () => factor("f", 2)))).toBe(6);
  });
});
