/**
 * Models whose posterior is known: each with a guide of the posterior's family, where its parameters start, and
 * where they belong. The starts are off by amounts of the size that Pyro's own tests use.
 */
import * as tf from "@tensorflow/tfjs-core";
import * as dist from "../../../distributions/index.ts";
import type { Baseline } from "../../../poutine/message.ts";
import { param, plate, sample } from "../../../primitives.ts";
import type { Unconstrained } from "./learn.ts";

export interface GuideOptions {
  readonly reparameterized: boolean;
  /** How far the parameters start off their exact values, unconstrained. */
  readonly off: Unconstrained;
  readonly baseline?: Baseline;
}

export interface Conjugate {
  readonly name: string;
  readonly model: () => unknown;
  readonly guide: (options: GuideOptions) => () => unknown;
  /** Unconstrained parameters of the exact posterior. */
  readonly exact: Unconstrained;
  /** Where a guide that has to learn it starts: these are added to `exact`. */
  readonly off: Unconstrained;
}

/** A parameter that starts off its exact value; both are on the unconstrained scale. */
function starting(exact: Unconstrained, off: Unconstrained, name: string): tf.Tensor {
  const values = (exact[name] ?? []).map((x, i) => x + (off[name]?.[i] ?? 0));
  const isReal = name === "loc";
  const constrained = isReal ? values : values.map(Math.exp);
  const init = constrained.length === 1 ? (constrained[0] as number) : constrained;
  return param(name, init, isReal ? {} : { constraint: dist.constraints.positive });
}

type Sampler = (a: tf.Tensor, b: tf.Tensor, reparameterized: boolean) => dist.Distribution;

/** A guide with one latent site, whose family has the two parameters of `exact`, in that order. */
function guideOf(site: string, { exact }: Pick<Conjugate, "exact">, make: Sampler): Conjugate["guide"] {
  return ({ reparameterized, off, baseline }) =>
    () => {
      const [a, b] = Object.keys(exact).map((name) => starting(exact, off, name));
      const law = make(a as tf.Tensor, b as tf.Tensor, reparameterized);
      sample(site, law, baseline === undefined ? {} : { baseline });
    };
}

/** Two independent means, three measurements with known precisions. */
function normalNormal(): Conjugate {
  const data = [
    [-0.1, 0.3],
    [0.2, 0.5],
    [0.1, 0.7],
  ];
  const prior = { loc: [0, 0.5], precision: 1 };
  const precision = [3, 2];
  const posterior = precision.map((p) => prior.precision + data.length * p);
  const loc = precision.map((p, axis) => {
    const sum = data.reduce((total, row) => total + (row[axis] as number), 0);
    return ((prior.loc[axis] as number) * prior.precision + p * sum) / (posterior[axis] as number);
  });
  const targets = {
    exact: { loc, scale: posterior.map((p) => -Math.log(p) / 2) },
    off: { loc: [0.334, 0.334], scale: [-0.29, -0.29] },
  };
  return {
    name: "normal-normal",
    ...targets,
    model: () => {
      const mean = sample("mean", dist.Normal(prior.loc, prior.precision ** -0.5).toEvent(1));
      const sd = precision.map((p) => p ** -0.5);
      plate("data", data.length, () => sample("x", dist.Normal(mean, sd).toEvent(1), { obs: data }));
    },
    guide: guideOf("mean", targets, (loc, scale, reparameterized) =>
      dist.Normal(loc, scale, { reparameterized }).toEvent(1),
    ),
  };
}

const gammaOf: Sampler = (concentration, rate, reparameterized) =>
  dist.Gamma(concentration, rate, { reparameterized });

function poissonGamma(): Conjugate {
  const data = [1, 2, 3];
  const targets = {
    exact: { concentration: [Math.log(7)], rate: [Math.log(4)] },
    off: { concentration: [0.17], rate: [-0.143] },
  };
  return {
    name: "Poisson-gamma",
    ...targets,
    model: () => {
      const intensity = sample("intensity", dist.Gamma(1, 1));
      plate("data", 3, () => sample("x", dist.Poisson(intensity), { obs: data }));
    },
    guide: guideOf("intensity", targets, gammaOf),
  };
}

function exponentialGamma(): Conjugate {
  const data = [3, 2];
  const targets = {
    exact: { concentration: [Math.log(3)], rate: [Math.log(6)] },
    off: { concentration: [0.17], rate: [-0.143] },
  };
  return {
    name: "exponential-gamma",
    ...targets,
    model: () => {
      const intensity = sample("intensity", dist.Gamma(1, 1));
      plate("data", 2, () => sample("x", dist.Exponential(intensity), { obs: data }));
    },
    guide: guideOf("intensity", targets, gammaOf),
  };
}

function bernoulliBeta(): Conjugate {
  const data = [0, 1, 1, 1];
  const targets = {
    exact: { concentration1: [Math.log(4)], concentration0: [Math.log(2)] },
    off: { concentration1: [0.17], concentration0: [-0.143] },
  };
  return {
    name: "Bernoulli-beta",
    ...targets,
    model: () => {
      const p = sample("p", dist.Beta(1, 1));
      plate("data", 4, () => sample("x", dist.Bernoulli(p), { obs: data }));
    },
    guide: guideOf("p", targets, (a, b, reparameterized) => dist.Beta(a, b, { reparameterized })),
  };
}

const LOGS = { data: [1.1, 2.2], prior: { loc: 0.5, precision: 1 }, precision: 1.5 };

/** The logarithm's mean is normal, whether a log-normal is a family or made by a transform. */
function logNormalNormal(name: string, transformed: boolean): Conjugate {
  const { data, prior, precision } = LOGS;
  const posterior = prior.precision + data.length * precision;
  const logs = data.reduce((sum, x) => sum + Math.log(x), 0);
  const targets = {
    exact: {
      loc: [(prior.loc * prior.precision + precision * logs) / posterior],
      scale: [-Math.log(posterior) / 2],
    },
    off: { loc: [0.5], scale: [-0.3] },
  };
  const exponentialOf = (base: dist.Distribution) => dist.TransformedDistribution(base, dist.transforms.exp);
  // Through a transform the latent site itself is a median, the exponential of the mean.
  const latent = (base: dist.Distribution) => (transformed ? exponentialOf(base) : base);
  return {
    name,
    ...targets,
    model: () => {
      const z = sample("z", latent(dist.Normal(prior.loc, prior.precision ** -0.5)));
      const mean = transformed ? tf.log(z) : z;
      const sd = precision ** -0.5;
      const law = transformed ? exponentialOf(dist.Normal(mean, sd)) : dist.LogNormal(mean, sd);
      plate("data", data.length, () => sample("x", law, { obs: data }));
    },
    guide: guideOf("z", targets, (loc, scale, reparameterized) =>
      latent(dist.Normal(loc, scale, { reparameterized })),
    ),
  };
}

export const CONJUGATE: readonly Conjugate[] = [
  normalNormal(),
  poissonGamma(),
  exponentialGamma(),
  bernoulliBeta(),
  logNormalNormal("lognormal-normal", false),
  logNormalNormal("lognormal-normal through TransformedDistribution", true),
];
