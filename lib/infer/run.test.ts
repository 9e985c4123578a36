import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { SGD } from "../optim/index.ts";
import { getParamStore } from "../params/index.ts";
import { clearParamStore, param, sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import { type RunControl, setRunControlFactory } from "./control.ts";
import { onRunStart, type RunEvent } from "./run-events.ts";
import { SVI } from "./svi.ts";

const cleanUp: (() => void)[] = [];
beforeEach(() => {
  clearParamStore();
  setSeed(1);
});
afterEach(() => {
  for (const f of cleanUp.splice(0)) f();
});

/** The loss's gradient is m - 1. */
function learner(): SVI<[]> {
  const model = () => {
    sample("x", new dist.Normal(param("m", 0), 1), { obs: 1 });
  };
  return new SVI(model, () => {}, new SGD({ lr: 0.5 }), "ELBO");
}

function control(poll: RunControl["poll"], lrScale = 1): { closed: () => boolean } {
  let closed = false;
  cleanUp.push(
    setRunControlFactory(() => ({
      poll,
      lrScale,
      close: () => {
        closed = true;
      },
    })),
  );
  return { closed: () => closed };
}

describe("a run under control", () => {
  it("stops, and its control is closed", async () => {
    let asked = 0;
    const { closed } = control(() => (++asked > 5 ? "stop" : "run"));
    const result = await learner().run(100, { progress: false, compile: false });
    expect(result).toMatchObject({ steps: 5, ended: "stopped" });
    expect(closed()).toBe(true);
  });

  it("is eager while somebody wants to see the model run, and compiled again afterwards", async () => {
    let wanted: string | undefined = "somebody looks at it";
    cleanUp.push(
      setRunControlFactory(() => ({
        poll: () => "run",
        lrScale: 1,
        get eager() {
          return wanted;
        },
      })),
    );
    const svi = learner();
    const step = svi.step.bind(svi);
    let eager = 0;
    svi.step = () => {
      eager++;
      return step();
    };
    const watched = await svi.run(30, { progress: false });
    expect(watched).toMatchObject({ compiled: false, reason: "somebody looks at it", steps: 30 });
    expect(eager).toBe(30);
    wanted = undefined;
    expect(await svi.run(30, { progress: false })).toMatchObject({ compiled: true, steps: 30 });
    expect(eager).toBeLessThan(40);
    // From the middle of a compiled run on.
    const before = eager;
    const turned = await svi.run(60, {
      progress: false,
      onStep: (number) => {
        if (number === 30) wanted = "now";
      },
    });
    expect(turned.steps).toBe(60);
    // A few that are under way are compiled yet.
    expect(eager - before).toBeGreaterThan(20);
  });

  it("takes no step while it is paused", async () => {
    const orders = ["run", "pause", "pause", "run", "stop"] as const;
    let asked = 0;
    control(() => orders[asked++] ?? "stop");
    const result = await learner().run(100, { progress: false, compile: false });
    expect(result.steps).toBe(2);
    expect(asked).toBe(5);
  });

  it("tells at once of the step at which it stands still, and of each that it takes alone", async () => {
    const orders = ["run", "pause", "pause", "step", "pause", "step", "pause", "pause"] as const;
    let asked = 0;
    control(() => orders[asked++] ?? "stop");
    const svi = learner();
    const told: number[] = [];
    svi.subscribe(({ step }) => told.push(step));
    await svi.run(100, { compile: false });
    // The last is the end of the run.
    expect(told).toEqual([1, 2, 3, 3]);
  });

  it("scales the learning rate, and puts it back", async () => {
    control(() => "run", 0.5);
    const svi = learner();
    await svi.run(1, { progress: false, compile: false });
    expect(getParamStore().get("m")?.dataSync()[0]).toBeCloseTo(0.25, 6);
    expect(svi.optim.rateScale).toBe(1);
  });
});

describe("news of a run", () => {
  it("reaches subscribers and those who hear of every run, ends with the last step, and comes in batches", async () => {
    const own: RunEvent[] = [];
    const all: RunEvent[] = [];
    const svi = learner();
    const unsubscribe = svi.subscribe((event) => own.push(event));
    let losses = 0;
    cleanUp.push(
      onRunStart((run) => {
        expect(run.total).toBe(300);
        run.subscribe((event) => {
          all.push(event);
          losses = run.losses().length;
        });
      }),
    );
    await svi.run(300);
    expect(own.at(-1)).toMatchObject({ step: 300, total: 300, done: true });
    expect(own.filter((event) => event.done)).toHaveLength(1);
    expect(own.length).toBeLessThan(60);
    expect(own.at(-1)?.loss).toBe(svi.losses.at(-1));
    expect(all).toEqual(own);
    expect(losses).toBe(300);
    unsubscribe();
    await svi.run(300, { progress: false, compile: false });
    expect(own).toHaveLength(all.length);
  });

  it("is told also where a step fails", async () => {
    const events: RunEvent[] = [];
    let n = 0;
    const svi = new SVI(
      () => {
        if (++n > 2) throw new Error("broken");
        param("m", 0);
      },
      () => {},
      new SGD(),
      "ELBO",
    );
    svi.subscribe((event) => events.push(event));
    await expect(svi.run(10, { progress: false, compile: false })).rejects.toThrow("broken");
    expect(events.at(-1)).toMatchObject({ step: 2, done: true });
  });
});
