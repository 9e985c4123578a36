import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as dist from "../distributions/index.ts";
import { Adam } from "../optim/index.ts";
import { getParamStore } from "../params/index.ts";
import { param, sample } from "../primitives.ts";
import { SVI, Trace_ELBO } from "./index.ts";
import { Metronome } from "./metronome.ts";

describe("a metronome", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  it("lets so many steps through in a second, whenever it is asked", () => {
    const metronome = new Metronome(300);
    let steps = 0;
    for (let ms = 0; ms < 1000; ms += 40) {
      vi.advanceTimersByTime(40);
      const { due } = metronome;
      metronome.count(due);
      steps += due;
    }
    expect(steps).toBe(301);
  });

  it("does not make up for a pause", () => {
    const metronome = new Metronome(100);
    metronome.count(metronome.due);
    vi.advanceTimersByTime(60_000);
    expect(metronome.due).toBe(20);
  });

  it("waits as long as a slow step takes", () => {
    const metronome = new Metronome(2);
    metronome.count(metronome.due);
    expect(metronome.rest).toBe(500);
  });
});

describe("svi.run with a pace", () => {
  const guide = () => sample("z", dist.Normal(param("loc", 0), 1));
  const model = () => sample("z", dist.Normal(3, 1));
  const fresh = () => {
    getParamStore().clear();
    return new SVI(model, guide, new Adam({ lr: 0.1 }), new Trace_ELBO());
  };

  it.each([true, false])("takes all steps, no quicker than it says (compile %s)", async (compile) => {
    const begun = performance.now();
    const { steps } = await fresh().run(60, { pace: 200, compile, progress: false });
    expect(steps).toBe(60);
    // Sixty steps, of which one is due at once.
    expect(performance.now() - begun).toBeGreaterThanOrEqual((1000 * 59) / 200 - 1);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s", async (pace) => {
    await expect(fresh().run(5, { pace })).rejects.toThrow(/pace must be a positive number/);
  });
});
