import { Resvg } from "@resvg/resvg-js";
import { describe, expect, it } from "vitest";
import { attack, drawn, isHarmless } from "../testing/draw.ts";
import { hugeCases, resultCases } from "../testing/result-cases.ts";
import { fallingLoss } from "../testing/series.ts";
import { hugeTableCases, tableCases } from "../testing/table-cases.ts";
import { type ChainsData, chains } from "./chains.ts";
import { type DashboardData, dashboard } from "./dashboard.ts";
import { type DensityData, density } from "./density.ts";
import { type ElboCurveData, elboCurve } from "./elbo-curve.ts";
import { horizon } from "./horizon.ts";
import { type MassData, mass } from "./mass.ts";
import type { ParamTableData } from "./param-columns.ts";
import { paramTable } from "./param-table.ts";
import { paramTableSvg } from "./param-table-svg.ts";
import type { ViewOptions } from "./svg.ts";

/** Every view over fixed data, kept as files that can be opened and looked at. */
const losses = fallingLoss(120);
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

const tables: Record<string, ParamTableData> = {
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
const dashboards: Record<string, DashboardData> = {
  dashboard: {
    loss: { runs: [{ losses }], total: 200 },
    gradients: [{ name: "loc", steps, values: towards(0.01, 12) }],
    rates: [{ name: "all", steps, values: steps.map((s) => (s < 60 ? 0.01 : 0.001)) }],
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
  "dashboard-empty": { loss: { runs: [] }, gradients: [], rates: [], params: [], more: 0 },
  "dashboard-one-point": {
    loss: { runs: [{ losses: [3.5] }] },
    gradients: [{ name: "a", steps: [1], values: [2] }],
    rates: [{ name: "a", steps: [1], values: [0.01] }],
    params: [{ title: "a", courses: [{ name: "a", steps: [1], values: [0], spread: [0] }] }],
    more: 0,
  },
  "dashboard-nan": {
    loss: { runs: [{ losses: [Number.NaN, 3] }] },
    gradients: [{ name: "a", steps: [1, 2], values: [0, Number.NaN] }],
    rates: [{ name: "a", steps: [1, 2], values: [Number.NaN, Number.NaN] }],
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
  "chains-empty": { chains: [], numChains: 1, warmupSteps: 0, numSamples: 10 },
  "chains-nan": {
    chains: [{ ...chain, stepSize: Number.NaN, taken: 0, total: 0 }],
    numChains: 40,
    warmupSteps: 0,
    numSamples: 0,
  },
};

type Case = readonly [name: string, draw: (options: Omit<ViewOptions, "document">) => Promise<string>];
const cases: Case[] = [
  ...Object.entries(elbo).map(([name, data]): Case => [name, (options) => drawn(elboCurve, data, options)]),
  ...Object.entries(densities).map(
    ([name, data]): Case => [name, (options) => drawn(density, data, options)],
  ),
  ...Object.entries(masses).map(([name, data]): Case => [name, (options) => drawn(mass, data, options)]),
  ...Object.entries(dashboards).map(
    ([name, data]): Case => [name, (options) => drawn(dashboard, data, options)],
  ),
  ...Object.entries(samplings).map(([name, data]): Case => [name, (options) => drawn(chains, data, options)]),
  ...Object.entries(tables).map(
    ([name, data]): Case => [name, (options) => drawn(paramTableSvg, data, options)],
  ),
  ...Object.entries({ ...resultCases, ...tableCases }).map(
    ([name, draw]): Case => [name, (options) => drawn((_, view) => draw(view), undefined, options)],
  ),
];

describe.each(cases)("%s", (name, draw) => {
  it("looks as it did", async () => {
    await expect(await draw({})).toMatchFileSnapshot(`snapshots/${name}.svg`);
  });

  it("is a whole SVG in both themes, says what it shows, and holds no markup of its data", async () => {
    for (const theme of ["light", "dark"] as const) {
      const svg = await draw({ theme });
      const { width, height } = new Resvg(svg);
      expect(width).toBeGreaterThan(100);
      expect(height).toBeGreaterThan(50);
      expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
      expect(svg).toMatch(/^<svg [^>]*role="img"/);
      expect(svg).toMatch(/^<svg [^>]*aria-label="[^"]{10,}"/);
      expect(svg).toMatch(/<title>[^<]+<\/title>\s*<desc>[^<]+<\/desc>/);
      expect(svg).not.toMatch(/ (?:d|transform|[xy][12]?|c[xy]|width|height)="[^"]*(?:NaN|Infinity)/);
      expect(isHarmless(svg)).toBe(true);
    }
  });
});

describe("the table in HTML", () => {
  it.each(Object.entries(tables))("%s looks as it did", async (name, data) => {
    const html = await drawn(paramTable, data);
    await expect(html).toMatchFileSnapshot(`snapshots/${name}.html`);
    expect(isHarmless(html)).toBe(true);
  });
});

describe("far too many data", () => {
  it.each(Object.entries(hugeTableCases))("%s: a picture of bounded size", async (_, draw) => {
    const svg = await drawn((_, view) => draw(view), undefined);
    expect(svg.length).toBeLessThan(260_000);
    expect(isHarmless(svg)).toBe(true);
  });
});

describe("results of a million draws", () => {
  it.each(Object.entries(hugeCases))("%s: a picture of modest size, made in a moment", async (_, draw) => {
    const before = process.cpuUsage();
    const svg = await drawn((_, view) => draw(view), undefined);
    const { user, system } = process.cpuUsage(before);
    // Measured 0.1-0.5 s of computing; the bound leaves room for a slow machine.
    expect((user + system) / 1e6).toBeLessThan(10);
    expect(svg.length).toBeLessThan(260_000);
    expect(new Resvg(svg).width).toBe(680);
    expect(isHarmless(svg)).toBe(true);
  });
});

describe("a long run", () => {
  it("is a picture of the size of a short one, made in a fraction of a second", async () => {
    const million = fallingLoss(1_000_000, { noise: 5 });
    million[654_321] = 300;
    const start = performance.now();
    const svg = await drawn(elboCurve, { runs: [{ losses: million }], scale: "log" });
    // Measured 40 ms; the bound leaves room for a slow and busy machine.
    expect(performance.now() - start).toBeLessThan(2000);
    expect(svg.length).toBeLessThan(60_000);
    expect(svg).toContain("1,000,000 steps");
  });

  it("is a dashboard of bounded size too, in which many panels stand", async () => {
    const million = fallingLoss(1_000_000);
    const far = Array.from({ length: 250 }, (_, i) => 4000 * (i + 1));
    const course = (name: string) => ({ name, steps: far, values: far.map((s) => 1e30 / s), spread: far });
    const params = Array.from({ length: 8 }, (_, i) => ({ title: `p${i}`, courses: [course("a")] }));
    const svg = await drawn(dashboard, {
      loss: { runs: [{ losses: million }] },
      gradients: [course("a")],
      rates: [course("a")],
      params,
      more: 1e6,
    });
    expect(svg.length).toBeLessThan(250_000);
    expect(svg).toContain("and 1,000,000 more parameters");
    const narrow = await drawn(dashboard, dashboards.dashboard as DashboardData, { width: 320 });
    expect(narrow).toContain('width="320"');
  });

  it("has an axis that shows its beginning, and all of it when the end is near", () => {
    const cases = [0, 1, 10, 100, 124, 125, 900, 1000, 1200].map((steps) => horizon(steps, 1000));
    expect(cases).toEqual([1000, 2, 32, 256, 256, 1000, 1000, 1000, 1200]);
    expect(horizon(0)).toBe(2);
  });

  it("takes the narrow width of a small window", async () => {
    const svg = await drawn(elboCurve, { runs: [{ losses }] }, { width: 320 });
    expect(svg).toContain('width="320"');
  });
});
