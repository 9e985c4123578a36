import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import * as dist from "../../lib/distributions/index.ts";
import { getParamStore } from "../../lib/params/index.ts";
import { replay, trace } from "../../lib/poutine/index.ts";
import { deterministic, param, plate, sample } from "../../lib/primitives.ts";
import { attack, isHarmless } from "../testing/draw.ts";
import { traceView } from "./trace-view.ts";

afterEach(() => getParamStore().clear());

const model = () => {
  const z = sample("z", dist.Normal(0, 1));
  plate("data", 10, { subsampleSize: 5 }, () => {
    const twice = deterministic("twice", tf.mul(z, 2));
    sample("x", dist.Normal(twice, 1), { obs: [1, 2, 3, 4, 5] });
  });
};
const guide = () => {
  const loc = param("loc", 2);
  sample("z", dist.Normal(loc, param("sd", 1, { constraint: dist.constraints.positive })));
  sample("w", dist.Normal(0, 1));
};

describe("the view of a trace", () => {
  it("has the sites in order, with what they are worth", () => {
    const run = trace(model).getTrace();
    const tensors = tf.memory().numTensors;
    const { sites } = traceView(run).data;
    expect(tf.memory().numTensors).toBe(tensors);
    expect(sites.map(({ name, kind, plates, scale }) => [name, kind, plates.join(), scale])).toEqual([
      ["z", "latent", "", undefined],
      ["data", "indices", "", undefined],
      ["twice", "deterministic", "data", 2],
      ["x", "observed", "data", 2],
    ]);
    const z = Number(run.get("z")?.value?.dataSync()[0]);
    const log = (x: number, m: number) => -0.5 * (x - m) ** 2 - 0.5 * Math.log(2 * Math.PI);
    // float32.
    expect(sites[0]?.uses[0]?.logDensity).toBeCloseTo(log(z, 0), 4);
    const half = [1, 2, 3, 4, 5].reduce((sum, x) => sum + log(x, 2 * z), 0);
    expect(sites[3]?.uses[0]?.logDensity).toBeCloseTo(2 * half, 2);
    expect(sites[3]).toMatchObject({ shape: [5], value: "mean 3, 1 to 5" });
  });

  it("sets a model beside its guide, with the guide's values, and marks what only one of them draws", async () => {
    const before = getParamStore().size;
    const view = traceView({ model, guide });
    expect(getParamStore().size).toBe(before);
    const { sites, programs } = view.data;
    expect(programs).toEqual(["model", "guide"]);
    expect(sites.map(({ name, uses }) => [name, uses.map((use) => use !== undefined)])).toEqual([
      ["loc", [false, true]],
      ["sd", [false, true]],
      ["z", [true, true]],
      ["w", [false, true]],
      ["data", [true, false]],
      ["twice", [true, false]],
      ["x", [true, false]],
    ]);
    const z = Number(sites[2]?.value.replace("−", "-"));
    expect(sites[2]?.uses[0]?.logDensity).toBeCloseTo(-0.5 * z * z - 0.9189, 2);
    expect(sites[2]?.uses[1]?.logDensity).toBeCloseTo(-0.5 * (z - 2) ** 2 - 0.9189, 2);
    const html = await view.toHTML();
    expect(html).toContain("guide only ✗");
    expect(html).toContain("both ✓");
    expect(html).toMatch(
      /<tr title="z \(latent\)\nshape scalar\nvalue [^"]*model: Normal[^"]*guide: log density/,
    );
    expect(view.plain()).toMatch(/z = .* \(model: Normal.*; guide: Normal/);
  });

  it("takes the traces of both", () => {
    const guided = trace(guide).getTrace();
    const run = trace(replay(model, { trace: guided })).getTrace();
    expect(traceView({ model: run, guide: guided }, { title: "one run" }).data).toMatchObject({
      title: "one run",
      sites: { length: 7 },
    });
  });

  it("shows in red what is impossible", async () => {
    const run = trace(() =>
      sample("x", dist.Uniform(0, 1, { validateArgs: false }), { obs: 0.5 }),
    ).getTrace();
    const site = run.get("x");
    if (site !== undefined) site.value = tf.scalar(3);
    const view = traceView(run);
    expect(view.data.sites[0]?.uses[0]?.logDensity).not.toBeGreaterThan(Number.NEGATIVE_INFINITY);
    expect(await view.toSVG()).toMatch(/fill="#c0392b"[^>]*>● x</);
  });

  it("shows names as text, and says when a value is gone", async () => {
    const run = trace(() => sample(attack, dist.Normal(0, 1))).getTrace();
    run.get(attack)?.value?.dispose();
    const view = traceView(run);
    expect(view.data.sites[0]).toMatchObject({ value: "disposed", uses: [{ law: expect.any(String) }] });
    expect(isHarmless(await view.toHTML())).toBe(true);
    expect(isHarmless(await view.toSVG())).toBe(true);
  });

  it.each([[null], [3], [{}], [{ model }], [{ model, guide: 1 }]])("refuses %j", (source) => {
    expect(() => traceView(source as never)).toThrow(/argument of traceView/);
  });
});
