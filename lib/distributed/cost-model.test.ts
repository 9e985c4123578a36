import { describe, expect, it } from "vitest";
import {
  allreduceMicros,
  errorsOf,
  fitLink,
  recursiveDoubling,
  ring,
  stepMicros,
} from "./testing/cost-model.ts";

const link = { latency: 2, perByte: 0.001 };

describe("the cost of an allreduce on paper", () => {
  it("is that of the quicker algorithm: few rounds for small messages, small parts for large ones", () => {
    expect(allreduceMicros(1, 1e6, link)).toBe(0);
    // Ten rounds of 2 µs and 40 bytes.
    expect(allreduceMicros(1024, 40, link)).toBeCloseTo(20.4, 10);
    // 2046 rounds of 2 µs, and nearly twice the bytes.
    expect(allreduceMicros(1024, 1e8, link)).toBeCloseTo(4092 + 2 * (1023 / 1024) * 1e5, 6);
    expect(recursiveDoubling(5, 0, link)).toBe(6);
    expect(ring(2, 1000, link)).toBe(5);
    expect(stepMicros(2, 1000, link)).toBeCloseTo(2.04 + 3, 10);
  });

  it("is found again from points that follow it", () => {
    const points = [4, 400, 4e4, 4e6].map((bytes) => ({ bytes, micros: allreduceMicros(2, bytes, link) }));
    const fitted = fitLink(points);
    expect(fitted.latency).toBeCloseTo(2, 8);
    expect(fitted.perByte).toBeCloseTo(0.001, 10);
    expect(Math.max(...errorsOf(points, 2, fitted))).toBeLessThan(1e-9);
    expect(errorsOf([{ bytes: 0, micros: 4 }], 2, link)).toEqual([0.5]);
  });
});
