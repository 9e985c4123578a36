import { describe, expect, it } from "vitest";
import { chanceBand } from "./chance.ts";
import {
  boundsOf,
  bulk,
  centralInterval,
  densityWithin,
  isDiscrete,
  quantile,
  sortedDraws,
} from "./draws.ts";
import { estimateDensity } from "./kde.ts";

const spaced = (n: number, f: (u: number) => number) =>
  Float64Array.from({ length: n }, (_, i) => f((i + 0.5) / n)).sort();
const normal = spaced(1000, (u) => Math.log(u / (1 - u)));
const exponential = spaced(1000, (u) => -Math.log(1 - u));

describe("what chance allows", () => {
  // Quantiles of the binomial distribution at 2.5 % and 97.5 %, as tables have them.
  it.each([
    [10, 0.5, [2, 8]],
    [100, 0.5, [40, 60]],
    [100, 0.05, [1, 10]],
    [400, 0.05, [12, 29]],
    [1, 0.5, [0, 1]],
    [7, 0, [0, 0]],
    [7, 1, [7, 7]],
    [0, 0.3, [0, 0]],
  ] as const)("of %d times %d", (n, p, band) => {
    expect(chanceBand(n, p)).toEqual(band);
  });
  it("of a million trials is that of a normal distribution", () => {
    const [low, high] = chanceBand(1_000_000, 0.3);
    const spread = 1.96 * Math.sqrt(1e6 * 0.3 * 0.7);
    expect(Math.abs(low - (3e5 - spread))).toBeLessThan(2);
    expect(Math.abs(high - (3e5 + spread))).toBeLessThan(2);
  });
});

describe("quantiles", () => {
  it("are linear between neighbours, and leave out what is not a number", () => {
    const sorted = sortedDraws([
      [4, Number.NaN, 1],
      [Number.POSITIVE_INFINITY, 2, 3],
    ]);
    expect([...sorted]).toEqual([1, 2, 3, 4]);
    expect([0, 0.5, 1].map((q) => quantile(sorted, q))).toEqual([1, 2.5, 4]);
    expect(centralInterval(sorted, 0.5)).toEqual([1.75, 3.25]);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("the bulk", () => {
  it("is all of usual draws, and leaves out what is far outside", () => {
    expect(bulk(normal)).toEqual([normal[0], normal.at(-1)]);
    const [low, high] = bulk(Float64Array.of(-1e9, ...normal, 1e9));
    expect([low > -20, high < 20]).toEqual([true, true]);
  });
  it.each([[[]], [[3]], [[3, 3]]])("of %j has a width", (values) => {
    const [low, high] = bulk(values);
    expect(high).toBeGreaterThan(low);
  });
});

describe("ends that draws cannot pass", () => {
  it.each([
    ["of a scale", exponential, { low: 0 }],
    ["of a probability", spaced(1000, (u) => u), { low: 0, high: 1 }],
    ["of a probability near 1", spaced(1000, (u) => u ** 0.1), { high: 1 }],
    ["of what goes on below 0", normal, {}],
    ["of what is far from 0", spaced(1000, (u) => 5 + u), {}],
    ["of what is always the same", Float64Array.of(0, 0, 0), {}],
    ["of nothing", new Float64Array(), {}],
  ])("%s", (_, draws, bounds) => {
    expect(boundsOf(draws)).toEqual(bounds);
  });

  it("keep the density next to them whole", () => {
    const [first] = densityWithin(exponential, [0, 6]);
    expect(first?.x).toBe(0);
    // 1 in truth; the kernel of 1000 draws rounds the peak off a little.
    expect(first?.y).toBeGreaterThan(0.85);
    expect(first?.y).toBeLessThan(1.05);
    const { y } = estimateDensity(exponential, [0, 12]);
    expect(Math.abs((y[0] ?? 0) / (y[1] ?? 1) - 1)).toBeLessThan(0.02);
  });
});

describe("counts", () => {
  it.each([
    [[0, 1, 1], true],
    [[0.5, 1], false],
    [[1, 1], false],
    [[0, 1000], false],
    [[2], false],
  ])("%j", (values, discrete) => {
    expect(isDiscrete(values)).toBe(discrete);
  });
});
