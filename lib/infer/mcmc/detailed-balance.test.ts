/**
 * Transitions from exact draws of a density with two wells, counted between the cells of a grid: as many lead from one
 * cell to another as back, and the cells keep their probabilities.
 */
import { expect, test } from "vitest";
import { HmcTransitions } from "./hmc-transitions.ts";
import { DiagonalMetric } from "./metric.ts";
import { NutsTransitions } from "./nuts-transitions.ts";
import { Hamiltonian, PhasePoint } from "./phase-space.ts";
import { Random } from "./random.ts";
import { wells } from "./testing/potentials.ts";
import type { Transitions } from "./transition.ts";

const CELLS = 8;
const PAIRS = 60_000;
const [FINE, BOUND] = [20_000, 4];

const scratch = new Float64Array(1);
const width = (2 * BOUND) / FINE;
const middle = (i: number): number => -BOUND + (i + 0.5) * width;
const weights = Float64Array.from({ length: FINE }, (_, i) =>
  Math.exp(-wells.evaluate(Float64Array.of(middle(i)), scratch)),
);
const cumulative = weights.slice();
for (let i = 1; i < FINE; i++) cumulative[i] = (cumulative[i] as number) + (cumulative[i - 1] as number);
const whole = cumulative[FINE - 1] as number;

/** The place of a share of the probability: exact up to the fine grid, which is far below what the counts can tell. */
function quantile(share: number): number {
  let [low, high] = [0, FINE - 1];
  while (low < high) {
    const half = (low + high) >> 1;
    if ((cumulative[half] as number) < share * whole) low = half + 1;
    else high = half;
  }
  const below = low === 0 ? 0 : (cumulative[low - 1] as number);
  return middle(low) + ((share * whole - below) / (weights[low] as number) - 0.5) * width;
}

/** Of equal probability. */
const borders = Array.from({ length: CELLS - 1 }, (_, i) => quantile((i + 1) / CELLS));
const cellOf = (x: number): number => borders.filter((border) => border < x).length;

const samplers: Readonly<Record<string, (h: Hamiltonian) => Transitions>> = {
  NUTS: (h) => new NutsTransitions(h, 10),
  "NUTS that is cut short": (h) => new NutsTransitions(h, 2),
  HMC: (h) => new HmcTransitions(h, 1, 4),
};

test.each(Object.entries(samplers))("%s is in detailed balance", (_, make) => {
  const hamiltonian = new Hamiltonian(wells, new DiagonalMetric([0.8]));
  const transitions = make(hamiltonian);
  const random = new Random([11, 12]);
  const point = new PhasePoint(1);
  const counts = Array.from({ length: CELLS }, () => new Array<number>(CELLS).fill(0));
  for (let i = 0; i < PAIRS; i++) {
    const x = quantile(random.uniform());
    point.position[0] = x;
    hamiltonian.enter(point);
    // Large enough that a good part of the proposals is refused, or weighs little.
    transitions.move(point, 1, random);
    const row = counts[cellOf(x)] as number[];
    const to = cellOf(point.position[0] as number);
    row[to] = (row[to] as number) + 1;
  }
  const at = (i: number, j: number) => counts[i]?.[j] ?? 0;
  let asymmetry = 0;
  let drift = 0;
  let moved = 0;
  for (let i = 0; i < CELLS; i++) {
    const arrived = counts.reduce((sum, row) => sum + (row[i] as number), 0);
    drift += (arrived - PAIRS / CELLS) ** 2 / (PAIRS / CELLS);
    for (let j = 0; j < i; j++) {
      moved += at(i, j) + at(j, i);
      asymmetry += (at(i, j) - at(j, i)) ** 2 / Math.max(1, at(i, j) + at(j, i));
    }
  }
  expect(moved).toBeGreaterThan(PAIRS / 4);
  // Bowker's test of symmetry, and Pearson's: the 0.999 quantiles of chi-squared with 28 and 7 degrees of freedom.
  expect(asymmetry).toBeLessThan(56.9);
  expect(drift).toBeLessThan(24.4);
});
