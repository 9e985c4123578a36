import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildFront } from "../../kernel/setup/front.ts";
import * as dist from "../../lib/distributions/index.ts";
import { attack, isHarmless } from "../testing/draw.ts";
import { FakeHost } from "../testing/fake-host.ts";
import { distributionSliders } from "./distribution-sliders.ts";
import { setWidgetHost } from "./host.ts";
import { disposeWidgets, widgetCellEnd } from "./live-view.ts";
import { displaySymbol } from "./types.ts";

beforeAll(async () => {
  await buildFront(process.cwd());
});
afterEach(() => {
  disposeWidgets();
  setWidgetHost(undefined);
});

describe("a distribution with sliders", () => {
  it("follows them over the density of the start, on an axis that holds both", () => {
    const view = distributionSliders(dist.Normal, { loc: [-5, 5], scale: { min: 0.1, max: 3, value: 1 } });
    const before = view.data();
    expect(before).toMatchObject({ inputs: [{ name: "loc", value: 0, step: 0.1 }, { value: 1 }] });
    view.set("loc", 4);
    const after = view.data();
    if (!("curves" in after)) throw new Error("no density");
    expect(after.curves.map(({ name, dashed }) => [name, dashed])).toEqual([
      ["now", undefined],
      ["at the start", true],
    ]);
    expect(after.domain).toEqual([-4, 8]);
    const [now] = after.curves;
    const top = Array.from(now?.y ?? []).reduce((best, y, i, all) => (y > (all[best] ?? 0) ? i : best), 0);
    // 301 points on 12 units.
    expect(now?.x[top]).toBeCloseTo(4, 1);
    view.set("loc", 400);
    expect(view.data().inputs[0]?.value).toBe(5);
    view.set("nobody", 1);
    expect(view.plain()).toContain("loc = 5, scale = 1");
  });

  it("draws the probabilities of a discrete one, and takes a function of its own parameters", async () => {
    const view = distributionSliders(
      ({ rate }: { rate: number }) => dist.Poisson(rate),
      { rate: [1, 9] },
      { label: attack },
    );
    view.set("rate", 2);
    const data = view.data();
    expect("values" in data && data.series[0]?.probabilities[0]).toBeCloseTo(Math.exp(-2), 5);
    expect(isHarmless(await view.toSVG())).toBe(true);
  });

  it("keeps its last picture and says why, where there is no such distribution", () => {
    const view = distributionSliders(dist.Uniform, { low: [0, 2], high: [1, 3] });
    view.set("low", 2);
    view.set("high", 1);
    expect(view.data().problem).toMatch(/Uniform/);
    expect(view.data()).toHaveProperty("curves");
    view.set("high", 3);
    expect(view.data().problem).toBeUndefined();
  });

  it("stays live after its cell, hears the page, and leaves no tensors", async () => {
    const host = new FakeHost();
    setWidgetHost(host);
    const tensors = tf.memory().numTensors;
    const view = distributionSliders(dist.Gamma, { concentration: [1, 9], rate: [1, 3] });
    await view[displaySymbol]({ displayId: "d" });
    const comm = host.opened[0]?.comm;
    expect(host.opened[0]?.options.data).toMatchObject({ state: { view: "distribution", tools: "sliders" } });
    await widgetCellEnd();
    expect(comm?.closed).toBe(false);
    comm?.receive({ method: "custom", content: { tspyro: "input", name: "rate", value: 3 } });
    await expect
      .poll(() => comm?.sent.at(-1)?.data.state)
      .toMatchObject({ data: { inputs: [{ name: "concentration" }, { name: "rate", value: 3 }] } });
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it.each([
    [() => distributionSliders(3 as never, {}), /argument family/],
    [() => distributionSliders(dist.Normal, { loc: [5, -5] }), /"loc".*\[min, max\]/s],
    [() => distributionSliders(dist.Normal, { loc: { min: 0, max: 1, value: 3 } }), /"loc"/],
    [() => distributionSliders(() => dist.Dirichlet([1, 1, 1]), {}), /event shape \[3\]/],
  ])("refuses what it cannot draw (%#)", (make, message) => {
    expect(make).toThrow(message);
  });
});
