/** Models that are trained in Node and in a page, by the same code, so that their posteriors can be compared. */
import type * as Pyro from "../../lib/index.ts";

/** What a page imports is what Node imports, and some more. */
export type Library = typeof Pyro;
export type ModelName = "coin" | "regression" | "eight schools";

export interface Trained {
  /** Values of the parameters, by name. */
  readonly params: Readonly<Record<string, readonly number[]>>;
  readonly losses: readonly number[];
  readonly compiled: boolean;
  readonly mode?: string;
  readonly reason?: string;
}

interface Pair {
  readonly model: () => unknown;
  readonly guide: () => unknown;
  readonly lr: number;
}

const HEADS = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0];
const RUGGED = [0.4, 0.7, 3.4, 0.1, 2.2, 0.8, 0.3, 1.6, 0.9, 5.1, 1.2, 2.7];
const INCOME = [9.6, 8.1, 8.4, 10.2, 8.9, 9.4, 7.7, 8.6, 9.1, 7.9, 9.7, 8.2];
const EFFECTS = [28, 8, -3, 7, -1, 1, 18, 12];
const ERRORS = [15, 10, 16, 11, 9, 11, 10, 18];

function pairOf({ dist, param, plate, sample, tf }: Library, name: ModelName): Pair {
  const { positive } = dist.constraints;
  const scale = (of: string, init = 0.5) => param(of, tf.scalar(init), { constraint: positive });
  const loc = (of: string, init = 0) => param(of, tf.scalar(init));
  switch (name) {
    case "coin": {
      const flips = tf.tensor1d(HEADS);
      return {
        model: () => {
          const p = sample("p", new dist.Beta(10, 10));
          plate("flips", HEADS.length, () => sample("flip", new dist.Bernoulli(p), { obs: flips }));
        },
        guide: () => sample("p", new dist.Beta(scale("alpha", 15), scale("beta", 15))),
        lr: 0.005,
      };
    }
    case "regression": {
      const [x, y] = [tf.tensor1d(RUGGED), tf.tensor1d(INCOME)];
      return {
        model: () => {
          const a = sample("a", new dist.Normal(8, 3));
          const b = sample("b", new dist.Normal(0, 1));
          const sigma = sample("sigma", new dist.HalfNormal(2));
          const mean = tf.add(a, tf.mul(b, x));
          plate("data", INCOME.length, () => sample("obs", new dist.Normal(mean, sigma), { obs: y }));
        },
        guide: () => {
          sample("a", new dist.Normal(loc("a_loc", 8), scale("a_scale")));
          sample("b", new dist.Normal(loc("b_loc"), scale("b_scale")));
          sample("sigma", new dist.LogNormal(loc("sigma_loc"), scale("sigma_scale")));
        },
        lr: 0.02,
      };
    }
    case "eight schools": {
      const [effects, errors] = [tf.tensor1d(EFFECTS), tf.tensor1d(ERRORS)];
      return {
        model: () => {
          const mu = sample("mu", new dist.Normal(0, 5));
          const tau = sample("tau", new dist.HalfCauchy(5));
          plate("schools", EFFECTS.length, () => {
            const eta = sample("eta", new dist.Normal(0, 1));
            sample("y", new dist.Normal(tf.add(mu, tf.mul(tau, eta)), errors), { obs: effects });
          });
        },
        guide: () => {
          sample("mu", new dist.Normal(loc("mu_loc"), scale("mu_scale", 1)));
          sample("tau", new dist.LogNormal(loc("tau_loc"), scale("tau_scale")));
          plate("schools", EFFECTS.length, () => {
            const each = param("eta_loc", tf.zeros([EFFECTS.length]));
            const spread = param("eta_scale", tf.ones([EFFECTS.length]), { constraint: positive });
            sample("eta", new dist.Normal(each, spread));
          });
        },
        lr: 0.01,
      };
    }
    default:
      return name satisfies never;
  }
}

/**
 * Trains a model from scratch, always on the same random numbers.
 * @param progress whether those who listen are told how it goes
 */
export async function train(
  pyro: Library,
  name: ModelName,
  steps: number,
  progress = false,
): Promise<Trained> {
  pyro.clearParamStore();
  pyro.setRngSeed(9);
  const { model, guide, lr } = pairOf(pyro, name);
  const svi = new pyro.SVI(model, guide, new pyro.optim.Adam({ lr }), "ELBO");
  const { losses, compiled, mode, reason } = await svi.run(steps, { progress });
  const store = pyro.getParamStore();
  const params = Object.fromEntries([...store.entries()].map(([key, value]) => [key, [...value.dataSync()]]));
  return {
    params,
    losses: [...losses],
    compiled,
    ...(mode !== undefined && { mode }),
    ...(reason !== undefined && { reason }),
  };
}

/** Microseconds a step of a model that has been trained for a while. */
export async function timeOf(pyro: Library, name: ModelName, steps: number): Promise<number> {
  pyro.clearParamStore();
  pyro.setRngSeed(9);
  const { model, guide } = pairOf(pyro, name);
  const svi = new pyro.SVI(model, guide, new pyro.optim.Adam({ lr: 1e-4 }), "ELBO");
  await svi.run(steps / 10, { progress: false });
  const begun = performance.now();
  await svi.run(steps, { progress: false });
  return (1000 * (performance.now() - begun)) / steps;
}
