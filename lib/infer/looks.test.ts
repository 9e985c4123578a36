import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { Adam, type PyroOptim } from "../optim/index.ts";
import { getParamStore } from "../params/index.ts";
import { clearParamStore, param, sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import { type RunControl, setRunControlFactory } from "./control.ts";
import { Looks } from "./looks.ts";
import { SVI } from "./svi.ts";

const cleanUp: (() => void)[] = [];
beforeEach(() => {
  clearParamStore();
  setSeed(1);
});
afterEach(() => {
  for (const f of cleanUp.splice(0)) f();
});

function learner() {
  const model = () => {
    sample("x", new dist.Normal(param("m", 0), 1), { obs: 1 });
  };
  return new SVI(model, () => {}, new Adam({ lr: 0.01 }), "ELBO");
}

const valueIn = (name: string) => getParamStore().get(name)?.dataSync()[0] ?? Number.NaN;

/** Steps of a run of which this many may be looked at, all free of cost. */
function steps(total: number): number[] {
  const seen: number[] = [];
  const looks = new Looks(new Set([() => {}]), total);
  for (let step = looks.next; step <= total; step = looks.next) {
    seen.push(step);
    looks.look(step);
  }
  return seen;
}

describe("looks at a run", () => {
  it("are at every step of a beginning, then even, and not many of a million steps", () => {
    expect(steps(2000).slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const million = steps(1_000_000);
    expect(million.length).toBeGreaterThan(80);
    expect(million.length).toBeLessThan(150);
    expect((million.at(-1) ?? 0) - (million.at(-2) ?? 0)).toBe(Math.ceil(1e6 / 60));
  });

  it("are within a share of its time", () => {
    let taken = 0;
    const slow = () => {
      taken++;
      for (const end = performance.now() + 30; performance.now() < end; );
    };
    const looks = new Looks(new Set([slow]), 1000);
    for (let step = looks.next; step <= 1000; step = looks.next) looks.look(step);
    // 150 ms and half a per cent of the time.
    expect(taken).toBeLessThan(10);
  });

  it("see the parameters of compiled steps, and now and then a gradient", async () => {
    const svi = learner();
    const values: number[] = [];
    const norms: { step: number; norm: number }[] = [];
    cleanUp.push(
      svi.watch(() => {
        values.push(valueIn("m"));
        const norm = (svi.optim as InstanceType<typeof PyroOptim>).look().get("m")?.gradNorm;
        if (norm !== undefined) norms.push({ step: svi.losses.length, norm });
      }),
    );
    const result = await svi.run(400, { progress: false });
    expect(result).toMatchObject({ steps: 400, compiled: true });
    expect(values.length).toBeGreaterThan(15);
    // Adam of rate 0.01 takes 100 steps to 1: each look sees another value on the way.
    const way = values.filter((value) => value < 0.9);
    expect(way.length).toBeGreaterThan(10);
    expect(new Set(way).size).toBe(way.length);
    // The first steps are eager in any case; how many more there are depends on how long they take.
    const later = norms.filter(({ step }) => step > 8);
    expect(later.length).toBeGreaterThan(0);
    expect(later.length).toBeLessThan(values.length / 2);
    expect(norms[0]?.norm).toBeCloseTo(1, 1);
  });

  it("change nothing of what is learned", async () => {
    const learn = async (watched: boolean) => {
      clearParamStore();
      setSeed(3);
      const svi = learner();
      if (watched) cleanUp.push(svi.watch(() => void valueIn("m")));
      const { losses } = await svi.run(300, { progress: false });
      return { losses, value: valueIn("m") };
    };
    const plain = await learn(false);
    const watched = await learn(true);
    // An eager step rounds otherwise than a compiled one.
    expect(watched.value).toBeCloseTo(plain.value, 5);
    expect(watched.losses).toHaveLength(300);
    expect(watched.losses[299]).toBeCloseTo(plain.losses[299] ?? Number.NaN, 5);
  });
});

describe("a single step", () => {
  it.each([true, false])("of a paused run is one step (compiled: %s)", async (compile) => {
    const svi = learner();
    const singles = 5;
    let asked = 0;
    const counts: number[] = [];
    const poll: RunControl["poll"] = () => {
      // It has long been compiled when it is paused.
      if (svi.losses.length < 200 && asked === 0) return "run";
      if (asked++ === 0) return "pause";
      counts.push(svi.losses.length);
      if (counts.length > singles) return "stop";
      return "step";
    };
    cleanUp.push(setRunControlFactory(() => ({ poll, lrScale: 1 })));
    await svi.run(1e6, { progress: false, compile });
    const [first = 0] = counts;
    expect(first).toBeGreaterThanOrEqual(200);
    expect(counts).toEqual(Array.from({ length: singles + 1 }, (_, i) => first + i));
  });
});
