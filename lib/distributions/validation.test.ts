/** What is refused, and how: bad parameters, values outside the support, wrong arguments. */
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { toTensor, withRecording } from "../tensor/index.ts";
import { enableValidation } from "../validation.ts";
import * as dist from "./index.ts";
import { CASES, type Case, type Params } from "./testing/cases.ts";
import { differentiable, gradients, numbers } from "./testing/harness.ts";

afterEach(() => enableValidation(true));
const first = (row: Case): Params => row.params[0] as Params;

describe.each(CASES.map((row) => [row.name, row] as const))("%s", (_name, row) => {
  if (row.bad.length > 0) {
    it.each(row.bad.map((bad) => [JSON.stringify(bad.params), bad] as const))("refuses %s", (_title, bad) => {
      expect(() => row.make({ ...first(row), ...bad.params })).toThrow(bad.says);
    });
  }

  it.each(row.outside.map((x) => [String(x), x] as const))("refuses the value %s", (_title, x) => {
    const d = row.make(first(row));
    expect(() => d.logProb(x)).toThrow(/support/);
  });

  it.each(row.outside.map((x) => [String(x), x] as const))(
    "scores %s -Infinity without validation",
    (_title, x) => {
      enableValidation(false);
      const params = first(row);
      expect(numbers(row.make(params).logProb(x))).toEqual([Number.NEGATIVE_INFINITY]);
      const grads = gradients(params, differentiable(row, params), (p) => row.make(p).logProb(x));
      for (const grad of Object.values(grads)) expect(numbers(grad).some(Number.isNaN)).toBe(false);
    },
  );

  it("checks draws of its own as inside the support", () => {
    for (const params of row.params) {
      const d = row.make(params);
      expect(d.support.check(d.sample([100])), `${d} in ${d.support}`).toBe(true);
    }
  });

  if (row.aliases !== undefined) {
    it("takes the keywords of the manual", () => {
      const params = first(row);
      const old = Object.entries(params).map(([name, value]) => [row.aliases?.[name] ?? name, value]);
      const value = row.values[0] as number;
      expect(numbers(row.make(Object.fromEntries(old)).logProb(value))).toEqual(
        numbers(row.make(params).logProb(value)),
      );
    });
  }

  it("prints itself with its name and parameters", () => {
    const text = String(row.make(first(row)));
    expect(text).toMatch(/^[A-Z]\w+\(.+\)$/);
    expect(text).not.toMatch(/undefined|\[object/);
  });

  it("reads no value while a step is recorded", () => {
    withRecording(() => {
      const d = row.make({ ...first(row), ...(row.bad[0]?.params.probs === 0.5 ? {} : row.bad[0]?.params) });
      expect(() => d.logProb(row.values[0] as number)).not.toThrow();
    });
  });
});

describe("arguments", () => {
  it("names the parameter, the constraint and the value", () => {
    expect(() => dist.Normal(0, tf.tensor1d([1, -2]))).toThrow(
      /Parameter scale of Normal does not satisfy positive[\s\S]*greater than 0[\s\S]*-2 at index \[1\]/,
    );
  });
  it("names a missing, an unknown, a doubled and a non-numeric parameter", () => {
    expect(() => dist.Normal({ loc: 0 } as never)).toThrow(/scale of Normal is missing/);
    expect(() => dist.Normal({ loc: 0, scal: 1 } as never)).toThrow(/no parameter scal/);
    expect(() => dist.Normal({ loc: 0, mu: 0, scale: 1 } as never)).toThrow(/loc of Normal was given twice/);
    expect(() => dist.Normal("0" as never, 1)).toThrow(/loc of Normal is not numeric/);
    expect(() => dist.Normal(0, 1, 2 as never)).toThrow(/too many arguments/);
    expect(() => dist.Bernoulli({ probs: 0.5, logits: 0 } as never)).toThrow(
      /exactly one of probs and logits/,
    );
    expect(() => dist.Bernoulli({} as never)).toThrow(/exactly one/);
    expect(() => dist.Bernoulli({ probs: 0.5, reparameterized: true })).toThrow(/no pathwise derivative/);
  });
  it("works with and without new, by position and by keyword", () => {
    const made = [
      dist.Normal(1, 2),
      new dist.Normal(1, 2),
      dist.Normal({ loc: 1, scale: 2 }),
      new dist.Normal({ mu: 1, sigma: 2 }),
      dist.Normal(tf.scalar(1), [2] as never),
    ];
    for (const d of made) {
      expect(d).toBeInstanceOf(dist.Normal);
      expect(numbers(d.logProb(0))[0]).toBeCloseTo(-1.737086, 5);
    }
    expect(made[0]?.constructor).toBe(dist.Normal);
    expect(dist.Normal.name).toBe("Normal");
    class Mine extends dist.Normal {
      twice() {
        return tf.mul(this.loc, 2);
      }
    }
    expect(numbers(new Mine(3, 1).twice())).toEqual([6]);
    expect(String(new Mine(3, 1))).toBe("Mine(loc: 3, scale: 1)");
  });
  it("gives parameters in the shape of the batch", () => {
    const d = dist.Normal([0, 1, 2], 3);
    expect(d.scale.shape).toEqual([3]);
    expect(numbers(d.loc)).toEqual([0, 1, 2]);
    expect(Object.keys(d.argConstraints)).toEqual(["loc", "scale"]);
    expect(String(d.argConstraints.scale)).toBe("positive");
  });
  it("has the types it claims", () => {
    const d: dist.Normal = dist.Normal(0, 1);
    const loc: tf.Tensor = d.loc;
    expect(loc.shape).toEqual([]);
    // @ts-expect-error a scale is missing
    expect(() => dist.Normal(0)).toThrow();
    // @ts-expect-error there is no such keyword
    expect(() => dist.Normal({ loc: 0, sclae: 1 })).toThrow();
    // @ts-expect-error only one of the two
    expect(() => dist.Bernoulli({ probs: 0.5, logits: 1 })).toThrow();
  });
});

describe("options", () => {
  it("reparameterized: false forces the score function", () => {
    const d = dist.Normal(0, 1, { reparameterized: false });
    expect(d.hasRsample).toBe(false);
    expect(d.reparameterized).toBe(false);
    expect(() => d.rsample()).toThrow(/no reparameterised sampler/);
    expect(d.expand([2]).hasRsample).toBe(false);
    expect(d.toEvent(0).hasRsample).toBe(false);
  });
  it("batchSize adds a leftmost batch axis", () => {
    expect(dist.Bernoulli([0.1, 0.9], { batchSize: 5 }).sample().shape).toEqual([5, 2]);
    expect(dist.Normal({ mu: 0, sigma: 1, batchSize: 3 }).batchShape).toEqual([3]);
  });
  it("logPdfMask multiplies scores, an infinite one by 0 included", () => {
    const d = dist.Bernoulli([0, 0.5, 0.5], { logPdfMask: [0, 1, 2] });
    expect(numbers(d.logProb([1, 1, 1]))).toEqual([
      0,
      Math.fround(Math.log(0.5)),
      2 * Math.fround(Math.log(0.5)),
    ]);
  });
  it("validateArgs: false skips the check of the parameters", () => {
    expect(() => dist.Normal(0, -1, { validateArgs: false })).not.toThrow();
  });
  it("sample carries no gradient, rsample does", () => {
    const through = (f: (d: dist.Distribution) => tf.Tensor) =>
      tf.grad((mu) => tf.add(tf.mul(mu, 0), f(dist.Normal(mu, 1))) as tf.Scalar)(tf.scalar(2));
    expect(numbers(through((d) => d.rsample()))).toEqual([1]);
    expect(numbers(through((d) => d.sample()))).toEqual([0]);
  });
});

it("scores certain outcomes 0 and impossible ones -Infinity, never NaN", () => {
  expect(numbers(dist.Bernoulli([0, 0, 1, 1]).logProb([0, 1, 0, 1])).map((x) => x + 0)).toEqual([
    0,
    -Infinity,
    -Infinity,
    0,
  ]);
  expect(numbers(dist.Categorical([0, 1, 0]).logProb([0, 1, 2]))).toEqual([-Infinity, 0, -Infinity]);
  const certain = tf.grad((p) => dist.Bernoulli(p).logProb([0, 1]) as tf.Scalar)(tf.tensor1d([0, 1]));
  expect(numbers(certain)).toEqual([-1, 1]);
  expect(numbers(dist.Bernoulli([0, 1, 0.5]).entropy()).map((x) => x + 0)).toEqual([
    0,
    0,
    Math.fround(Math.LN2),
  ]);
  expect(numbers(dist.Beta(1, 1).logProb([0, 1])).map((x) => x + 0)).toEqual([0, 0]);
  expect(numbers(dist.Beta(2, 1).logProb(0))).toEqual([-Infinity]);
  expect(numbers(dist.Gamma(1, 2).logProb(0))).toEqual([Math.fround(Math.LN2)]);
});

it("keeps extreme draws where their scores are finite", () => {
  for (const d of [dist.Beta(0.05, 0.05), dist.Gamma(0.02, 1), dist.Beta(0.01, 5), dist.LogNormal(0, 30)]) {
    const scores = numbers(d.logProb(d.sample([20_000])));
    expect(scores.every(Number.isFinite), String(d)).toBe(true);
  }
});

it("checks observed data once, and variables every time", () => {
  const data = tf.tensor1d([1, 2]);
  const d = dist.Exponential(1);
  d.logProb(data);
  expect(() => d.logProb(data)).not.toThrow();
  const variable = tf.variable(tf.scalar(1));
  d.logProb(variable);
  variable.assign(tf.scalar(-1));
  expect(() => d.logProb(variable)).toThrow(/support/);
  expect(toTensor(data)).toBe(data);
});
