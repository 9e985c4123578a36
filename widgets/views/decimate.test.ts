import { describe, expect, it } from "vitest";
import { fallingLoss } from "../testing/series.ts";
import { decimate, Series, smooth } from "./decimate.ts";

describe("decimate", () => {
  it("keeps every value while there is room", () => {
    const { width, low, high, mean } = decimate([3, 1, 2], 4);
    expect(width).toBe(1);
    for (const array of [low, high, mean]) expect([...array]).toEqual([3, 1, 2]);
  });

  it.each([
    [4, 5, 2, 3],
    [4, 8, 2, 4],
    [4, 9, 4, 3],
    [8, 1000, 128, 8],
    [1024, 1_000_000, 1024, 977],
  ])("with %i buckets for %i values has a width of %i and %i buckets", (capacity, count, width, length) => {
    const buckets = decimate(
      Float32Array.from({ length: count }, (_, i) => i),
      capacity,
    );
    expect(buckets).toMatchObject({ width, count });
    expect(buckets.mean.length).toBe(length);
  });

  it("agrees with the definition: extremes and mean of each stretch", () => {
    const values = fallingLoss(777);
    const { width, low, high, mean } = decimate(values, 64);
    for (let bucket = 0; bucket < mean.length; bucket++) {
      const own = [...values.slice(bucket * width, (bucket + 1) * width)];
      expect(low[bucket]).toBe(Math.min(...own));
      expect(high[bucket]).toBe(Math.max(...own));
      expect(mean[bucket]).toBeCloseTo(own.reduce((sum, v) => sum + v, 0) / own.length, 4);
    }
  });

  it("does not care in which portions the values came", () => {
    const values = fallingLoss(500);
    const series = new Series(32);
    for (let end = 7; end < 507; end += 7) series.push(values.slice(0, Math.min(end, 500)), series.count);
    expect(series.snapshot()).toEqual(decimate(values, 32));
  });

  it("counts values that are not finite and leaves them out", () => {
    const buckets = decimate([1, Number.NaN, 3, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 4);
    expect(buckets).toMatchObject({ bad: 3, firstBad: 2, count: 5, width: 2 });
    expect([...buckets.mean]).toEqual([1, 3, Number.NaN]);
  });

  it("tells float32 values that are not finite from a sum that is large", () => {
    const large = Float32Array.from({ length: 8 }, () => 3e38);
    expect(decimate(large, 2)).toMatchObject({ bad: 0, count: 8, width: 4 });
    large[2] = Number.POSITIVE_INFINITY;
    large[3] = Number.NEGATIVE_INFINITY;
    large[5] = Number.NaN;
    const buckets = decimate(large, 2);
    expect(buckets).toMatchObject({ bad: 3, firstBad: 3, count: 8 });
    expect([...buckets.mean]).toEqual([Math.fround(3e38), Math.fround(3e38)]);
  });

  it("of nothing is empty", () => {
    expect(decimate([])).toMatchObject({ count: 0, width: 1, bad: 0 });
  });
});

describe("smooth", () => {
  it("is the mean of the neighbours, fewer at the start, only earlier ones at the end", () => {
    expect([...smooth([0, 3, 6, 9, 12], 1)]).toEqual([0, 3, 6, 9, 10.5]);
  });
  it("leaves out NaN and keeps a constant", () => {
    expect([...smooth([2, Number.NaN, 2, 2], 1)]).toEqual([2, 2, 2, 2]);
  });
});
