import { expect, test } from "vitest";
import { Chain } from "./chain.ts";
import { HMC, type MCMCKernel, NUTS } from "./kernels.ts";
import { Random } from "./random.ts";
import { correlated, gaussian, quartic } from "./testing/potentials.ts";

const nothing = (): void => {};
const nuts = (targetAcceptProb: number) => new NUTS(nothing, { targetAcceptProb });
const dense = (targetAcceptProb: number) => new NUTS(nothing, { targetAcceptProb, denseMass: true });
const hmc = (targetAcceptProb: number) => new HMC(nothing, { targetAcceptProb, numSteps: 7 });
const plane = correlated([1, -2], [1, 9], 0.7);
const scales = gaussian(Array.from({ length: 20 }, (_, i) => 1 + i));

test.each([
  ["NUTS", "the quartic", nuts, quartic],
  ["NUTS", "a correlated Gaussian", nuts, plane],
  ["NUTS", "a Gaussian of 20 scales", nuts, scales],
  ["NUTS with a dense mass", "a correlated Gaussian", dense, plane],
  ["NUTS with a dense mass", "a Gaussian of 20 scales", dense, scales],
  // On a Gaussian the acceptance of trajectories of a fixed number of steps goes up and down with their length.
  ["HMC", "the quartic", hmc, quartic],
] as const)("%s on %s accepts as wanted", (_, _target, kernel, potential) => {
  for (const wanted of [0.7, 0.8, 0.95]) {
    const plan = { index: 0, warmupSteps: 1000, numSamples: 3000 };
    const start = { random: new Random([1, 2]), position: new Float64Array(potential.size).fill(0.5) };
    const chain = new Chain(kernel(wanted) as MCMCKernel<never>, potential, plan, start);
    while (chain.taken < chain.total) chain.step();
    // The mean of so many draws is known to 0.01; what is left is where the adaptation has settled.
    expect(Math.abs(chain.acceptance - wanted), `wanted ${wanted}`).toBeLessThan(0.05);
  }
});

test("a warm-up too short to learn from keeps a step size that works", () => {
  for (const warmupSteps of [10, 20, 50]) {
    const plan = { index: 0, warmupSteps, numSamples: 500 };
    const start = { random: new Random([3, 4]), position: new Float64Array(20).fill(0.5) };
    const chain = new Chain(nuts(0.8) as MCMCKernel<never>, scales, plan, start);
    while (chain.taken < chain.total) chain.step();
    expect(chain.stepSize).toBeGreaterThan(0.01);
    expect(chain.acceptance, `after ${warmupSteps} steps`).toBeGreaterThan(0.3);
  }
});
