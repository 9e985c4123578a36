import { describe, expect, it } from "vitest";
import { decimate } from "./decimate.ts";
import { spread } from "./end-labels.ts";
import { formatDuration, formatMeanSd, formatNumber, formatRate, formatSteady } from "./format.ts";
import { estimateDensity } from "./kde.ts";
import { robustDomain } from "./robust-domain.ts";
import { cleanText, shorten } from "./text.ts";

describe("formats", () => {
  it.each([
    [0, "0"],
    [7.0612345, "7.061"],
    [-7.5, "−7.5"],
    [1234567, "1.235e6"],
    [0.00012345, "1.234e−4"],
    [54321, "54,321"],
    [100, "100"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "−∞"],
  ])("number %d is %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
  it.each([
    [0.4, "0.4 s"],
    [59.6, "1 min 00 s"],
    [185, "3 min 05 s"],
    [7800, "2 h 10 min"],
    [Number.POSITIVE_INFINITY, "?"],
  ])("duration %d is %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
  it("keeps the zeros of a changing number", () => {
    expect(formatSteady(7.1)).toBe("7.100");
    expect(formatRate(1234.5)).toBe("1,235/s");
    expect(formatMeanSd(0.53331, 0.00212)).toBe("0.5333 ± 0.0021");
  });
});

describe("the range of a loss", () => {
  const usual = Array.from({ length: 100 }, (_, i) => 10 - i / 20);
  it("leaves out a first step that is a thousand times worse, and says so", () => {
    const { domain, cut } = robustDomain([decimate([1e6, ...usual])]);
    expect(cut).toBe(1e6);
    expect(domain[1]).toBeLessThan(20);
    expect(domain[1]).toBeGreaterThan(9);
  });
  it("shows all of a usual curve", () => {
    const { domain, cut } = robustDomain([decimate(usual)]);
    expect(cut).toBeUndefined();
    expect(domain[0]).toBeLessThan(5.05);
    expect(domain[1]).toBeGreaterThan(10);
  });
  it.each([[[]], [[3]], [[3, 3]]])("of %j has a width", (values) => {
    const { domain } = robustDomain([decimate(values)]);
    expect(domain[1]).toBeGreaterThan(domain[0]);
  });
});

describe("labels", () => {
  it("are pushed apart, inside their room, in their order", () => {
    const places = spread([50, 52, 51, 200], 0, 100);
    expect(places).toEqual([50, 80, 65, 100]);
  });
});

describe("text", () => {
  it("loses what XML cannot hold", () => {
    expect(cleanText("a\u0000b\ud800c😀")).toBe("a\ufffdb\ufffdc😀");
  });
  it("is cut in its middle", () => {
    expect(shorten("abcdefghij", 5)).toBe("abc…j");
    expect(shorten("abc", 5)).toBe("abc");
  });
});

describe("the kernel density estimate", () => {
  it("integrates to 1 and peaks where the draws are", () => {
    // 2001 equal quantiles of a triangle on [-1, 1] stand for draws without noise.
    const draws = Array.from({ length: 2001 }, (_, i) => {
      const u = (i + 0.5) / 2001;
      return u < 0.5 ? Math.sqrt(2 * u) - 1 : 1 - Math.sqrt(2 * (1 - u));
    });
    const { x, y } = estimateDensity(draws);
    const step = (x[1] ?? 0) - (x[0] ?? 0);
    expect(y.reduce((sum, v) => sum + v * step, 0)).toBeCloseTo(1, 3);
    const top = x[y.indexOf(Math.max(...y))] ?? Number.NaN;
    expect(Math.abs(top)).toBeLessThan(0.02);
  });
  it("stays inside a domain and keeps its mass there", () => {
    const draws = Array.from({ length: 1000 }, (_, i) => (i / 1000) ** 2);
    const { x, y } = estimateDensity(draws, [0, 1]);
    const step = (x[1] ?? 0) - (x[0] ?? 0);
    expect([x[0], x.at(-1)]).toEqual([0, 1]);
    // Trapezoids: the ends, where the mass is, count half.
    const mass = y.reduce((sum, v) => sum + v * step, 0) - 0.5 * step * ((y[0] ?? 0) + (y.at(-1) ?? 0));
    expect(mass).toBeCloseTo(1, 1);
  });
  it.each([[[]], [[Number.NaN]]])("of %j is empty", (draws) => {
    expect(estimateDensity(draws).x.length).toBe(0);
  });
});
