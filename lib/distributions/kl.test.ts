/** Divergences and their gradients against the references, and against an estimate from draws. */
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { decode, decodeFlat, loadRefs, type RefValue } from "../testing/refs.ts";
import * as dist from "./index.ts";
import type { Params } from "./testing/cases.ts";
import {
  expectAllClose,
  expectClose,
  gradients,
  meaningful,
  numbers,
  onBackends,
} from "./testing/harness.ts";

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const plain = (value: RefValue): Params[string] =>
  Array.isArray(value) ? (value.map(plain) as number[]) : decode(value);
const keywords = (params: Record<string, RefValue>): Params =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [camel(name), plain(value)]));
const make = ([name]: readonly [string, unknown], params: Params) =>
  (dist as unknown as Record<string, (params: Params) => dist.Distribution>)[name]?.(
    params,
  ) as dist.Distribution;

const entries = loadRefs().kl.filter((entry) => entry.p[0] in dist && entry.q[0] in dist);

it("covers the references of all families that exist", () => {
  expect(entries.length).toBe(29);
});

await onBackends(["cpu", "tensorflow"], () => {
  it.each(
    entries.map((entry) => [`${JSON.stringify(entry.p)} to ${JSON.stringify(entry.q)}`, entry] as const),
  )("%s", (_title, entry) => {
    const [p, q] = [keywords(entry.p[1]), keywords(entry.q[1])];
    expect(dist.hasKl(make(entry.p, p), make(entry.q, q))).toBe(true);
    const before = tf.memory().numTensors;
    const value = tf.tidy(() => numbers(dist.kl(make(entry.p, p), make(entry.q, q)))[0] as number);
    expect(tf.memory().numTensors).toBe(before);
    expectClose(value, decode(entry.kl), 1e-5, "kl");
    for (const [name, want] of Object.entries(entry.grad_p)) {
      if (want === null) continue;
      const got = gradients(p, [camel(name)], (at) => dist.kl(make(entry.p, at), make(entry.q, q)));
      const slope = got[camel(name)] as tf.Tensor;
      expectAllClose(numbers(slope), meaningful(camel(name), decodeFlat(want), slope), 2e-5, `d p.${name}`);
    }
    for (const [name, want] of Object.entries(entry.grad_q)) {
      if (want === null) continue;
      const got = gradients(q, [camel(name)], (at) => dist.kl(make(entry.p, p), make(entry.q, at)));
      const slope = got[camel(name)] as tf.Tensor;
      expectAllClose(numbers(slope), meaningful(camel(name), decodeFlat(want), slope), 2e-5, `d q.${name}`);
    }
  });
});

it("is infinite where q lacks mass that p has", () => {
  expect(numbers(dist.kl(dist.Uniform(0, 2), dist.Uniform(0, 1)))).toEqual([Number.POSITIVE_INFINITY]);
  expect(numbers(dist.kl(dist.Bernoulli(0.5), dist.Bernoulli(0)))).toEqual([Number.POSITIVE_INFINITY]);
  expect(numbers(dist.kl(dist.Bernoulli(0), dist.Bernoulli(0)))).toEqual([0]);
});

it("sums over events, broadcasts over batches, and scores points", () => {
  const p = dist.Normal(tf.zeros([2, 3]), 1);
  const q = dist.Normal([1, 1, 1], 1);
  expect(numbers(dist.kl(p.toEvent(1), q.toEvent(1)))).toEqual([1.5, 1.5]);
  expect(dist.kl(p, dist.Normal(0, 2)).shape).toEqual([2, 3]);
  expect(numbers(dist.kl(dist.Delta(1), dist.Normal(0, 1)))[0]).toBeCloseTo(1.4189385, 5);
});

it("says so where no closed form is known", () => {
  expect(dist.hasKl(dist.Cauchy(0, 1), dist.Gamma(1, 1))).toBe(false);
  expect(() => dist.kl(dist.Cauchy(0, 1), dist.Gamma(1, 1))).toThrow(/from Cauchy to Gamma/);
});
