/**
 * Simulation-based calibration: where parameters are drawn from the prior and data from the model, the rank of the true
 * value among draws from the posterior is uniform. Source: Talts, Betancourt, Simpson, Vehtari and Gelman (2018).
 */
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import { plate, sample } from "../../primitives.ts";
import { setSeed } from "../../tensor/index.ts";
import { MCMC, NUTS } from "./index.ts";

beforeEach(() => setSeed(20));

const REPETITIONS = 192;
/** Draws that the true value is ranked among, so far apart that they count as independent, and ranks of one bin. */
const [DRAWS, APART, RANKS_A_BIN] = [23, 8, 3];
const BINS = (DRAWS + 1) / RANKS_A_BIN;

type Values = Record<string, tf.Tensor>;

interface Calibrated {
  /** Parameters and data, drawn together. */
  simulate(): { readonly truth: Values; readonly data: tf.Tensor };
  model(data: tf.Tensor): void;
}

const normal = (loc: tf.Tensor | number, scale: tf.Tensor | number) => dist.Normal(loc, scale);
const slopes = tf.tensor1d([-1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2]);

const models: Readonly<Record<string, Calibrated>> = {
  "a normal of unknown mean and scale": {
    simulate() {
      const truth = { mean: normal(0, 2).sample(), scale: dist.LogNormal(0, 0.5).sample() };
      return { truth, data: normal(tf.mul(tf.ones([6]), truth.mean), truth.scale).sample() };
    },
    model(data) {
      const mean = sample("mean", normal(0, 2));
      const scale = sample("scale", dist.LogNormal(0, 0.5));
      plate("rows", 6, () => sample("y", normal(mean, scale), { obs: data }));
    },
  },
  "a logistic regression": {
    simulate() {
      const truth = { a: normal(0, 1).sample(), b: normal(0, 1).sample() };
      const logits = tf.add(truth.a, tf.mul(truth.b, slopes));
      return { truth, data: dist.Bernoulli({ logits }).sample() };
    },
    model(data) {
      const [a, b] = [sample("a", normal(0, 1)), sample("b", normal(0, 1))];
      const logits = tf.add(a, tf.mul(b, slopes));
      plate("rows", 8, () => sample("y", dist.Bernoulli({ logits }), { obs: data }));
    },
  },
  "schools, non-centred": {
    simulate() {
      const truth = { mu: normal(0, 2).sample(), tau: dist.HalfNormal(1).sample() };
      const effects = normal(tf.mul(tf.ones([5]), truth.mu), truth.tau).sample();
      return { truth, data: normal(effects, 1).sample() };
    },
    model(data) {
      const mu = sample("mu", normal(0, 2));
      const tau = sample("tau", dist.HalfNormal(1));
      plate("schools", 5, () => {
        const eta = sample("eta", normal(0, 1));
        sample("y", normal(tf.add(mu, tf.mul(tau, eta)), 1), { obs: data });
      });
    },
  },
};

test.each(Object.entries(models))("%s: ranks are uniform", async (_, { simulate, model }) => {
  const first = simulate();
  // A variable is an input of the compiled program, which so serves all repetitions.
  const data = tf.variable(first.data);
  const bins = Object.fromEntries(Object.keys(first.truth).map((name) => [name, new Array(BINS).fill(0)]));
  const mcmc = new MCMC(new NUTS(() => model(data)), {
    numSamples: DRAWS * APART,
    warmupSteps: 150,
    progress: false,
  });
  for (let i = 0; i < REPETITIONS; i++) {
    const { truth, data: drawn } = simulate();
    data.assign(tf.cast(drawn, "float32"));
    await mcmc.run();
    const samples = mcmc.getSamples();
    for (const [name, counts] of Object.entries(bins)) {
      const value = truth[name]?.dataSync()[0] ?? Number.NaN;
      const draws = samples[name]?.dataSync() ?? [];
      const rank = Array.from(draws).filter((x, at) => at % APART === 0 && x < value).length;
      counts[Math.floor(rank / RANKS_A_BIN)]++;
    }
    tf.dispose([truth, drawn, samples]);
  }
  expect(mcmc.reason).toBeUndefined();
  for (const [name, counts] of Object.entries(bins)) {
    const wanted = REPETITIONS / BINS;
    const distance = counts.reduce((sum, n) => sum + (n - wanted) ** 2 / wanted, 0);
    // The 0.999 quantile of chi-squared with 7 degrees of freedom.
    expect(distance, `${name}: ${counts}`).toBeLessThan(24.4);
  }
});
