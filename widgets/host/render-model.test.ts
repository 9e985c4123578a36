import * as tf from "@tensorflow/tfjs-core";
import { instance } from "@viz-js/viz";
import { afterEach, describe, expect, it } from "vitest";
import * as dist from "../../lib/distributions/index.ts";
import { getParamStore } from "../../lib/params/index.ts";
import { deterministic, factor, param, plate, sample } from "../../lib/primitives.ts";
import { attack, isHarmless } from "../testing/draw.ts";
import { renderModel } from "./render-model.ts";

afterEach(() => getParamStore().clear());

function schools() {
  const mu = sample("mu", dist.Normal(0, 5));
  const tau = sample("tau", dist.HalfCauchy(5));
  plate("schools", 8, () => {
    const eta = sample("eta", dist.Normal(tf.zeros([8]), tf.ones([8])));
    const theta = deterministic("theta", tf.add(mu, tf.mul(tau, eta)));
    const scale = param("scale", 10, { constraint: dist.constraints.positive });
    sample("y", dist.Normal(theta, scale), { obs: tf.zeros([8]) });
  });
}
const edgesOf = ({ graph }: ReturnType<typeof renderModel>) =>
  graph.edges.map(({ from, to }) => `${from}->${to}`);

describe("what is drawn of a model", () => {
  it("is all of it, unless it is told otherwise", () => {
    expect(edgesOf(renderModel(schools))).toEqual([
      "mu->theta",
      "tau->theta",
      "eta->theta",
      "theta->y",
      "scale->y",
    ]);
    expect(edgesOf(renderModel(schools, { params: false }))).not.toContain("scale->y");
    expect(renderModel(schools, { params: false }).graph.nodes.map(({ kind }) => kind)).not.toContain(
      "param",
    );
  });
  it("leads arrows through values that are computed and not drawn", () => {
    const view = renderModel(schools, { deterministic: false, params: false });
    expect(view.graph.nodes.map(({ name }) => name)).toEqual(["mu", "tau", "eta", "y"]);
    expect(edgesOf(view)).toEqual(["mu->y", "tau->y", "eta->y"]);
  });
  it.each([
    ["legend", ["eta ~ Normal(0, 1)", "theta = mu + tau · eta", "y ~ Normal(theta, scale)"]],
    [true, ["eta ~ Normal(0, 1)", "theta = mu + tau · eta", "y ~ Normal(theta, scale)"]],
  ] as const)("says the distributions in full under it (%s)", (distributions, laws) => {
    const { graph } = renderModel(schools, { distributions });
    expect(graph.legend).toEqual(["mu ~ Normal(0, 5)", "tau ~ HalfCauchy(5)", ...laws]);
    expect(graph.nodes.every(({ kind, detail }) => kind === "param" || detail === undefined)).toBe(true);
  });
  it("or says none, or refuses a place that it does not know", () => {
    const { graph } = renderModel(schools, { distributions: false });
    expect(graph.legend).toBeUndefined();
    expect(graph.nodes[0]).toMatchObject({
      name: "mu",
      notes: ["Normal(0, 5)", expect.stringContaining("value")],
    });
    expect(() => renderModel(schools, { distributions: "above" as never })).toThrow(
      /distributions of renderModel/,
    );
  });
  it("shows the legend in the picture and in its text", async () => {
    const view = renderModel(schools, { distributions: "legend", deterministic: false });
    expect(await view.toSVG()).toContain(">y ~ Normal(mu + tau · eta, scale)<");
    expect(view.plain()).toContain("\n  y ~ Normal(mu + tau · eta, scale)");
  });
});

it("calls what was there before the model data, and a tensor of one number that number", () => {
  const x = tf.tensor1d([1, 2, 3]);
  const view = renderModel(
    () => {
      const slope = sample("slope", dist.Normal(tf.zeros([1]), 1));
      sample("y", dist.Normal(tf.mul(slope, x), tf.fill([3], 0.5)));
    },
    { distributions: "legend" },
  );
  expect(view.graph.legend).toEqual(["slope ~ Normal(0, 1)", "y ~ Normal(slope · data, 0.5)"]);
});

const laws: [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, string, string][] = [
  ["a difference in a difference", (a, b) => tf.sub(a, tf.sub(b, 1)), "a - (b - 1)", "a-\\left( b-1\\right)"],
  ["a product of sums", (a, b) => tf.mul(tf.add(a, 1), b), "(a + 1) · b", "\\left( a+1\\right)\\cdot b"],
  ["a quotient", (a, b) => tf.div(a, tf.exp(b)), "a / exp(b)", "\\frac{ a}{\\exp\\left( b\\right)}"],
  ["a square", (a) => tf.square(tf.neg(a)), "(-a)^2", "{\\left(- a\\right)}^{2}"],
  ["a change of shape only", (a) => tf.reshape(tf.cast(a, "float32"), [1]), "a", "a"],
  ["an op without a sign", (a, b) => tf.cumsum(tf.stack([a, b])), "f(a, b)", "f\\left( a,  b\\right)"],
  [
    "more than fits",
    (a, b) => Array.from({ length: 12 }).reduce<tf.Tensor>((sum) => tf.add(tf.sin(sum), b), a),
    "f(a, b)",
    "f\\left( a,  b\\right)",
  ],
];

describe("a law", () => {
  it.each(laws)("of %s", (_, compute, text, tex) => {
    const view = (distributions: "legend" | "tex") =>
      renderModel(
        () => {
          const a = sample("a", dist.Normal(0, 1));
          const b = sample("b", dist.Normal(0, 1));
          sample("c", dist.Normal(compute(a, b), 1));
        },
        { distributions },
      );
    expect(view("legend").graph.legend?.at(-1)).toBe(`c ~ Normal(${text}, 1)`);
    expect(view("tex").toTeX()).toContain(`c &\\sim \\operatorname{Normal}\\left(${tex}, 1\\right)`);
  });
  it("names logits, and leaves factors out", () => {
    const { graph } = renderModel(
      () => {
        const z = sample("z", dist.Normal(0, 1));
        factor("f", z);
        sample("x", dist.Bernoulli({ logits: z }).mask(true), { obs: 1 });
      },
      { distributions: "legend" },
    );
    expect(graph.legend).toEqual(["z ~ Normal(0, 1)", "x ~ Bernoulli(logits = z)"]);
  });
  it("is written as TeX by mathjs, and the page typesets it", async () => {
    const view = renderModel(
      () => {
        const sigma = sample("sigma_y", dist.Gamma(2, 3));
        const odd = sample("weight in kg", dist.Normal(0, 1));
        sample("y", dist.Normal(tf.mul(odd, tf.square(sigma)), sigma), { obs: 1 });
      },
      { distributions: "tex" },
    );
    expect(view.toTeX()).toBe(
      "\\begin{aligned}\\sigma_{y} &\\sim \\operatorname{Gamma}\\left(2, 3\\right) \\\\ " +
        "\\mathrm{weight in kg} &\\sim \\operatorname{Normal}\\left(0, 1\\right) \\\\ " +
        "y &\\sim \\operatorname{Normal}\\left(\\mathrm{weight in kg}\\cdot{ \\sigma_{y}}^{2}, \\sigma_{y}\\right)\\end{aligned}",
    );
    expect(await view.toHTML()).toMatch(/<img [^>]+><div>\$\$\\begin\{aligned\}.*&amp;\\sim/s);
    expect(view.plain()).toContain("sigma_y ~ Gamma(2, 3)");
  });
  it("holds no markup and no commands of a name", async () => {
    const names = [attack, "$\\href{javascript:alert(1)}{x}$", "a}\\def\\x{"];
    const view = (distributions: "tex" | "legend") =>
      renderModel(() => names.map((name) => sample(name, dist.Normal(0, 1))), { distributions });
    const tex = view("tex");
    expect(isHarmless(await tex.toHTML())).toBe(true);
    expect(tex.toTeX()).not.toMatch(/\\(?:href|def)|[<>]/);
    expect(tex.toTeX().replaceAll("\\$", "")).not.toContain("$");
    expect(isHarmless(await view("legend").toSVG())).toBe(true);
    const { objects } = (await instance()).renderJSON(view("legend").toDOT()) as {
      objects: { URL?: string }[];
    };
    expect(objects.map(({ URL }) => URL)).toEqual([undefined, undefined, undefined]);
  });
});
