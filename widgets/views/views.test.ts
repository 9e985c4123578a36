import { Resvg } from "@resvg/resvg-js";
import { describe, expect, it } from "vitest";
import { drawn, isHarmless } from "../testing/draw.ts";
import { hugeCases } from "../testing/result-cases.ts";
import { fallingLoss } from "../testing/series.ts";
import { hugeTableCases } from "../testing/table-cases.ts";
import { dashboards, losses, tables, viewCases } from "../testing/view-cases.ts";
import { type DashboardData, dashboard } from "./dashboard.ts";
import { elboCurve } from "./elbo-curve.ts";
import { horizon } from "./horizon.ts";
import { paramTable } from "./param-table.ts";
import type { ViewOptions } from "./svg.ts";

/** Every view over fixed data, kept as files that can be opened and looked at. */
type Case = readonly [name: string, draw: (options: Omit<ViewOptions, "document">) => Promise<string>];
const cases = Object.entries(viewCases).map(
  ([name, draw]): Case => [name, (options) => drawn((_, view) => draw(view), undefined, options)],
);

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
      spread: [course("a")],
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
