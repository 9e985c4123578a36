/** Kullback-Leibler divergences in closed form: a table of pairs by name, and three rules that hold for many. */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import {
  broadcastShapes,
  broadcastTo,
  digamma,
  lgamma,
  logBeta,
  sumRightmost,
  triangularSolve,
} from "../tensor/index.ts";
import type { Beta } from "./beta.ts";
import type { Cauchy } from "./cauchy.ts";
import { logNorm, slopeOfNorm } from "./continuous-bernoulli.ts";
import type { Delta } from "./delta.ts";
import type { Dirichlet } from "./dirichlet.ts";
import type { Distribution, Independent } from "./distribution.ts";
import type { Exponential } from "./exponential.ts";
import type { Gamma } from "./gamma.ts";
import type { HalfNormal } from "./half-normal.ts";
import { detached, EULER_GAMMA, LOG_2PI, ndtr, xlog1py, xlogy } from "./helpers.ts";
import { logDiagonal, solveVec } from "./matrices.ts";
import type { Pareto } from "./pareto.ts";
import type { Poisson } from "./poisson.ts";
import type { Uniform } from "./uniform.ts";

type Rule = (p: Distribution, q: Distribution) => tf.Tensor;
const rule = <P, Q = P>(f: (p: P, q: Q) => tf.Tensor): Rule => f as unknown as Rule;

/** A family with a location and a scale. */
interface Located {
  readonly params: { readonly loc: tf.Tensor; readonly scale: tf.Tensor };
}
interface Chance extends Distribution {
  readonly probs: tf.Tensor;
}

const sum = (...terms: tf.Tensor[]): tf.Tensor => terms.reduce((a, b) => tf.add(a, b));

/** In terms of the ratio of the scales and the distance in scales of q. */
const normals = (ratio: tf.Tensor, distance: tf.Tensor | number): tf.Tensor => {
  const squared = tf.square(ratio);
  return tf.mul(tf.sub(tf.add(squared, distance), tf.add(tf.log(squared), 1)), 0.5);
};
const normalNormal = rule<Located>(({ params: p }, { params: q }) =>
  normals(tf.div(p.scale, q.scale), tf.square(tf.div(tf.sub(p.loc, q.loc), q.scale))),
);

const jointNormals = rule<{ readonly loc: tf.Tensor; readonly scaleTril: tf.Tensor }>((p, q) => {
  const [from, to] = [p.scaleTril, q.scaleTril];
  const spread = tf.sum(tf.square(triangularSolve(to, from)), [-2, -1]);
  const distance = tf.sum(tf.square(solveVec(to, tf.sub(q.loc, p.loc))), -1);
  const volume = tf.sub(logDiagonal(to), logDiagonal(from));
  const n = p.loc.shape.at(-1) ?? 1;
  return tf.add(volume, tf.mul(tf.sub(tf.add(spread, distance), n), 0.5));
});

const bernoullis = (p: tf.Tensor, q: tf.Tensor): tf.Tensor => {
  const no = tf.sub(1, p);
  const one = tf.sub(xlogy(p, p), xlogy(p, q));
  return tf.add(one, tf.sub(xlog1py(no, tf.neg(p)), xlog1py(no, tf.neg(q))));
};

const categoricals = rule<Chance>((p, q) =>
  tf.sum(tf.sub(xlogy(p.probs, p.probs), xlogy(p.probs, q.probs)), -1),
);

const gammas = (pa: tf.Tensor, pr: tf.Tensor, qa: tf.Tensor, qr: tf.Tensor): tf.Tensor =>
  sum(
    tf.mul(qa, tf.log(tf.div(pr, qr))),
    tf.sub(lgamma(qa), lgamma(pa)),
    tf.mul(tf.sub(pa, qa), digamma(pa)),
    tf.mul(tf.sub(qr, pr), tf.div(pa, pr)),
  );

/** `value` where `inside`, infinity where p has mass that q lacks. */
const within = (inside: () => tf.Tensor, value: tf.Tensor): tf.Tensor =>
  tf.where(detached(inside), value, Number.POSITIVE_INFINITY);

/** By the names of p and q. */
const RULES: Readonly<Record<string, Rule>> = {
  "Normal Normal": normalNormal,
  "LogNormal LogNormal": normalNormal,
  "HalfNormal HalfNormal": rule<HalfNormal>(({ params: p }, { params: q }) =>
    normals(tf.div(p.scale, q.scale), 0),
  ),
  "Laplace Laplace": rule<Located>(({ params: p }, { params: q }) => {
    const distance = tf.abs(tf.sub(p.loc, q.loc));
    const ratio = tf.div(p.scale, q.scale);
    const near = tf.mul(ratio, tf.exp(tf.neg(tf.div(distance, p.scale))));
    return tf.sub(tf.add(near, tf.div(distance, q.scale)), tf.add(tf.log(ratio), 1));
  }),
  "Cauchy Cauchy": rule<Cauchy>(({ params: p }, { params: q }) => {
    const square = tf.add(tf.square(tf.add(p.scale, q.scale)), tf.square(tf.sub(p.loc, q.loc)));
    return tf.log(tf.div(square, tf.mul(4, tf.mul(p.scale, q.scale))));
  }),
  "Gumbel Gumbel": rule<Located>(({ params: p }, { params: q }) => {
    const ratio = tf.div(p.scale, q.scale);
    const shift = tf.div(tf.sub(q.loc, p.loc), q.scale);
    const tail = tf.exp(tf.add(shift, lgamma(tf.add(ratio, 1))));
    return sum(
      tf.sub(tail, tf.log(ratio)),
      tf.mul(ratio, EULER_GAMMA),
      tf.neg(shift),
      tf.scalar(-1 - EULER_GAMMA),
    );
  }),
  "Normal Gumbel": rule<Located>(({ params: p }, { params: q }) => {
    const ratio = tf.div(p.scale, q.scale);
    const shift = tf.div(tf.sub(q.loc, p.loc), q.scale);
    const tail = tf.exp(tf.add(shift, tf.mul(tf.square(ratio), 0.5)));
    return sum(tf.sub(tail, tf.log(ratio)), tf.neg(shift), tf.scalar(-0.5 - LOG_2PI / 2));
  }),
  "Normal Laplace": rule<Located & Distribution, Located>((d, { params: q }) => {
    const { params: p } = d;
    const distance = tf.sub(p.loc, q.loc);
    const z = tf.div(distance, p.scale);
    // The mean of |x - loc|: that of a folded normal.
    const spread = tf.mul(p.scale, tf.mul(tf.exp(tf.mul(tf.square(z), -0.5)), Math.sqrt(2 / Math.PI)));
    const folded = tf.add(spread, tf.mul(distance, tf.sub(1, tf.mul(ndtr(tf.neg(z)), 2))));
    return tf.sub(tf.add(tf.log(tf.mul(q.scale, 2)), tf.div(folded, q.scale)), d.entropy());
  }),
  "MultivariateNormal MultivariateNormal": jointNormals,
  "LowRankMultivariateNormal LowRankMultivariateNormal": jointNormals,
  "MultivariateNormal LowRankMultivariateNormal": jointNormals,
  "LowRankMultivariateNormal MultivariateNormal": jointNormals,
  "Bernoulli Bernoulli": rule<Chance>((p, q) => bernoullis(p.probs, q.probs)),
  "ContinuousBernoulli ContinuousBernoulli": rule<{ readonly logits: tf.Tensor }>((p, q) => {
    const shift = tf.mul(slopeOfNorm(p.logits), tf.sub(p.logits, q.logits));
    return tf.sub(shift, tf.sub(logNorm(p.logits), logNorm(q.logits)));
  }),
  "Binomial Binomial": rule<Chance & { params: { totalCount: tf.Tensor } }>((p, q) => {
    const [n, m] = [p.params.totalCount, q.params.totalCount];
    const same = tf.mul(n, bernoullis(p.probs, q.probs));
    const unknown = detached(() => tf.less(n, m));
    return tf.where(
      unknown,
      Number.NaN,
      within(() => tf.lessEqual(n, m), same),
    );
  }),
  "Geometric Geometric": rule<Chance>((p, q) => {
    const failures = tf.div(tf.sub(1, p.probs), p.probs);
    const cross = tf.add(xlog1py(failures, tf.neg(q.probs)), tf.log(q.probs));
    return tf.neg(tf.add(p.entropy(), cross));
  }),
  "Categorical Categorical": categoricals,
  "OneHotCategorical OneHotCategorical": categoricals,
  "Poisson Poisson": rule<Poisson>(({ params: p }, { params: q }) =>
    tf.sub(tf.sub(xlogy(p.rate, p.rate), xlogy(p.rate, q.rate)), tf.sub(p.rate, q.rate)),
  ),
  "Exponential Exponential": rule<Exponential>(({ params: p }, { params: q }) => {
    const ratio = tf.div(q.rate, p.rate);
    return tf.sub(ratio, tf.add(tf.log(ratio), 1));
  }),
  "Gamma Gamma": rule<Gamma>(({ params: p }, { params: q }) =>
    gammas(p.concentration, p.rate, q.concentration, q.rate),
  ),
  "Gamma Exponential": rule<Gamma, Exponential>(({ params: p }, { params: q }) =>
    gammas(p.concentration, p.rate, tf.onesLike(q.rate), q.rate),
  ),
  "Exponential Gamma": rule<Exponential, Gamma>(({ params: p }, { params: q }) =>
    gammas(tf.onesLike(p.rate), p.rate, q.concentration, q.rate),
  ),
  "Beta Beta": rule<Beta>(({ params: p }, { params: q }) => {
    const [a, b, c, d] = [p.concentration1, p.concentration0, q.concentration1, q.concentration0];
    const total = tf.add(a, b);
    return sum(
      tf.sub(logBeta(c, d), logBeta(a, b)),
      tf.mul(tf.sub(a, c), digamma(a)),
      tf.mul(tf.sub(b, d), digamma(b)),
      tf.mul(tf.sub(tf.add(c, d), total), digamma(total)),
    );
  }),
  "Dirichlet Dirichlet": rule<Dirichlet>(({ params: p }, { params: q }) => {
    const [a, b] = [p.concentration, q.concentration];
    const total = tf.sum(a, -1);
    const norms = tf.sum(tf.sub(lgamma(b), lgamma(a)), -1);
    const slopes = tf.sum(tf.mul(tf.sub(a, b), tf.sub(digamma(a), tf.expandDims(digamma(total), -1))), -1);
    return sum(tf.sub(lgamma(total), lgamma(tf.sum(b, -1))), norms, slopes);
  }),
  "Uniform Uniform": rule<Uniform>(({ params: p }, { params: q }) =>
    within(
      () => tf.logicalAnd(tf.greaterEqual(p.low, q.low), tf.lessEqual(p.high, q.high)),
      tf.log(tf.div(tf.sub(q.high, q.low), tf.sub(p.high, p.low))),
    ),
  ),
  "Pareto Pareto": rule<Pareto>(({ params: p }, { params: q }) => {
    const ratio = tf.div(q.alpha, p.alpha);
    const gap = tf.mul(q.alpha, tf.log(tf.div(p.scale, q.scale)));
    return within(
      () => tf.greaterEqual(p.scale, q.scale),
      tf.add(gap, tf.sub(ratio, tf.add(tf.log(ratio), 1))),
    );
  }),
};

/** Anything with an entropy and two moments, against a Normal. */
function againstNormal(p: Distribution, { params: q }: Located): tf.Tensor {
  const spread = tf.add(p.variance, tf.square(tf.sub(p.mean, q.loc)));
  const cross = sum(tf.log(q.scale), tf.div(spread, tf.mul(tf.square(q.scale), 2)), tf.scalar(LOG_2PI / 2));
  return tf.sub(cross, p.entropy());
}

function find(p: Distribution, q: Distribution): (() => tf.Tensor) | undefined {
  const exact = RULES[`${p.name} ${q.name}`];
  if (exact !== undefined) return () => exact(p, q);
  if (p.name === "Delta") {
    const { params } = p as Delta;
    return () => tf.sub(p.logProb(params.v), q.logProb(params.v));
  }
  if (p.name === "Independent" && q.name === "Independent") {
    const [a, b] = [p as Independent, q as Independent];
    const inner = a.reinterpreted === b.reinterpreted ? find(a.base, b.base) : undefined;
    return inner === undefined ? undefined : () => sumRightmost(inner(), a.reinterpreted);
  }
  return q.name === "Normal" && !p.support.isDiscrete && p.eventDim === 0
    ? () => againstNormal(p, q as unknown as Located)
    : undefined;
}

/** Whether `kl(p, q)` has a closed form here. */
export function hasKl(p: Distribution, q: Distribution): boolean {
  return find(p, q) !== undefined;
}

/**
 * KL(p || q) = E_p[log p(x) - log q(x)], one number for each batch element.
 * @throws where no closed form is known.
 */
export function kl(p: Distribution, q: Distribution): tf.Tensor {
  const formula = find(p, q);
  if (formula === undefined) {
    throw pyroError({
      what: `No closed form of the divergence from ${p.name} to ${q.name} is known`,
      got: `kl(${p}, ${q})`,
      try: "an estimate from draws of p: the mean of p.logProb(x) - q.logProb(x)",
    });
  }
  return tf.tidy(() => broadcastTo(formula(), broadcastShapes(p.batchShape, q.batchShape)));
}
