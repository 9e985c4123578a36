import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { clearParamStore, plate, sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import { Trace_ELBO } from "./trace-elbo.ts";

/**
 * With the exact posterior as guide, log p(x, z) - log q(z) is the log evidence whatever z is: so a single
 * particle checks every density, scale and sign.
 */
interface Row {
  name: string;
  model: () => void;
  guide: () => void;
  logEvidence: number;
}

const flips = tf.tensor1d([1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
const counts = tf.tensor1d([1, 2, 3]);
const four = tf.tensor1d([0, 1, 1, 1]);

const rows: Row[] = [
  {
    name: "coin: Beta(10,10), 6 heads of 10",
    model: () => {
      const p = sample("p", new dist.Beta(10, 10));
      plate("flips", 10, () => sample("flip", new dist.Bernoulli(p), { obs: flips }));
    },
    guide: () => sample("p", new dist.Beta(16, 14)),
    logEvidence: -7.069374503,
  },
  {
    name: "Poisson counts with a Gamma prior",
    model: () => {
      const rate = sample("rate", new dist.Gamma(1, 1));
      plate("data", 3, () => sample("x", new dist.Poisson(rate), { obs: counts }));
    },
    guide: () => sample("rate", new dist.Gamma(7, 4)),
    logEvidence: -5.609715966,
  },
  {
    name: "Bernoulli with a uniform prior",
    model: () => {
      const p = sample("p", new dist.Uniform(0, 1));
      plate("data", 4, () => sample("x", new dist.Bernoulli(p), { obs: four }));
    },
    guide: () => sample("p", new dist.Beta(4, 2)),
    logEvidence: -2.995732274,
  },
  {
    name: "scale: guess 8.5, measured 9.5",
    model: () => {
      const weight = sample("weight", new dist.Normal(8.5, 1));
      sample("measured", new dist.Normal(weight, 0.75), { obs: 9.5 });
    },
    guide: () => sample("weight", new dist.Normal(9.14, 0.6)),
    logEvidence: -1.462082085,
  },
];

describe("the ELBO of the exact posterior is the log evidence", () => {
  beforeEach(() => clearParamStore());

  it.each(rows)("$name", ({ model, guide, logEvidence }) => {
    const elbo = new Trace_ELBO();
    for (const seed of [1, 2, 3, 4, 5]) {
      setSeed(seed);
      // Densities of about 10 nats each in float32: rounding stays below 1e-5 relative.
      expect(Math.abs(elbo.loss(model, guide) + logEvidence)).toBeLessThan(1e-4);
      expect(Math.abs(elbo.lossAndGrads(model, guide).loss + logEvidence)).toBeLessThan(1e-4);
    }
    setSeed(6);
    expect(Math.abs(new Trace_ELBO({ numParticles: 7 }).loss(model, guide) + logEvidence)).toBeLessThan(1e-4);
  });

  it("holds with the score function too, and the surrogate keeps the value of the loss", () => {
    const { model, logEvidence } = rows[3] as Row;
    const guide = () => sample("weight", new dist.Normal(9.14, 0.6, { reparameterized: false }));
    setSeed(1);
    const elbo = new Trace_ELBO({ numParticles: 3 });
    expect(Math.abs(elbo.lossAndGrads(model, guide).loss + logEvidence)).toBeLessThan(1e-4);
    const loss = elbo.differentiableLoss(model, guide);
    expect(Math.abs((loss.dataSync()[0] ?? Number.NaN) + logEvidence)).toBeLessThan(1e-4);
    loss.dispose();
  });
});
