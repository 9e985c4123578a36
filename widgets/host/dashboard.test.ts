import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildFront } from "../../kernel/setup/front.ts";
import * as dist from "../../lib/distributions/index.ts";
import { SVI, Trace_ELBO } from "../../lib/infer/index.ts";
import { Adam } from "../../lib/optim/index.ts";
import { clearParamStore, param, sample } from "../../lib/primitives.ts";
import { setSeed } from "../../lib/tensor/index.ts";
import { FakeHost, FakeSvi, vnd } from "../testing/fake-host.ts";
import { callProgress, showCallProgress } from "./call-progress.ts";
import { dashboard } from "./dashboard.ts";
import { elboCurve } from "./elbo.ts";
import { setWidgetHost } from "./host.ts";
import { disposeWidgets, widgetCellEnd } from "./live-view.ts";
import { samplingLine, samplingProgress, showSamplingProgress } from "./sampling.ts";
import type { CallSource, SamplingNews, SamplingSource } from "./sources.ts";
import { displaySymbol } from "./types.ts";

let host: FakeHost;
beforeAll(async () => {
  await buildFront(process.cwd());
});
beforeEach(() => {
  clearParamStore();
  setSeed(1);
  host = new FakeHost();
  setWidgetHost(host);
});
afterEach(() => {
  disposeWidgets();
  setWidgetHost(undefined);
});

const model = () => {
  sample("m", new dist.Normal(0, 10));
  sample("x", new dist.Normal(3, 1), { obs: 3 });
};

async function show(svi: FakeSvi) {
  await dashboard(svi)[displaySymbol]({ displayId: "d" });
  const comm = host.opened.at(-1)?.comm;
  if (comm === undefined) throw new Error("no comm was opened");
  const states = () =>
    comm.sent.map(({ data }) => data.state as { data?: { loss?: object } | null; run?: object | null });
  return { comm, states, press: (content: unknown) => comm.receive({ method: "custom", content }) };
}

describe("a dashboard", () => {
  it("shows losses, gradients, rates, and each parameter on its way; a location with its scale", async () => {
    const guide = () => {
      sample(
        "m",
        new dist.Normal(param("loc", 0), param("scale", 1, { constraint: dist.constraints.positive })),
      );
      param("pair", [0, 1]);
      param("many", [1, 2, 3, 4, 5]);
    };
    const svi = new SVI(model, guide, new Adam({ lr: 0.05 }), "ELBO");
    const board = dashboard(svi);
    await board[displaySymbol]({ displayId: "d" });
    await svi.run(60, { compile: false });
    const { loss, gradients, rates, params, more } = board.data();
    expect(loss.runs[0]?.buckets?.count).toBe(60);
    expect(gradients.map(({ name }) => name)).toEqual(["loc", "scale", "pair", "many"]);
    expect(gradients[0]?.values.length).toBeGreaterThan(5);
    expect(rates).toMatchObject([{ name: "loc and 3 more" }]);
    expect(rates[0]?.values[0]).toBeCloseTo(0.05);
    expect(params.map(({ title }) => title)).toEqual(["loc ± scale", "pair", "many"]);
    const [pair, two, many] = params.map(({ courses }) => courses);
    // Scale begins at 1.
    expect(pair?.[0]?.spread?.[0]).toBeCloseTo(1, 0);
    expect(two?.map(({ name }) => name)).toEqual(["[0]", "[1]"]);
    expect(many?.[0]?.values[0]).toBeCloseTo(3);
    expect(many?.[0]?.spread?.[0]).toBeCloseTo(Math.SQRT2);
    expect(more).toBe(0);
  });

  it("shows how far the particles' losses lie apart, however many a step averages", async () => {
    // With m drawn from Normal(0, 1) the loss is 4.5 - 3 m: its standard deviation is 3.
    const pulled = () => {
      sample("m", new dist.Normal(3, 1));
    };
    const guide = () => {
      sample("m", new dist.Normal(param("loc", 0), 1));
    };
    const spreadOf = async (numParticles: number) => {
      clearParamStore();
      setSeed(2);
      const loss = new Trace_ELBO({ numParticles });
      const svi = new SVI(pulled, guide, new Adam({ lr: 1e-9 }), loss);
      const board = dashboard(svi);
      await svi.run(400, { compile: false, progress: false });
      const [course] = board.data().spread;
      return course?.values[course.values.length - 1] ?? Number.NaN;
    };
    // Told from 64 losses by their differences: 4 standard errors, of 1 / 2 √(3 / 64) each.
    for (const numParticles of [1, 9])
      expect(Math.abs((await spreadOf(numParticles)) / 3 - 1)).toBeLessThan(0.43);
  });

  it("keeps a bounded number of points, and counts parameters that have no panel", async () => {
    const guide = () => {
      sample("m", new dist.Normal(param("loc", 0), 1));
      for (let i = 0; i < 11; i++) param(`p${i}`, i);
    };
    const svi = new SVI(model, guide, new Adam({ lr: 0.05 }), "ELBO");
    const board = dashboard(svi);
    for (let i = 0; i < 300; i++) {
      svi.step();
      board.data();
    }
    const { params, more, gradients } = board.data();
    expect(params).toHaveLength(8);
    expect(more).toBe(4);
    expect(params[0]?.courses[0]?.steps.length).toBeLessThan(256);
    expect(gradients).toHaveLength(1);
    expect(gradients[0]?.name).toBe("all parameters");
  });

  it("has all buttons, and the scale of its axis is the kernel's to keep", async () => {
    const svi = new FakeSvi();
    const { press, states } = await show(svi);
    expect(host.opened[0]?.options.data).toMatchObject({
      state: { view: "dashboard", controls: ["pause", "step", "stop", "lr", "scale"] },
    });
    svi.advance(10, 50);
    press({ tspyro: "scale", value: "log" });
    press({ tspyro: "scale", value: "upside down" });
    await expect.poll(() => states().at(-1)?.data?.loss).toMatchObject({ scale: "log", total: 50 });
    expect(host.commands).toEqual([]);
  });

  it("remembers the slider for pages that are reloaded, until the next run", async () => {
    const svi = new FakeSvi();
    const { press, states } = await show(svi);
    svi.advance(10, 50);
    press({ tspyro: "lr", value: 0.1 });
    press({ tspyro: "pause" });
    await expect.poll(() => states().at(-1)?.run).toMatchObject({ lrScale: 0.1, paused: true });
    svi.advance(40, 50, true);
    svi.advance(1, 50);
    await expect.poll(() => states().at(-1)?.run).toMatchObject({ lrScale: 1, paused: false });
  });

  it("ends as a picture, in which a name is text", async () => {
    const attack = "<img src=x onerror=alert(1)>";
    const guide = () => {
      sample("m", new dist.Normal(param(attack, 0), 1));
    };
    const svi = new SVI(model, guide, new Adam({ lr: 0.05 }), "ELBO");
    await dashboard(svi)[displaySymbol]({ displayId: "d" });
    await svi.run(5);
    await widgetCellEnd();
    const last = host.displays.findLast(({ id }) => id === "d")?.bundle ?? {};
    expect(last).not.toHaveProperty([vnd]);
    expect(last).toHaveProperty(["image/png"]);
    const svg = Buffer.from(
      /base64,([^"]+)"/.exec(String(last["text/html"]))?.[1] ?? "",
      "base64",
    ).toString();
    expect(svg).toContain("&lt;img src=x");
    expect(svg).not.toContain("<img");
  });

  it("says what is missing where it is given no SVI", () => {
    expect(() => dashboard([1, 2] as never)).toThrow(/argument of dashboard[\s\S]*an SVI/);
  });
});

describe("several runs in one curve", () => {
  const runs = () => elboCurve([[3, 2, 1], new Float32Array([5, 4])]).data().runs;
  it("are a list, with labels or without", () => {
    expect(runs().map(({ name }) => name)).toEqual(["run 1", "run 2"]);
    const labels = ["Adam", "SGD"];
    const named = elboCurve([new FakeSvi(), [1, 2]], { labels }).data().runs;
    expect(named.map(({ name, buckets }) => [name, buckets.count])).toEqual([
      ["Adam", 0],
      ["SGD", 2],
    ]);
  });
  it("need a label each", () => {
    expect(() => elboCurve([[1], [2]], { labels: ["a"] })).toThrow(/option labels of elboCurve/);
    expect(() => elboCurve([[1], ["a"]] as never)).toThrow(/entry "run 2"/);
  });
});

describe("the progress of MCMC", () => {
  const chain = { warmingUp: false, taken: 150, total: 150, stepSize: 0.3, acceptance: 0.9, divergences: 2 };
  const news = (chains: SamplingNews["chains"], done: boolean): SamplingNews => ({ chains, rate: 100, done });
  function source() {
    let tell: (news: SamplingNews) => void = () => {};
    const start: SamplingSource = {
      ...{ numChains: 2, warmupSteps: 50, numSamples: 100, reason: undefined },
      subscribe: (listener) => {
        tell = listener;
        return () => {};
      },
    };
    return { start, tell: (told: SamplingNews) => tell(told) };
  }

  it("is a bar for each chain that ends as one line", async () => {
    const { start, tell } = source();
    showSamplingProgress((listener) => {
      listener(start);
      return () => {};
    });
    const comm = host.opened[0]?.comm;
    tell(news([{ ...chain, taken: 40, warmingUp: true, acceptance: Number.NaN, divergences: 0 }], false));
    await expect
      .poll(() => comm?.sent.at(-1)?.data.state)
      .toMatchObject({
        data: { numChains: 2, chains: [{ taken: 40, total: 150, warmingUp: true }] },
        run: { step: 40, total: 300, unit: "transitions" },
      });
    tell(news([chain, { ...chain, stepSize: 0.4 }], true));
    await widgetCellEnd();
    expect(host.displays.at(-1)?.bundle["text/html"]).toMatch(
      /^<div>MCMC: 2 chains of 50 \+ 100 in [\d.]+ s · [\d,.]+\/s · step size 0.3 to 0.4 · acceptance 0.9 · 4 divergences · compiled<\/div>$/,
    );
  });

  it("says that it was stopped, and why it was slow, as text", () => {
    const { start } = source();
    const told = samplingLine({ ...start, reason: "a <b>" }, news([{ ...chain, divergences: 0 }], true), 2);
    expect(told).toBe(
      "MCMC: stopped after 150 of 300 transitions, 2 chains of 50 + 100 in 2.0 s · 75/s · step size 0.3 · acceptance 0.9 · no divergences · eager: a <b>",
    );
    expect(samplingProgress(start).plain()).toBe(
      "MCMC: 0 of 300 transitions, 2 chains of 50 + 100 · compiled",
    );
  });
});

describe("the progress of a call that computes without a pause", () => {
  it("is sent at once, for no timer runs meanwhile, and ends as one line", async () => {
    let tell: Parameters<CallSource["subscribe"]>[0] = () => {};
    const call: CallSource = {
      ...{ what: "Predictive", unit: "draws", total: 100 },
      subscribe: (listener) => {
        tell = listener;
        return () => {};
      },
    };
    showCallProgress((listener) => {
      listener(call);
      return () => {};
    });
    await wait(60);
    const comm = host.opened[0]?.comm;
    tell({ step: 30, rate: 50, left: 1.4, done: false });
    expect(comm?.sent.at(-1)?.data.state).toMatchObject({ run: { step: 30, unit: "draws", left: 1.4 } });
    // At most 20 a second.
    tell({ step: 31, rate: 50, done: false });
    expect(comm?.sent.at(-1)?.data.state).toMatchObject({ run: { step: 30 } });
    tell({ step: 60, rate: 50, done: true });
    await widgetCellEnd();
    expect(host.displays.at(-1)?.bundle["text/plain"]).toMatch(
      /^Predictive: stopped after 60 of 100 draws in [\d.]+ s · [\d,.]+\/s$/,
    );
    expect(callProgress(call).plain()).toBe("Predictive: 0 of 100 draws");
    expect(callProgress({ ...call, total: undefined }).plain()).toBe("Predictive: 0 draws");
  });
});
