/** Every view that is drawn while a program runs, over fixed data. */
import { type ChainsData, chains } from "../views/chains.ts";
import { type DashboardData, dashboard } from "../views/dashboard.ts";
import { type DensityData, density } from "../views/density.ts";
import { type ElboCurveData, elboCurve } from "../views/elbo-curve.ts";
import { type MassData, mass } from "../views/mass.ts";
import type { ParamTableData } from "../views/param-columns.ts";
import { paramTableSvg } from "../views/param-table-svg.ts";
import type { ViewOptions } from "../views/svg.ts";
import { attack } from "./draw.ts";
import { resultCases } from "./result-cases.ts";
import { fallingLoss } from "./series.ts";
import { tableCases } from "./table-cases.ts";

type Draw = (options: ViewOptions) => Element;

export const losses = fallingLoss(120);
const spiked = fallingLoss(200);
spiked[0] = 1e6;
spiked[90] = Number.NaN;

const elbo: Record<string, ElboCurveData> = {
  "elbo-one": { runs: [{ losses }] },
  "elbo-several": {
    runs: [
      { name: "Adam", losses },
      { name: attack, losses: fallingLoss(120, { start: 30, end: 8, seed: 2 }) },
      { name: "short", losses: fallingLoss(60, { seed: 3 }) },
    ],
  },
  "elbo-log": { runs: [{ losses }], scale: "log" },
  "elbo-spike-and-nan": { runs: [{ losses: spiked }] },
  "elbo-empty": { runs: [] },
  "elbo-waiting": { runs: [{ losses: [] }], total: 500 },
  "elbo-one-point": { runs: [{ losses: [3.5] }] },
  "elbo-all-nan": { runs: [{ losses: [Number.NaN, Number.POSITIVE_INFINITY] }] },
  "elbo-constant": { runs: [{ losses: [2, 2, 2, 2] }] },
};

const grid = Array.from({ length: 61 }, (_, i) => i / 60);
const densities: Record<string, DensityData> = {
  "density-curves": {
    title: "Belief about the coin",
    label: "fairness",
    domain: [0, 1],
    curves: [
      { name: "prior", x: grid, y: grid.map((x) => 6 * x * (1 - x)) },
      { name: attack, x: grid, y: grid.map((x) => 30 * (x * (1 - x)) ** 2), dashed: true },
    ],
    lines: [{ name: "exact", x: 0.5333 }],
  },
  "density-histogram": { curves: [], histogram: { edges: [0, 1, 2, 3], heights: [0.2, 0.5, 0.3] } },
  "density-empty": { curves: [] },
  "density-one-point": { curves: [{ name: "a", x: [1], y: [1] }] },
  "density-nan": { curves: [{ name: "a", x: [0, 1, 2], y: [Number.NaN, 1, Number.POSITIVE_INFINITY] }] },
};

const masses: Record<string, MassData> = {
  "mass-one": { title: "Bernoulli", values: [0, 1], series: [{ name: "p", probabilities: [0.7, 0.3] }] },
  "mass-batch": {
    values: Array.from({ length: 30 }, (_, i) => i),
    series: [
      { name: "[0]", probabilities: Array.from({ length: 30 }, (_, i) => 0.5 ** (i + 1)) },
      { name: attack, probabilities: Array.from({ length: 30 }, () => 1 / 30) },
    ],
  },
  "mass-words": { values: ["rain", attack], series: [{ name: "p", probabilities: [0.5, Number.NaN] }] },
  "mass-empty": { values: [], series: [] },
};

export const tables: Record<string, ParamTableData> = {
  params: {
    rows: [
      {
        name: "a",
        shape: [],
        constraint: "positive",
        cell: "[4]",
        steps: 2000,
        mean: 15.62,
        sd: 0,
        history: losses,
      },
      {
        name: "net$$$weight",
        shape: [784, 400],
        constraint: "real",
        mean: 0.00123,
        sd: 0.0456,
        history: [1],
      },
      {
        name: attack,
        shape: [3],
        constraint: attack,
        mean: Number.NaN,
        sd: Number.NaN,
        history: [Number.NaN],
      },
    ],
  },
  "params-empty": { rows: [] },
};

const steps = Array.from({ length: 60 }, (_, i) => 2 * i + 1);
const towards = (end: number, from = 0) => steps.map((s) => end + (from - end) * Math.exp(-s / 25));
export const dashboards: Record<string, DashboardData> = {
  dashboard: {
    loss: { runs: [{ losses }], total: 200 },
    gradients: [{ name: "loc", steps, values: towards(0.01, 12) }],
    rates: [{ name: "all", steps, values: steps.map((s) => (s < 60 ? 0.01 : 0.001)) }],
    spread: [{ name: "standard deviation", steps, values: towards(0.8, 3) }],
    params: [
      {
        title: "loc ± scale",
        courses: [{ name: "loc", steps, values: towards(3), spread: towards(0.2, 1) }],
      },
      {
        title: attack,
        courses: [
          { name: attack, steps, values: towards(-1) },
          { name: "[1]", steps, values: towards(2, 1) },
        ],
      },
    ],
    more: 12,
  },
  "dashboard-empty": { loss: { runs: [] }, gradients: [], rates: [], spread: [], params: [], more: 0 },
  "dashboard-one-point": {
    loss: { runs: [{ losses: [3.5] }] },
    gradients: [{ name: "a", steps: [1], values: [2] }],
    rates: [{ name: "a", steps: [1], values: [0.01] }],
    spread: [{ name: "standard deviation", steps: [1], values: [0] }],
    params: [{ title: "a", courses: [{ name: "a", steps: [1], values: [0], spread: [0] }] }],
    more: 0,
  },
  "dashboard-nan": {
    loss: { runs: [{ losses: [Number.NaN, 3] }] },
    gradients: [{ name: "a", steps: [1, 2], values: [0, Number.NaN] }],
    rates: [{ name: "a", steps: [1, 2], values: [Number.NaN, Number.NaN] }],
    spread: [{ name: "standard deviation", steps: [1, 2], values: [Number.NaN, 1] }],
    params: [
      {
        title: "a",
        courses: [
          { name: "a", steps: [1, 2, 3], values: [1, Number.NaN, 2], spread: [Number.NaN, 1, Infinity] },
        ],
      },
    ],
    more: 0,
  },
};

const chain = {
  warmingUp: false,
  taken: 900,
  total: 1500,
  stepSize: 0.3141,
  acceptance: 0.87,
  divergences: 3,
};
const wave = (length: number, shift: number): number[] =>
  Array.from({ length }, (_, i) => Math.sin(1.7 * i + shift) + Math.cos(0.9 * i * i));

const samplings: Record<string, ChainsData> = {
  chains: {
    chains: [
      { ...chain, taken: 1500, divergences: 0 },
      chain,
      { ...chain, warmingUp: true, taken: 200, acceptance: Number.NaN, divergences: 0 },
    ],
    numChains: 4,
    warmupSteps: 500,
    numSamples: 1000,
  },
  "chains-running": {
    chains: [chain, { ...chain, taken: 900, divergences: 0 }],
    numChains: 2,
    warmupSteps: 500,
    numSamples: 1000,
    running: {
      every: 20,
      more: 7,
      numbers: [
        { name: "mu", chains: [wave(50, 0), wave(20, 1)] },
        { name: attack, chains: [wave(50, 2), [Number.NaN, 1]] },
        { name: "theta[0]", chains: [[3], []] },
      ],
    },
  },
  "chains-empty": { chains: [], numChains: 1, warmupSteps: 0, numSamples: 10 },
  "chains-nan": {
    chains: [{ ...chain, stepSize: Number.NaN, taken: 0, total: 0 }],
    numChains: 40,
    warmupSteps: 0,
    numSamples: 0,
  },
};

function each<D>(
  data: Record<string, D>,
  view: (data: D, options: ViewOptions) => Element,
): [string, Draw][] {
  return Object.entries(data).map(([name, own]) => [name, (options) => view(own, options)]);
}

/** Every picture, by the name of its snapshot. */
export const viewCases: Readonly<Record<string, Draw>> = Object.fromEntries([
  ...each(elbo, elboCurve),
  ...each(densities, density),
  ...each(masses, mass),
  ...each(dashboards, dashboard),
  ...each(samplings, chains),
  ...each(tables, paramTableSvg),
  ...Object.entries(resultCases),
  ...Object.entries(tableCases),
]);
