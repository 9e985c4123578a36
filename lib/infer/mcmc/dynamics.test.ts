import { expect, test } from "vitest";
import { HmcTransitions } from "./hmc-transitions.ts";
import { DenseMetric, DiagonalMetric } from "./metric.ts";
import { NutsTransitions } from "./nuts-transitions.ts";
import { Hamiltonian, PhasePoint } from "./phase-space.ts";
import { Random } from "./random.ts";
import { correlated, quartic } from "./testing/potentials.ts";
import { windowEnds } from "./warmup.ts";

const start = (hamiltonian: Hamiltonian, at: readonly number[]): PhasePoint => {
  const point = new PhasePoint(hamiltonian.size);
  point.position.set(at);
  hamiltonian.enter(point);
  return point;
};

const metrics = {
  diagonal: new DiagonalMetric([0.7, 2]),
  dense: new DenseMetric(Float64Array.of(1, 0.6, 0.6, 1.5), 2),
};

for (const [name, metric] of Object.entries(metrics)) {
  test(`leapfrog with a ${name} metric is reversible`, () => {
    const hamiltonian = new Hamiltonian(quartic, metric);
    const point = start(hamiltonian, [0.3, -0.8]);
    hamiltonian.kick(point, new Random([1, 2]));
    const begin = point.position.slice();
    for (let i = 0; i < 50; i++) hamiltonian.leapfrog(point, 0.1);
    expect(point.position[0]).not.toBeCloseTo(begin[0] as number, 2);
    for (let i = 0; i < 50; i++) hamiltonian.leapfrog(point, -0.1);
    for (const [i, x] of begin.entries()) expect(point.position[i]).toBeCloseTo(x, 9);
  });

  test(`leapfrog with a ${name} metric conserves energy to second order`, () => {
    const error = (stepSize: number): number => {
      const hamiltonian = new Hamiltonian(quartic, metric);
      const point = start(hamiltonian, [0.3, -0.8]);
      hamiltonian.kick(point, new Random([1, 2]));
      const before = hamiltonian.energy(point);
      let worst = 0;
      for (let t = 0; t < 4 - stepSize / 2; t += stepSize) {
        hamiltonian.leapfrog(point, stepSize);
        worst = Math.max(worst, Math.abs(hamiltonian.energy(point) - before));
      }
      return worst;
    };
    const slope = Math.log(error(0.02) / error(0.005)) / Math.log(4);
    expect(slope).toBeCloseTo(2, 1);
  });

  test(`momenta under a ${name} metric have the energy of their number`, () => {
    const hamiltonian = new Hamiltonian(quartic, metric);
    const point = start(hamiltonian, [0, 0]);
    const random = new Random([3, 4]);
    let sum = 0;
    const n = 20_000;
    for (let i = 0; i < n; i++) {
      hamiltonian.kick(point, random);
      sum += hamiltonian.energy(point) - point.potential;
    }
    // p.v/2 of two numbers: mean 1, standard deviation 1; five standard errors.
    expect(Math.abs(sum / n - 1)).toBeLessThan(5 / Math.sqrt(n));
  });
}

const samplers = {
  NUTS: (h: Hamiltonian) => new NutsTransitions(h, 10),
  "HMC of a length": (h: Hamiltonian) => new HmcTransitions(h, 3, undefined),
  "HMC of a number of steps": (h: Hamiltonian) => new HmcTransitions(h, 1, 8),
};

for (const [name, make] of Object.entries(samplers)) {
  test(`${name} draws from a correlated Gaussian`, () => {
    const target = correlated([1, -2], [1, 4], 0.6);
    const hamiltonian = new Hamiltonian(target, new DiagonalMetric([1, 1]));
    const transitions = make(hamiltonian);
    const random = new Random([5, 6]);
    const point = start(hamiltonian, [0, 0]);
    const n = 20_000;
    const sums = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      transitions.move(point, 0.35, random);
      const [x, y] = [(point.position[0] as number) - 1, (point.position[1] as number) + 2];
      for (const [k, term] of [x, y, x * x, y * y, x * y].entries()) sums[k] = (sums[k] as number) + term;
    }
    // Autocorrelation leaves at least 2 000 effective draws: five standard errors of each moment.
    const tolerance = 5 / Math.sqrt(2_000);
    const scale = [1, 2, Math.SQRT2, 4 * Math.SQRT2, 2 * Math.sqrt(1.36)];
    const want = [0, 0, 1, 4, 1.2];
    for (const [k, mean] of want.entries())
      expect(Math.abs((sums[k] as number) / n - mean)).toBeLessThan(tolerance * (scale[k] as number));
  });
}

test("NUTS stops a trajectory where it turns, and doubles it until then", () => {
  const hamiltonian = new Hamiltonian(correlated([0, 0], [1, 1], 0), new DiagonalMetric([1, 1]));
  const transitions = new NutsTransitions(hamiltonian, 10);
  const point = start(hamiltonian, [0.5, 0.5]);
  const random = new Random([7, 8]);
  const lengths = Array.from({ length: 200 }, () => {
    const { steps, depth } = transitions.move(point, 0.1, random);
    expect(steps).toBeLessThan(2 ** depth);
    return steps;
  });
  // A period is 63 steps; half of it, or what the doublings before it have, is the usual length.
  expect(Math.max(...lengths)).toBeLessThanOrEqual(63);
  const median = lengths.toSorted((a, b) => a - b)[100];
  expect(median).toBeGreaterThanOrEqual(15);
  expect(median).toBeLessThanOrEqual(31);
});

test.each([
  [1000, [99, 149, 249, 449, 949]],
  [500, [99, 149, 249, 449]],
  [300, [99, 149, 249]],
  [150, [99]],
  [100, [89]],
  [10, []],
])("warm-up of %i steps takes its windows as Stan does", (steps, ends) => {
  expect(windowEnds(steps)).toEqual(ends);
});
