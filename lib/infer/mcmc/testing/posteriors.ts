/** Models of posteriordb, written as its Stan programs are; flat priors are very wide ones. */
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import * as dist from "../../../distributions/index.ts";
import { factor, plate, sample } from "../../../primitives.ts";
import { cholesky } from "../../../tensor/index.ts";
import type { Samples } from "../draws.ts";

export interface KnownPosterior {
  readonly model: () => void;
  /** Names of the reference that are no sites themselves. */
  readonly derived?: (samples: Samples) => Samples;
  /** Coefficients that are so correlated that with a diagonal mass effective draws are too few for the comparison. */
  readonly denseMass?: boolean;
}

type Data = Record<string, number & readonly number[]>;

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./posteriordb/${name}.json`, import.meta.url), "utf8"));

/** Mean, standard deviation and Monte Carlo error of the mean, by name. */
export type Reference = Readonly<Record<string, readonly [number, number, number]>>;

export const references = (
  read("reference") as { posteriors: Record<string, { data: string; reference: Reference }> }
).posteriors;

const column = (x: readonly number[]) => tf.tensor1d([...x]);
const flat = () => dist.Normal(0, 1e6);
const flatPositive = () => dist.HalfNormal(1e6);
/** Positive and Cauchy, not normalised: as Stan has it. */
const halfCauchy = (scale: number) => dist.HalfCauchy(scale);

/** y = columns * beta + noise, the first column ones where there is an intercept. */
function regression(
  y: readonly number[],
  columns: readonly (readonly number[])[],
  sigma: () => dist.Distribution,
) {
  const [target, design] = [column(y), tf.stack(columns.map(column), 1)];
  return () => {
    const beta = sample("beta", dist.Normal(tf.zeros([columns.length]), 1e6).toEvent(1));
    const scale = sample("sigma", sigma());
    plate("rows", y.length, () => {
      sample("y", dist.Normal(tf.squeeze(tf.matMul(design, tf.expandDims(beta, -1)), [-1]), scale), {
        obs: target,
      });
    });
  };
}

const ones = (n: number) => new Array<number>(n).fill(1);
const times = (a: readonly number[], b: readonly number[]) => a.map((x, i) => x * (b[i] as number));
const logs = (x: readonly number[]) => x.map(Math.log);
const is = (x: readonly number[], value: number) => x.map((v) => (v === value ? 1 : 0));

/** Covariances of a Gaussian process with the exponentiated quadratic kernel. */
function kernel(
  x: readonly number[],
  alpha: tf.Tensor,
  rho: tf.Tensor,
  noise: tf.Tensor | number,
): tf.Tensor {
  const squares = tf.tensor2d(x.map((a) => x.map((b) => (a - b) ** 2)));
  const smooth = tf.mul(tf.square(alpha), tf.exp(tf.div(squares, tf.mul(-2, tf.square(rho)))));
  return tf.add(smooth, tf.mul(tf.eye(x.length), noise));
}

const models: Readonly<Record<string, (data: Data) => KnownPosterior>> = {
  "eight_schools-eight_schools_noncentered": ({ y = [], sigma = [] }) => ({
    model: () => {
      const mu = sample("mu", dist.Normal(0, 5));
      const tau = sample("tau", halfCauchy(5));
      plate("schools", y.length, () => {
        const z = sample("theta_trans", dist.Normal(0, 1));
        sample("y", dist.Normal(tf.add(mu, tf.mul(tau, z)), column(sigma)), { obs: column(y) });
      });
    },
    derived: ({ mu, tau, theta_trans }) => ({
      theta: tf.add(
        tf.expandDims(mu as tf.Tensor, -1),
        tf.mul(tf.expandDims(tau as tf.Tensor, -1), theta_trans as tf.Tensor),
      ),
    }),
  }),
  "arK-arK": ({ K = 0, y = [] }) => {
    const k = K as number;
    const lags = Array.from({ length: k }, (_, i) => y.slice(k - 1 - i, y.length - 1 - i));
    const [design, target] = [tf.stack(lags.map(column), 1), column(y.slice(k))];
    return {
      model: () => {
        const alpha = sample("alpha", dist.Normal(0, 10));
        const beta = sample("beta", dist.Normal(tf.zeros([k]), 10).toEvent(1));
        const sigma = sample("sigma", halfCauchy(2.5));
        const mean = tf.add(alpha, tf.squeeze(tf.matMul(design, tf.expandDims(beta, -1)), [-1]));
        plate("times", target.size, () => sample("y", dist.Normal(mean, sigma), { obs: target }));
      },
    };
  },
  "arma-arma11": ({ y = [] }) => ({
    model: () => {
      const mu = sample("mu", dist.Normal(0, 10));
      const phi = sample("phi", dist.Normal(0, 2));
      const theta = sample("theta", dist.Normal(0, 2));
      const sigma = sample("sigma", halfCauchy(2.5));
      const means: tf.Tensor[] = [tf.add(mu, tf.mul(phi, mu))];
      for (let t = 1; t < y.length; t++) {
        const error = tf.sub(y[t - 1] as number, means[t - 1] as tf.Tensor);
        means.push(tf.add(tf.add(mu, tf.mul(phi, y[t - 1] as number)), tf.mul(theta, error)));
      }
      plate("times", y.length, () => sample("y", dist.Normal(tf.stack(means), sigma), { obs: column(y) }));
    },
  }),
  "garch-garch11": ({ y = [], sigma1 = 0 }) => ({
    model: () => {
      const mu = sample("mu", flat());
      const alpha0 = sample("alpha0", flatPositive());
      // Uniform on the triangle alpha1 + beta1 < 1.
      const alpha1 = sample("alpha1", dist.Beta(1, 2));
      const beta1 = tf.mul(sample("share", dist.Uniform(0, 1)), tf.sub(1, alpha1));
      const variances: tf.Tensor[] = [tf.scalar((sigma1 as number) ** 2)];
      for (let t = 1; t < y.length; t++) {
        const shock = tf.mul(alpha1, tf.square(tf.sub(y[t - 1] as number, mu)));
        variances.push(tf.add(tf.add(alpha0, shock), tf.mul(beta1, variances[t - 1] as tf.Tensor)));
      }
      plate("times", y.length, () => {
        sample("y", dist.Normal(mu, tf.sqrt(tf.stack(variances))), { obs: column(y) });
      });
    },
    derived: ({ share, alpha1 }) => ({ beta1: tf.mul(share as tf.Tensor, tf.sub(1, alpha1 as tf.Tensor)) }),
  }),
  "sblrc-blr": linear,
  "sblri-blr": linear,
  "kilpisjarvi_mod-kilpisjarvi": ({
    x = [],
    y = [],
    pmualpha = 0,
    psalpha = 0,
    pmubeta = 0,
    psbeta = 0,
  }) => ({
    model: () => {
      const alpha = sample("alpha", dist.Normal(pmualpha as number, psalpha as number));
      const beta = sample("beta", dist.Normal(pmubeta as number, psbeta as number));
      const sigma = sample("sigma", flatPositive());
      plate("years", y.length, () => {
        sample("y", dist.Normal(tf.add(alpha, tf.mul(beta, column(x))), sigma), { obs: column(y) });
      });
    },
  }),
  "mesquite-mesquite": ({ weight = [], diam1, diam2, canopy_height, total_height, density, group }) => ({
    model: regression(
      weight,
      [ones(weight.length), diam1, diam2, canopy_height, total_height, density, group] as number[][],
      flatPositive,
    ),
  }),
  "mesquite-logmesquite_logvolume": ({ weight = [], diam1 = [], diam2 = [], canopy_height = [] }) => ({
    model: regression(
      logs(weight),
      [ones(weight.length), logs(times(times(diam1, diam2), canopy_height))],
      flatPositive,
    ),
  }),
  "kidiq-kidscore_momiq": ({ kid_score = [], mom_iq = [] }) => ({
    model: regression(kid_score, [ones(kid_score.length), mom_iq], () => halfCauchy(2.5)),
  }),
  "kidiq-kidscore_interaction": ({ kid_score = [], mom_iq = [], mom_hs = [] }) => ({
    model: regression(kid_score, [ones(kid_score.length), mom_hs, mom_iq, times(mom_hs, mom_iq)], () =>
      halfCauchy(2.5),
    ),
    denseMass: true,
  }),
  "kidiq_with_mom_work-kidscore_mom_work": ({ kid_score = [], mom_work = [] }) => ({
    model: regression(
      kid_score,
      [ones(kid_score.length), is(mom_work, 2), is(mom_work, 3), is(mom_work, 4)],
      flatPositive,
    ),
  }),
  "earnings-logearn_height": ({ earn = [], height = [] }) => ({
    model: regression(logs(earn), [ones(earn.length), height], flatPositive),
  }),
  "low_dim_gauss_mix-low_dim_gauss_mix": ({ y = [] }) => ({
    model: () => {
      const low = sample("low", flat());
      const high = tf.add(low, sample("gap", flatPositive()));
      const mu = tf.stack([low, high]);
      factor("ordered", tf.sum(dist.Normal(0, 2).logProb(mu)));
      const sigma = sample("sigma", dist.HalfNormal(tf.fill([2], 2)).toEvent(1));
      const theta = sample("theta", dist.Beta(5, 5));
      const parts = dist.Normal(mu, sigma).logProb(tf.expandDims(column(y), -1));
      const weights = tf.stack([tf.log(theta), tf.log(tf.sub(1, theta))]);
      factor("mixture", tf.sum(tf.logSumExp(tf.add(parts, weights), -1)));
    },
    derived: ({ low, gap }) => ({
      mu: tf.stack([low as tf.Tensor, tf.add(low as tf.Tensor, gap as tf.Tensor)], 1),
    }),
  }),
  "gp_pois_regr-gp_regr": ({ x = [], y = [] }) => ({
    model: () => {
      const rho = sample("rho", dist.Gamma(25, 4));
      const alpha = sample("alpha", dist.HalfNormal(2));
      const sigma = sample("sigma", dist.HalfNormal(1));
      const scaleTril = cholesky(kernel(x, alpha, rho, sigma));
      sample("y", dist.MultivariateNormal({ loc: tf.zeros([x.length]), scaleTril }), { obs: column(y) });
    },
  }),
  "nes2000-nes": (data) => {
    const { partyid7 = [], real_ideo, race_adj, educ1, gender, income, age_discrete = [] } = data;
    const ages = [2, 3, 4].map((age) => is(age_discrete, age));
    return {
      model: regression(
        partyid7,
        [ones(partyid7.length), real_ideo, race_adj, ...ages, educ1, gender, income] as number[][],
        flatPositive,
      ),
    };
  },
};

function linear({ X, y = [] as never }: Data): KnownPosterior {
  const [design, target] = [
    tf.tensor2d((X as unknown as readonly (readonly number[])[]).map((row) => [...row])),
    column(y),
  ];
  return {
    model: () => {
      const beta = sample("beta", dist.Normal(tf.zeros([design.shape[1]]), 10).toEvent(1));
      const sigma = sample("sigma", dist.HalfNormal(10));
      const mean = tf.squeeze(tf.matMul(design, tf.expandDims(beta, -1)), [-1]);
      plate("rows", target.size, () => sample("y", dist.Normal(mean, sigma), { obs: target }));
    },
  };
}

export const posteriors: ReadonlyMap<string, KnownPosterior> = new Map(
  Object.entries(models).map(([name, make]) => [name, make(read(references[name]?.data ?? "") as Data)]),
);
