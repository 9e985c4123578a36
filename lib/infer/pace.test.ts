import { describe, expect, it } from "vitest";
import { Pace } from "./pace.ts";

describe("the pace of a long call", () => {
  it("gives no time left after two slow steps of a run that is then compiled", () => {
    const pace = new Pace(0);
    pace.measure(1, 200);
    pace.measure(2, 400);
    expect(pace.left(1e8)).toBeUndefined();
    pace.measure(100_000, 500);
    expect(pace.left(1e8)).toBeUndefined();
    for (let i = 1; i <= 20; i++) pace.measure(100_000 * (i + 1), 500 + 100 * i);
    // A million a second, 97.9 million to go.
    expect(pace.left(1e8)).toBeCloseTo(97.9, 0);
    expect(pace.rate).toBeCloseTo(1e6, 3);
  });

  it("takes a pause for no work", () => {
    const pace = new Pace(0);
    for (let i = 1; i <= 30; i++) pace.measure(10 * i, 100 * i);
    pace.pause(1e6);
    pace.measure(310, 1e6 + 100);
    expect(pace.rate).toBeCloseTo(100);
    expect(pace.left(410)).toBeCloseTo(1);
  });

  it("tells of slow steps too, once two of them agree", () => {
    const pace = new Pace(0);
    pace.measure(1, 10_000);
    expect(pace.left(10)).toBeUndefined();
    pace.measure(2, 20_000);
    expect(pace.left(10)).toBeCloseTo(80);
  });
});
