/**
 * The table that every property of every distribution is tested over. A new family is a row here; what does not hold
 * for it is said in the row, with the reason.
 */
import type { Numeric } from "../../tensor/index.ts";
import type { Distribution } from "../distribution.ts";
import * as dist from "../index.ts";

export type Params = Readonly<Record<string, Numeric>>;

/** A property that a row does not have, and why: a reason to be read, not a switch. */
type Reason = string;

export interface Case {
  readonly name: string;
  readonly make: (params: Params) => Distribution;
  /** Parameters that the properties are tried at; the first set is also tried in batches. */
  readonly params: readonly Params[];
  /** Values inside the support, for every set of parameters. */
  readonly values: readonly Numeric[];
  /** Values outside it: refused, or scored -Infinity. */
  readonly outside: readonly Numeric[];
  /** Changes of the first set of parameters that are refused, with what the message must name. */
  readonly bad: readonly { readonly params: Params; readonly says: string }[];
  /** Keywords of the 0.1 manual, for the first set of parameters. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Parameters that densities and draws are not differentiated in. */
  readonly fixed?: readonly string[];
  /** Axes of one value of each parameter, where not 0. */
  readonly paramEventDim?: number;
  readonly discrete?: boolean;
  readonly pathwise: boolean;
  /** Draws have no mean or variance to compare with. */
  readonly noMoments?: Reason;
  /** E[f(x)] is tried by moments, not by the score function. */
  readonly noScore?: Reason;
  /** The density has no slope in one element of the value alone. */
  readonly noSlope?: Reason;
  readonly hasCdf?: boolean;
  readonly hasIcdf?: boolean;
  /** A relative tolerance against the references other than 1e-5 (2e-5 for gradients). */
  readonly loose?: {
    readonly logProb?: number;
    readonly gradient?: number;
    readonly moments?: number;
    readonly cdf?: number;
    readonly because: Reason;
  };
}

const positiveScale = [
  { params: { scale: -1 }, says: "scale" },
  { params: { scale: 0 }, says: "positive" },
  { params: { scale: Number.NaN }, says: "NaN" },
];
const reals = [-3, -0.4, 0, 1.7, 8];
const onPositive = [0.05, 0.7, 1, 2.5, 9];
const nan = Number.NaN;
const cdfs = { hasCdf: true, hasIcdf: true };

/** Makes a family out of keyword parameters, whatever their names. */
const of =
  (make: unknown) =>
  (params: Params): Distribution =>
    (make as (params: Params) => Distribution)(params);

export const CASES: readonly Case[] = [
  {
    name: "Normal",
    make: of(dist.Normal),
    params: [
      { loc: 0.5, scale: 1.3 },
      { loc: -20, scale: 0.1 },
    ],
    values: reals,
    outside: [nan],
    bad: [...positiveScale, { params: { loc: nan }, says: "loc" }],
    aliases: { loc: "mu", scale: "sigma" },
    pathwise: true,
    ...cdfs,
  },
  {
    name: "LogNormal",
    make: of(dist.LogNormal),
    params: [
      { loc: 0.5, scale: 0.6 },
      { loc: -1, scale: 0.2 },
    ],
    values: onPositive,
    outside: [0, -1, nan],
    bad: positiveScale,
    aliases: { loc: "mu", scale: "sigma" },
    pathwise: true,
    ...cdfs,
  },
  {
    name: "HalfNormal",
    make: of(dist.HalfNormal),
    params: [{ scale: 1.5 }, { scale: 0.01 }],
    values: [0, ...onPositive],
    outside: [-0.1, nan],
    bad: positiveScale,
    aliases: { scale: "sigma" },
    pathwise: true,
    ...cdfs,
  },
  {
    name: "Cauchy",
    make: of(dist.Cauchy),
    params: [
      { loc: 0.5, scale: 1.3 },
      { loc: -2, scale: 0.2 },
    ],
    values: reals,
    outside: [nan],
    bad: positiveScale,
    aliases: { loc: "mu", scale: "gamma" },
    pathwise: true,
    noMoments: "it has none",
    ...cdfs,
  },
  {
    name: "HalfCauchy",
    make: of(dist.HalfCauchy),
    params: [{ scale: 1.5 }, { scale: 0.2 }],
    values: [0, ...onPositive],
    outside: [-0.1, nan],
    bad: positiveScale,
    aliases: { scale: "gamma" },
    pathwise: true,
    noMoments: "they are infinite",
    ...cdfs,
  },
  {
    name: "HalfCauchy with a location",
    make: of(dist.HalfCauchy),
    params: [{ scale: 1.5, loc: -1 }],
    values: onPositive,
    outside: [-1.1, nan],
    bad: [...positiveScale, { params: { loc: nan }, says: "loc" }],
    aliases: { scale: "gamma", loc: "mu" },
    pathwise: true,
    noMoments: "they are infinite",
    noScore: "the support depends on loc, so the score function is biased",
    ...cdfs,
  },
  {
    name: "Uniform",
    make: of(dist.Uniform),
    params: [
      { low: -4, high: 10 },
      { low: -5, high: 9.5 },
    ],
    values: reals,
    outside: [-5.1, 10.5, nan],
    bad: [
      { params: { high: -5 }, says: "high" },
      { params: { low: nan }, says: "low" },
    ],
    aliases: { low: "a", high: "b" },
    pathwise: true,
    noScore: "the support depends on both parameters, so the score function is biased",
    ...cdfs,
  },
  {
    name: "Exponential",
    make: of(dist.Exponential),
    params: [{ rate: 1.5 }, { rate: 20 }],
    values: [0, ...onPositive],
    outside: [-0.1, nan],
    bad: [{ params: { rate: 0 }, says: "rate" }],
    aliases: { rate: "lam" },
    pathwise: true,
    ...cdfs,
  },
  {
    name: "Gamma",
    make: of(dist.Gamma),
    params: [
      { concentration: 2.5, rate: 3 },
      { concentration: 0.4, rate: 1 },
      { concentration: 40, rate: 10 },
    ],
    values: onPositive,
    outside: [-0.1, nan],
    bad: [
      { params: { concentration: 0 }, says: "concentration" },
      { params: { rate: -1 }, says: "rate" },
    ],
    aliases: { concentration: "alpha", rate: "beta" },
    pathwise: true,
    hasCdf: true,
  },
  {
    name: "Beta",
    make: of(dist.Beta),
    params: [
      { concentration1: 2, concentration0: 3.5 },
      { concentration1: 0.5, concentration0: 0.7 },
      { concentration1: 30, concentration0: 15 },
    ],
    values: [0.02, 0.3, 0.5, 0.98],
    outside: [-0.1, 1.01, nan],
    bad: [
      { params: { concentration1: 0 }, says: "concentration1" },
      { params: { concentration0: -1 }, says: "positive" },
    ],
    aliases: { concentration1: "alpha", concentration0: "beta" },
    pathwise: true,
    hasCdf: true,
  },
  {
    name: "Laplace",
    make: of(dist.Laplace),
    params: [
      { loc: 0.5, scale: 1.3 },
      { loc: -2, scale: 0.3 },
    ],
    values: reals,
    outside: [nan],
    bad: positiveScale,
    pathwise: true,
    ...cdfs,
  },
  {
    name: "Gumbel",
    make: of(dist.Gumbel),
    params: [
      { loc: 0.5, scale: 1.3 },
      { loc: 1, scale: 4 },
    ],
    values: reals,
    outside: [nan],
    bad: positiveScale,
    pathwise: true,
    ...cdfs,
  },
  {
    name: "Logistic",
    make: of(dist.Logistic),
    params: [
      { loc: 0.5, scale: 1.3 },
      { loc: -2, scale: 0.3 },
    ],
    values: reals,
    outside: [nan],
    bad: positiveScale,
    pathwise: true,
    ...cdfs,
  },
  {
    name: "Weibull",
    make: of(dist.Weibull),
    params: [
      { scale: 1.5, concentration: 2 },
      { scale: 1, concentration: 0.8 },
    ],
    values: onPositive,
    outside: [0, -1, nan],
    bad: [...positiveScale, { params: { concentration: 0 }, says: "concentration" }],
    pathwise: true,
    ...cdfs,
  },
  {
    name: "Pareto",
    make: of(dist.Pareto),
    params: [
      { scale: 0.04, alpha: 9 },
      { scale: 0.03, alpha: 12 },
    ],
    values: onPositive,
    outside: [0.01, -1, nan],
    bad: [...positiveScale, { params: { alpha: 0 }, says: "alpha" }],
    pathwise: true,
    noScore: "the support depends on scale, so the score function is biased",
    ...cdfs,
  },
  {
    name: "Bernoulli",
    make: of(dist.Bernoulli),
    params: [{ probs: 0.3 }, { probs: 0.97 }],
    values: [0, 1],
    outside: [0.5, 2, -1, nan],
    bad: [
      { params: { probs: 1.2 }, says: "1.2" },
      { params: { probs: -0.1 }, says: "probs" },
    ],
    aliases: { probs: "ps" },
    discrete: true,
    pathwise: false,
  },
  {
    name: "Bernoulli (logits)",
    make: of(dist.Bernoulli),
    params: [{ logits: -0.7 }, { logits: 3 }],
    values: [0, 1],
    outside: [0.5, 2, -1, nan],
    bad: [{ params: { logits: nan }, says: "logits" }],
    discrete: true,
    pathwise: false,
  },
  {
    name: "Categorical",
    make: of(dist.Categorical),
    params: [{ probs: [0.2, 0.3, 0.5] }, { probs: [3, 0, 1] }],
    values: [0, 2],
    outside: [3, 0.5, -1, nan],
    bad: [
      { params: { probs: [0.5, -0.5, 1] }, says: "probs" },
      { params: { probs: [0, 0, 0] }, says: "weights" },
      { params: { probs: 0.5 }, says: "vector" },
    ],
    aliases: { probs: "ps" },
    paramEventDim: 1,
    discrete: true,
    pathwise: false,
    noMoments: "an index has no mean",
  },
  {
    name: "Categorical (logits)",
    make: of(dist.Categorical),
    params: [{ logits: [0.2, -0.3, 1.5] }, { logits: [100, 101, 99] }],
    values: [0, 1, 2],
    outside: [3, 0.5, -1, nan],
    bad: [{ params: { logits: [nan, 0, 0] }, says: "logits" }],
    paramEventDim: 1,
    discrete: true,
    pathwise: false,
    noMoments: "an index has no mean",
  },
  {
    name: "Categorical (values)",
    make: (params) => dist.Categorical({ ...(params as { probs: Numeric }), vs: [-1, 0.5, 4] }),
    params: [{ probs: [0.2, 0.3, 0.5] }],
    values: [-1, 0.5, 4],
    outside: [2, nan],
    bad: [],
    paramEventDim: 1,
    discrete: true,
    pathwise: false,
  },
  {
    name: "Categorical (one-hot)",
    make: (params) => dist.Categorical({ ...(params as { probs: Numeric }), oneHot: true }),
    params: [{ probs: [0.2, 0.3, 0.5] }],
    values: [
      [1, 0, 0],
      [0, 0, 1],
    ],
    outside: [
      [1, 1, 0],
      [0, 0, 0],
      [0.5, 0.5, 0],
    ],
    bad: [],
    paramEventDim: 1,
    discrete: true,
    pathwise: false,
  },
  {
    name: "Poisson",
    make: of(dist.Poisson),
    params: [{ rate: 4 }, { rate: 0.3 }, { rate: 200 }],
    values: [0, 1, 5, 20],
    outside: [-1, 0.5, nan],
    bad: [{ params: { rate: -1 }, says: "rate" }],
    aliases: { rate: "lam" },
    discrete: true,
    pathwise: false,
  },
  {
    name: "Geometric",
    make: of(dist.Geometric),
    params: [{ probs: 0.3 }, { probs: 0.9 }],
    values: [0, 1, 7],
    outside: [-1, 0.5, nan],
    bad: [
      { params: { probs: 0 }, says: "probs" },
      { params: { probs: 1.1 }, says: "1.1" },
    ],
    discrete: true,
    pathwise: false,
  },
  {
    name: "Geometric (logits)",
    make: of(dist.Geometric),
    params: [{ logits: -0.7 }],
    values: [0, 1, 7],
    outside: [-1, 0.5, nan],
    bad: [{ params: { logits: nan }, says: "logits" }],
    discrete: true,
    pathwise: false,
  },
  {
    name: "Binomial",
    make: of(dist.Binomial),
    params: [
      { totalCount: 10, probs: 0.3 },
      { totalCount: 200, probs: 0.9 },
    ],
    values: [0, 3, 10],
    outside: [-1, 0.5, 201, nan],
    bad: [
      { params: { probs: 1.1 }, says: "probs" },
      { params: { totalCount: 2.5 }, says: "totalCount" },
    ],
    aliases: { totalCount: "n", probs: "ps" },
    fixed: ["totalCount"],
    discrete: true,
    pathwise: false,
  },
  {
    name: "Binomial (logits)",
    make: of(dist.Binomial),
    params: [{ totalCount: 10, logits: 0.7 }],
    values: [0, 3, 10],
    outside: [-1, 0.5, 11, nan],
    bad: [{ params: { logits: nan }, says: "logits" }],
    fixed: ["totalCount"],
    discrete: true,
    pathwise: false,
  },
  {
    name: "Multinomial",
    make: (params) => dist.Multinomial({ ...(params as { probs: Numeric }), totalCount: 4 }),
    params: [{ probs: [0.2, 0.3, 0.5] }, { probs: [3, 0, 1] }],
    values: [
      [0, 0, 4],
      [1, 0, 3],
    ],
    outside: [
      [1, 1, 1],
      [5, -1, 0],
      [0.5, 0.5, 3],
    ],
    bad: [{ params: { probs: [0.5, -0.5, 1] }, says: "probs" }],
    paramEventDim: 1,
    discrete: true,
    pathwise: false,
  },
  {
    name: "Multinomial (logits)",
    make: (params) => dist.Multinomial({ ...(params as { logits: Numeric }), totalCount: 4 }),
    params: [{ logits: [0.2, -0.3, 1] }],
    values: [
      [0, 0, 4],
      [1, 2, 1],
    ],
    outside: [[1, 1, 1]],
    bad: [{ params: { logits: [0, nan, 1] }, says: "logits" }],
    paramEventDim: 1,
    discrete: true,
    pathwise: false,
  },
  {
    name: "OneHotCategorical",
    make: of(dist.OneHotCategorical),
    params: [{ probs: [0.2, 0.3, 0.5] }, { probs: [3, 0, 1] }],
    values: [
      [1, 0, 0],
      [0, 0, 1],
    ],
    outside: [
      [1, 1, 0],
      [0.5, 0.5, 0],
    ],
    bad: [{ params: { probs: [0, 0, 0] }, says: "weights" }],
    aliases: { probs: "ps" },
    paramEventDim: 1,
    discrete: true,
    pathwise: false,
  },
  {
    name: "Dirichlet",
    make: of(dist.Dirichlet),
    params: [{ concentration: [0.7, 2, 3] }, { concentration: [8, 8, 8] }],
    values: [
      [0.2, 0.3, 0.5],
      [0.1, 0.1, 0.8],
    ],
    outside: [
      [0.5, 0.4, 0.3],
      [-0.1, 0.6, 0.5],
    ],
    bad: [{ params: { concentration: [1, 0, 1] }, says: "concentration" }],
    aliases: { concentration: "alpha" },
    paramEventDim: 1,
    pathwise: true,
    noSlope: "one element moved alone leaves the simplex; the references have the slope",
  },
  {
    name: "StudentT",
    make: of(dist.StudentT),
    params: [
      { df: 9, loc: 0.5, scale: 1.3 },
      { df: 30, loc: -2, scale: 0.2 },
    ],
    values: reals,
    outside: [nan],
    bad: [...positiveScale, { params: { df: 0 }, says: "df" }],
    pathwise: true,
  },
  {
    name: "Kumaraswamy",
    make: of(dist.Kumaraswamy),
    params: [
      { concentration1: 2, concentration0: 3.5 },
      { concentration1: 0.8, concentration0: 1.2 },
    ],
    values: [0.02, 0.3, 0.5, 0.98],
    outside: [-0.1, 1.01, nan],
    bad: [
      { params: { concentration1: 0 }, says: "concentration1" },
      { params: { concentration0: -1 }, says: "positive" },
    ],
    pathwise: true,
    ...cdfs,
  },
  {
    name: "InverseGamma",
    make: of(dist.InverseGamma),
    params: [
      { concentration: 9, rate: 3 },
      { concentration: 20, rate: 10 },
    ],
    values: onPositive,
    outside: [-0.1, 0, nan],
    bad: [
      { params: { concentration: 0 }, says: "concentration" },
      { params: { rate: -1 }, says: "rate" },
    ],
    aliases: { concentration: "alpha", rate: "beta" },
    pathwise: true,
    hasCdf: true,
  },
  {
    name: "Chi2",
    make: of(dist.Chi2),
    params: [{ df: 5 }, { df: 1.5 }],
    values: onPositive,
    outside: [-0.1, nan],
    bad: [{ params: { df: 0 }, says: "df" }],
    pathwise: true,
    hasCdf: true,
  },
  {
    name: "Delta",
    make: of(dist.Delta),
    params: [{ v: 1.5, logDensity: -0.7 }],
    values: [1.5],
    outside: [nan],
    bad: [{ params: { v: nan }, says: "v" }],
    fixed: ["v"],
    pathwise: true,
    noSlope: "the density is a point",
    noScore: "the score in v is not defined",
  },
  {
    name: "TransformedDistribution (LogitNormal)",
    make: (params) => dist.TransformedDistribution(of(dist.Normal)(params), dist.transforms.sigmoid),
    params: [{ loc: 0.5, scale: 1.3 }],
    values: [0.02, 0.3, 0.5, 0.98],
    outside: [-0.1, 1.2, nan],
    bad: [{ params: { scale: -1 }, says: "scale" }],
    pathwise: true,
    noMoments: "they have no closed form",
    ...cdfs,
  },
  {
    name: "TransformedDistribution (falling)",
    make: (params) => {
      const base = of(dist.Normal)(params);
      return dist.TransformedDistribution(base, [dist.transforms.affine(1, -0.5), dist.transforms.exp]);
    },
    params: [{ loc: 0.5, scale: 1.3 }],
    values: onPositive,
    outside: [0, -1, nan],
    bad: [{ params: { scale: -1 }, says: "scale" }],
    pathwise: true,
    noMoments: "they are not implemented for transformed distributions",
    ...cdfs,
  },
  {
    name: "Independent",
    make: (params) => of(dist.Normal)(params).toEvent(1),
    params: [{ loc: [0.5, -1, 2], scale: [1.3, 0.2, 1] }],
    values: [
      [0, -1, 2],
      [1, -0.8, 3],
    ],
    outside: [[0, nan, 0]],
    bad: [{ params: { scale: [1, -1, 1] }, says: "[1]" }],
    paramEventDim: 1,
    pathwise: true,
  },
];
