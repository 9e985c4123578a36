import { Resvg } from "@resvg/resvg-js";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import * as dist from "../../lib/distributions/index.ts";
import { getParamStore } from "../../lib/params/index.ts";
import { trace } from "../../lib/poutine/index.ts";
import { deterministic, param, plate, sample } from "../../lib/primitives.ts";
import { getRngState, setSeed } from "../../lib/tensor/index.ts";
import { attack, isHarmless } from "../testing/draw.ts";
import { type DensityInput, density } from "./density.ts";
import { elboCurve } from "./elbo.ts";
import { traceGraph } from "./graph.ts";
import { renderModel } from "./render-model.ts";
import { paramStoreView } from "./store-view.ts";

afterEach(() => {
  getParamStore().clear();
});

function coin(data: number[]) {
  const fairness = sample("fairness", dist.Beta(10, 10));
  plate("flips", data.length, () => sample("flip", dist.Bernoulli(fairness), { obs: data }));
}

/** Eight schools, not centred: a value computed in two steps, a parameter, a subsampled plate. */
function schools() {
  const mu = sample("mu", dist.Normal(0, 5));
  const tau = sample("tau", dist.HalfCauchy(5));
  plate("schools", 8, { subsampleSize: 4 }, () => {
    const eta = sample("eta", dist.Normal(tf.zeros([4]), tf.ones([4])));
    const theta = deterministic("theta", tf.add(mu, tf.mul(tau, eta)));
    const scale = param("scale", 10, { constraint: dist.constraints.positive });
    sample("y", dist.Normal(theta, scale), { obs: tf.zeros([4]) });
  });
}

describe("renderModel", () => {
  it("finds what depends on what, and nothing else", () => {
    const { graph } = renderModel(schools);
    expect(graph.edges.map(({ from, to }) => `${from} -> ${to}`)).toEqual([
      "mu -> theta",
      "tau -> theta",
      "eta -> theta",
      "theta -> y",
      "scale -> y",
    ]);
    expect(graph.plates).toEqual([{ name: "schools", size: 8, subsampleSize: 4 }]);
    expect(graph.nodes.map(({ name, kind }) => [name, kind])).toEqual([
      ["mu", "latent"],
      ["tau", "latent"],
      ["eta", "latent"],
      ["theta", "deterministic"],
      ["scale", "param"],
      ["y", "observed"],
    ]);
  });

  it("sees through shapes, gathers and joins", () => {
    const { graph } = renderModel(function joined() {
      const a = plate("three", 3, () => sample("a", dist.Normal(0, 1)));
      const b = sample("b", dist.Normal(0, 1));
      const both = tf.concat([tf.gather(a, tf.tensor1d([0, 2], "int32")), tf.reshape(b, [1])]);
      sample("c", dist.Normal(both, 1).toEvent(1));
      sample("d", dist.Normal(0, 1));
    });
    expect(graph.edges).toEqual([
      { from: "a", to: "c" },
      { from: "b", to: "c" },
    ]);
    expect(graph.nodes.find(({ name }) => name === "c")?.detail).toBe("Normal");
    expect(graph.title).toBe("Model joined");
  });

  it("names the distributions with their numbers where these are fixed", () => {
    const { graph } = renderModel(coin, { args: [[1, 0, 1]] });
    expect(graph.nodes.map(({ detail }) => detail)).toEqual(["Beta(10, 10)", "Bernoulli"]);
  });

  it("leaves parameters, random numbers and memory as they were", () => {
    setSeed(7);
    renderModel(schools);
    const before = getRngState();
    const tensors = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) renderModel(schools);
    expect(getRngState()).toEqual(before);
    expect(getParamStore().size).toBe(0);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(() => renderModel(() => sample("x", dist.Normal(0, -1)))).toThrow(/scale/);
    expect(tf.engine().state.gradientDepth).toBe(0);
  });

  it("is a picture, a text for Graphviz and a line of text", async () => {
    const view = renderModel(coin, { args: [[1, 0]] });
    const svg = await view.toSVG();
    expect(new Resvg(svg).width).toBeGreaterThan(100);
    expect(svg).toContain("flips  ×2");
    expect(view.toDOT()).toContain("n0 -> n1;");
    expect(view.plain()).toBe(
      "Model coin\n  fairness ~ Beta(10, 10) (latent)\n  flip ~ Bernoulli (observed in flips)",
    );
  });

  it("shows names of users as text", async () => {
    const view = renderModel(() => sample(attack, dist.Normal(0, 1)), { title: attack });
    expect(isHarmless(await view.toSVG())).toBe(true);
    expect(isHarmless(await view.toHTML())).toBe(true);
  });

  it("asks for the function, not for what it returns", () => {
    expect(() => renderModel(coin([1]) as never)).toThrow(/renderModel\(model, \{ args: \[data\] \}\)/);
  });
});

describe("traceGraph", () => {
  it("shows the order of execution of a flat trace", () => {
    const { graph } = traceGraph(trace(coin).getTrace([1, 0]));
    expect(graph.edges).toEqual([{ from: "fairness", to: "flip", kind: "order" }]);
  });
  it("shows the dependencies of a dense one", () => {
    const { graph } = traceGraph(trace(coin, { graphType: "dense" }).getTrace([1, 0]));
    expect(graph.edges).toEqual([{ from: "fairness", to: "flip" }]);
    expect(graph.note).toBe("arrows: may depend on");
  });
  it("marks a site without density", () => {
    const run = trace(() => sample("x", dist.Uniform(0, 1).mask(true), { obs: 0.5 })).getTrace();
    run.computeLogProb();
    const site = run.get("x");
    if (site?.type === "sample") site.logPdf = tf.scalar(Number.NaN);
    expect(traceGraph(run).graph.nodes[0]).toMatchObject({ bad: true });
  });
  it("refuses what is no trace", () => {
    expect(() => traceGraph(coin as never)).toThrow(/renderModel/);
  });
});

describe("paramStoreView", () => {
  it("shows what is in the store, as a table and as a picture", async () => {
    param("a", 2, { constraint: dist.constraints.positive });
    param(attack, [1, 3]);
    const view = paramStoreView(getParamStore());
    const { rows } = view.data();
    expect(rows).toMatchObject([
      { name: "a", shape: [], constraint: "positive" },
      { name: attack, shape: [2], mean: 2, sd: 1, constraint: "real" },
    ]);
    expect(rows[0]?.mean).toBeCloseTo(2, 5);
    const html = await view.toHTML();
    expect(html).toMatch(/^<table/);
    expect(html).toMatch(/<img [^>]*src="data:image\/svg\+xml;base64,/);
    expect(isHarmless(html)).toBe(true);
    expect(isHarmless(await view.toSVG())).toBe(true);
    expect(view.plain()).toContain("2 parameters (a, ");
  });

  it("follows the course of a mean and forgets a parameter that is gone", () => {
    const store = getParamStore();
    const view = paramStoreView(store);
    for (let i = 1; i <= 500; i++) {
      store.set("a", i);
      view.data();
    }
    const history = Array.from(view.data().rows[0]?.history ?? []);
    expect(history.length).toBeLessThanOrEqual(161);
    expect([history[0], history.at(-1)]).toEqual([1, 500]);
    expect(history).toEqual([...history].sort((a, b) => a - b));
    store.clear();
    expect(view.data().rows).toEqual([]);
  });

  it("knows where a mean began, however often it is drawn, and none where it stayed", async () => {
    const store = getParamStore();
    store.set("stays", 0.3, { constraint: dist.constraints.positive });
    param("moves", 2, { constraint: dist.constraints.positive });
    store.set("moves", 5);
    const view = paramStoreView(store);
    await view.toSVG();
    const course = (name: string) => view.data().rows.find((row) => row.name === name)?.history;
    expect(Array.from(course("moves") ?? [], (x) => Math.round(1000 * x))).toEqual([2000, 5000]);
    expect(course("stays")).toHaveLength(1);
  });

  it("leaves no tensors behind", () => {
    param("a", [1, 2], { constraint: dist.constraints.positive });
    const view = paramStoreView(getParamStore());
    const before = tf.memory().numTensors;
    view.data();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("elboCurve", () => {
  it("compares runs by name", () => {
    const view = elboCurve({ adam: [3, 2, 1], sgd: Float32Array.of(3, 2.5) });
    expect(view.data().runs).toMatchObject([
      { name: "adam", buckets: { count: 3 } },
      { name: "sgd", buckets: { count: 2 } },
    ]);
    expect(view.plain()).toBe("ELBO curve of adam: 3 steps, loss 1\nELBO curve of sgd: 2 steps, loss 2.5");
  });
  it.each([[undefined], [null], [3], ["x"], [{}], [{ a: "x" }], [["x"]]])("refuses %j", (source) => {
    expect(() => elboCurve(source as never)).toThrow(/no losses to draw/);
  });
});

describe("density", () => {
  it("takes draws, tensors, distributions and points", async () => {
    const inputs: Record<string, DensityInput> = {
      draws: Float32Array.from({ length: 100 }, (_, i) => i / 100),
      tensor: tf.tensor1d([0.1, 0.5, 0.9]),
      prior: dist.Beta(2, 2),
      points: { x: [0, 1], y: [1, 1] },
    };
    const svg = await density(inputs, {
      domain: [0, 1],
      label: "p",
      lines: { exact: 0.5 },
      dashed: ["prior"],
    }).toSVG();
    for (const name of Object.keys(inputs)) expect(svg).toContain(`>${name}<`);
    expect(svg).toContain("exact 0.5");
  });
  it("draws distributions without a mean, and beyond their support", async () => {
    const tensors = tf.memory().numTensors;
    const view = density({ wide: dist.Cauchy(0, 1), narrow: dist.Beta(2, 2) });
    expect(tf.memory().numTensors).toBeLessThanOrEqual(tensors + 4); // the parameters of the two
    expect(await view.toSVG()).toContain("narrow: highest at 0.5.");
  });
  it("refuses what has no density", () => {
    expect(() => density({ x: 3 as never })).toThrow(/no density to draw/);
  });
});
