/** Posteriors whose means and deviations are known from long runs of another program: see testing/posteriordb. */
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { setSeed } from "../../tensor/index.ts";
import { numbersByChain } from "./draws.ts";
import { MCMC, NUTS, splitRHat } from "./index.ts";
import { posteriors, references } from "./testing/posteriors.ts";

/** Names of the reference count from 1. */
const fromOne = (name: string) => name.replace(/\[(\d+)\]/, (_, i: string) => `[${Number(i) + 1}]`);

test.each([...posteriors])(
  "%s",
  async (name, { model, derived, denseMass = false }) => {
    setSeed(1);
    const kernel = new NUTS(model, { denseMass });
    const mcmc = await new MCMC(kernel, { numSamples: 1000, numChains: 4, progress: false }).run();
    expect(mcmc.reason).toBeUndefined();
    const reference = references[name]?.reference ?? {};
    const flat = mcmc.getSamples();
    const all = { ...flat, ...derived?.(flat) };
    const byChain = Object.fromEntries(
      Object.entries(all).map(([site, x]) => [site, tf.reshape(x, [4, 1000, ...x.shape.slice(1)])]),
    );
    let compared = 0;
    for (const [number, chains] of numbersByChain(byChain)) {
      const known = reference[fromOne(number)];
      if (known === undefined) continue;
      compared++;
      const draws = chains.flatMap((chain) => Array.from(chain));
      const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
      const sd = Math.sqrt(draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length);
      const [wantMean, wantSd] = known;
      expect
        .soft(Math.abs(mean - wantMean) / wantSd, `mean of ${number}: ${mean}, not ${wantMean}`)
        .toBeLessThan(0.1);
      expect
        .soft(Math.abs(sd / wantSd - 1), `deviation of ${number}: ${sd}, not ${wantSd}`)
        .toBeLessThan(0.1);
      expect.soft(splitRHat(chains), `R-hat of ${number}`).toBeLessThan(1.01);
    }
    expect(compared).toBeGreaterThanOrEqual(2);
  },
  120_000,
);
