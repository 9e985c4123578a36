/** Densities, gradients, moments, distribution functions and supports against torch, Pyro and scipy in float64. */
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { type Numeric, toTensor } from "../tensor/index.ts";
import { type DistributionRef, decode, decodeFlat, loadRefs, type RefValue } from "../testing/refs.ts";
import type { Distribution } from "./distribution.ts";
import * as dist from "./index.ts";
import { CASES, type Params } from "./testing/cases.ts";
import {
  expectAllClose,
  expectClose,
  gradients,
  meaningful,
  numbers,
  onBackends,
} from "./testing/harness.ts";

/** References of derived distributions, which are no family: how each is built. */
const DERIVED: Record<string, (params: Params) => Distribution> = {
  "Independent(Normal,1)": (p) => normal(p).toEvent(1),
  "MaskedDistribution(Normal,[T,F])": (p) => normal(p).mask([true, false]),
  "MixtureSameFamily(Categorical,Normal)": ({ probs, ...p }) =>
    dist.MixtureSameFamily(dist.Categorical({ probs: probs as Numeric }), normal(p)),
  "TransformedDistribution(Normal,[Tanh])": (p) =>
    dist.TransformedDistribution(normal(p), dist.transforms.tanh),
  "TransformedDistribution(Normal,[Affine(1,2),Exp])": (p) =>
    dist.TransformedDistribution(normal(p), [dist.transforms.affine(1, 2), dist.transforms.exp]),
  "TransformedDistribution(Normal,[Sigmoid]) (LogitNormal)": (p) =>
    dist.TransformedDistribution(normal(p), dist.transforms.sigmoid),
};
const normal = (p: Params) => (dist.Normal as unknown as (p: Params) => Distribution)(p);

function maker(name: string): ((params: Params) => Distribution) | undefined {
  return DERIVED[name] ?? (dist as unknown as Record<string, (params: Params) => Distribution>)[name];
}

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const plain = (value: RefValue): Params[string] =>
  Array.isArray(value) ? (value.map(plain) as number[]) : decode(value);
const keywords = (params: Record<string, RefValue>): Params =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [camel(name), plain(value)]));

/** `null` in the references means undefined there: nothing to compare with. */
const defined = (value: RefValue | undefined): value is RefValue =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.some((v) => !defined(v)));

const entries = loadRefs().distributions.filter((entry) => maker(entry.dist) !== undefined);

/** References of distributions that are not here, and why. Issues name none of them. */
const ABSENT: Readonly<Record<string, string>> = {
  SoftLaplace: "a smooth stand-in for Laplace",
  SoftAsymmetricLaplace: "a smooth stand-in for AsymmetricLaplace",
  SkewLogistic: "a Logistic with another tail",
  OMTMultivariateNormal: "MultivariateNormal with another gradient estimator",
  MultivariateStudentT: "made of StudentT's mixing variable and MultivariateNormal",
  FisherSnedecor: "a ratio of two Chi2",
  VonMises3D: "directions in space",
  GeneralizedPareto: "tails over a threshold",
  LKJ: "LKJCholesky gives its factors",
  LogisticNormal: "TransformedDistribution of Normal by stickBreaking",
  ProjectedNormal: "directions",
  AffineBeta: "TransformedDistribution of Beta by affine",
  ExtendedBinomial: "a Binomial that takes values off its support",
  LogNormalNegativeBinomial: "needs quadrature",
  SineBivariateVonMises: "two dependent angles",
  TruncatedPolyaGamma: "a device of Gibbs samplers",
  "FoldedDistribution(Normal)": "HalfNormal is the case that is used",
  "DiscreteHMM(Normal obs)": "a model: enumeration sums its states out",
  GaussianHMM: "a model",
};

it("finds the references of every family that is here, and knows why others are not", () => {
  expect(entries.length).toBe(65);
  const others = loadRefs().distributions.filter((entry) => maker(entry.dist) === undefined);
  expect([...new Set(others.map((entry) => entry.dist))].sort()).toEqual(Object.keys(ABSENT).sort());
});

await onBackends(["cpu", "tensorflow"], (backend) => {
  it.each(entries.map((entry) => [`${entry.dist} ${JSON.stringify(entry.params)}`, entry] as const))(
    "%s",
    (_title, entry: DistributionRef) => {
      const make = maker(entry.dist) as (params: Params) => Distribution;
      const loose = CASES.find((row) => row.name === entry.dist)?.loose;
      const constants = keywords(entry.const);
      const params = keywords(entry.params);
      const d = make({ ...constants, ...params });
      expect(d.batchShape).toEqual(entry.batch_shape);
      expect(d.eventShape).toEqual(entry.event_shape);
      // A value off the support is an error by design: there the reference's -Infinity is asked for without the check.
      const names = Object.keys(params);
      for (const [i, point] of entry.points.entries()) {
        const where = `${entry.dist} at ${JSON.stringify(point)} on ${backend}`;
        const x = toTensor(plain(point));
        const score = d.logProb(x);
        expectAllClose(numbers(score), decodeFlat(entry.log_prob[i] ?? null), loose?.logProb ?? 1e-5, where);
        const wanted = names.filter((name) => defined(entry.grad[nameOf(entry, name)]?.[i]));
        if (wanted.length > 0) {
          const grads = gradients(params, wanted, (p) => make({ ...constants, ...p }).logProb(x));
          for (const name of wanted) {
            const got = grads[name] as tf.Tensor;
            const want = decodeFlat(entry.grad[nameOf(entry, name)]?.[i] ?? null);
            expectAllClose(
              numbers(got),
              meaningful(name, want, got),
              loose?.gradient ?? 2e-5,
              `${where}: d ${name}`,
            );
          }
        }
        const slope = entry.grad_value?.[i];
        if (defined(slope)) {
          const got = tf.grad((v) => tf.sum(d.logProb(v)))(x);
          expectAllClose(numbers(got), decodeFlat(slope), loose?.gradient ?? 2e-5, `${where}: d value`);
        }
        const below = entry.cdf?.[i];
        if (defined(below)) {
          expectClose(numbers(d.cdf(x))[0] as number, decode(below), loose?.cdf ?? 1e-5, `${where}: cdf`);
        }
      }
      const moments = loose?.moments ?? 1e-5;
      if (defined(entry.mean)) expectAllClose(numbers(d.mean), decodeFlat(entry.mean), moments, "mean");
      if (defined(entry.variance)) {
        expectAllClose(numbers(d.variance), decodeFlat(entry.variance), moments, "variance");
      }
      if (defined(entry.entropy)) {
        expectAllClose(numbers(d.entropy()), decodeFlat(entry.entropy), moments, "entropy");
      }
      if (defined(entry.enumerate_support)) {
        expect(d.hasEnumerateSupport).toBe(true);
        expect(numbers(d.enumerateSupport())).toEqual(decodeFlat(entry.enumerate_support));
      }
    },
  );
});

function nameOf(entry: DistributionRef, camelName: string): string {
  return Object.keys(entry.params).find((name) => camel(name) === camelName) ?? camelName;
}
