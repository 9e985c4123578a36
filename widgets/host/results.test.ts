import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as dist from "../../lib/distributions/index.ts";
import { AutoNormal, Importance, MCMC, NUTS, Predictive, Search } from "../../lib/infer/index.ts";
import { raw } from "../../lib/optim/index.ts";
import { clearParamStore, plate, sample } from "../../lib/primitives.ts";
import { setSeed } from "../../lib/tensor/index.ts";
import { attack, isHarmless } from "../testing/draw.ts";
import { calibrationPlot } from "./calibration-plot.ts";
import { rankPlot, tracePlot } from "./chain-plots.ts";
import { forestPlot } from "./forest-plot.ts";
import { optimizerPath } from "./optimizer-path.ts";
import { pairsPlot } from "./pairs-plot.ts";
import { posteriorPlot } from "./posterior-plot.ts";
import { predictiveCheck } from "./predictive-check.ts";
import type { ResultView } from "./result-view.ts";

beforeEach(() => {
  setSeed(3);
});
afterEach(() => clearParamStore());

const heights = [1.2, 0.7, 1.9, 1.4];
function model() {
  const mu = sample("mu", dist.Normal(0, 5));
  const theta = plate("two", 2, () => sample("theta", dist.Normal(mu, 1)));
  plate("data", 4, () => sample("y", dist.Normal(tf.mean(theta), 1), { obs: heights }));
}
/** Without its observations it predicts them. */
const free = () => {
  const mu = sample("mu", dist.Normal(0, 5));
  plate("data", 4, () => sample("y", dist.Normal(mu, 1)));
};

/** What a picture says of itself. */
const words = async (view: ResultView) => {
  const svg = await view.toSVG();
  return `${/<desc>(.*?)<\/desc>/.exec(svg)?.[1]}`;
};
function guideThatRan() {
  const guide = new AutoNormal(model);
  guide();
  return guide;
}
const sampled = () =>
  new MCMC(new NUTS(model), { numSamples: 60, numChains: 2, warmupSteps: 100, progress: false }).run();

describe("draws come", () => {
  it.each<[string, () => Parameters<typeof posteriorPlot>[0], RegExp]>([
    [
      "from Predictive",
      () => new Predictive(free, { numSamples: 20 }).run(),
      /^mu: median .* y\[0\]: .* y\[3\]: /,
    ],
    ["from a guide", () => guideThatRan().sample(30), /^mu: .* theta\[0\]: .* theta\[1\]: /],
    ["from an Importance", () => new Importance(model, { numSamples: 50 }).run(), /^mu: .* theta\[1\]: /],
    [
      "from tensors",
      () => ({
        a: tf.tensor2d([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      }),
      /^a\[0\]: median 3, 90 % between 1.2 and 4.8. a\[1\]: median 4, /,
    ],
    [
      "from arrays",
      () => ({ a: [1, 2, 3], b: new Float32Array([1, 2, 3]), c: [[[1]], [[2]], [[4]]] }),
      /^a: median 2, .* b: median 2, .* c\[0,0\]: median 2, /,
    ],
    ["from one array", () => [4, 5, 6], /^draws: median 5, /],
    [
      "from int32 and bool tensors",
      () => ({ n: tf.tensor1d([1, 2, 2], "int32"), z: tf.tensor1d([1, 0, 1], "bool") }),
      /^n: median 2, .* z: median 1, /,
    ],
  ])("%s", async (_, make, text) => {
    expect(await words(posteriorPlot(make()))).toMatch(text);
  });

  it("from an MCMC that has run, with its chains and divergences", async () => {
    const mcmc = await sampled();
    const tensors = tf.memory().numTensors;
    expect(posteriorPlot(mcmc).plain()).toBe("Posterior densities: mu, theta[0], theta[1]");
    expect(await words(tracePlot(mcmc))).toMatch(
      /^mu: medians of the chains [−\d.e]+, [−\d.e]+\. theta\[0\]/,
    );
    expect(await words(rankPlot(mcmc, { sites: ["theta[1]"] }))).toMatch(
      /^theta\[1\]: 2 chains, 5 draws expected in a bar/,
    );
    expect(await words(pairsPlot(mcmc, { sites: ["theta"] }))).toMatch(
      /^theta\[0\] and theta\[1\]: correlation .* \d+ divergent transitions\.$/,
    );
    expect(await words(forestPlot(mcmc, { byChain: true, sites: ["mu"] }))).toMatch(
      /^mu of chain 1: .* mu of chain 2: /,
    );
    expect(tf.memory().numTensors).toBe(tensors);
    const grouped = mcmc.getSamples({ groupByChain: true });
    expect(await words(tracePlot(grouped))).toBe(await words(tracePlot(mcmc)));
    expect(await words(posteriorPlot(grouped, { groupByChain: true }))).toBe(
      await words(posteriorPlot(mcmc.getSamples())),
    );
  });

  it("from a Search, as often as their weights say", async () => {
    const search = new Search(() => {
      sample("rain", dist.Bernoulli(0.25));
    }).run();
    const svg = await posteriorPlot(search).toSVG();
    expect(svg).toContain("2 weighted executions, worth 1.6 equal ones");
    const { numbers } = (await import("./samples.ts")).readSamples("test", search, { most: 9 });
    const draws = Array.from(numbers[0]?.chains[0] ?? []);
    expect([draws.length, draws.filter((one) => one === 1).length]).toEqual([2000, 500]);
  });
});

describe("posteriorPlot", () => {
  it("knows the prior, the truth and the sites that are asked for", async () => {
    const view = posteriorPlot(
      {
        mu: [1, 2, 3],
        theta: [
          [1, 2],
          [2, 3],
          [3, 5],
        ],
      },
      { prior: { mu: [0, 9, 4] }, truth: { theta: [1.5, 4] }, prob: 0.5, sites: ["theta[1]", "mu"] },
    );
    expect(await words(view)).toBe(
      "theta[1]: median 3, 50 % between 2.5 and 4, truth 4. mu: median 2, 50 % between 1.5 and 2.5.",
    );
    expect(await view.toSVG()).toMatch(/>prior<.*>truth</);
  });

  it("shows as many numbers as there is room for, and says so", async () => {
    const svg = await posteriorPlot({ z: [new Float32Array(100), new Float32Array(100)] }).toSVG();
    expect(svg).toContain("88 more numbers not shown");
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "an unknown site",
      () => posteriorPlot({ theta: [1] }, { sites: ["thta"] }),
      /no site "thta"[\s\S]*try: theta/,
    ],
    [
      "an unknown option",
      () => posteriorPlot({ a: [1] }, { truths: {} } as never),
      /option "truths"[\s\S]*try: truth/,
    ],
    ["what is no draws", () => posteriorPlot(null as never), /got: null/],
    ["words", () => posteriorPlot({ a: ["x"] } as never), /no draws[\s\S]*array of other things/],
    ["ragged rows", () => posteriorPlot({ a: [[1], [1, 2]] }), /different shapes[\s\S]*got: \[2\]/],
    ["a share of 90", () => posteriorPlot({ a: [1] }, { prob: 90 }), /between 0 and 1/],
    ["a scalar", () => posteriorPlot({ a: tf.scalar(1) }), /axis is missing/],
    [
      "an MCMC before its run",
      () => posteriorPlot(new MCMC(new NUTS(model), { numSamples: 4 })),
      /no draws yet/,
    ],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe("forestPlot", () => {
  it("puts models side by side", async () => {
    const view = forestPlot({ short: { mu: [1, 2, 3] }, [attack]: { mu: [2, 3, 4] } }, { reference: 0 });
    expect(await words(view)).toContain("mu of short: median 2, 90 % between 1.1 and 2.9.");
    expect(isHarmless(await view.toHTML())).toBe(true);
  });
  it("refuses more models than there are colours", () => {
    const seven = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`m${i}`, { a: [1] }]));
    expect(() => forestPlot(seven)).toThrow(/at most 6/);
  });
});

describe("pairsPlot", () => {
  it("marks divergent draws of arrays", async () => {
    const samples = { a: [1, 2, 3, 4], b: [2, 1, 4, 3] };
    expect(await words(pairsPlot(samples, { divergences: [0, 1, 0, 1] }))).toBe(
      "a and b: correlation 0.6. 2 divergent transitions.",
    );
    expect(await words(pairsPlot(samples, { divergences: [true, false, false, false] }))).toContain(
      "1 divergent",
    );
    expect(() => pairsPlot(samples, { divergences: [1] })).toThrow(/not as many divergences as draws/);
    expect(() => pairsPlot({ a: [1, 2], b: [1] })).toThrow(/"b"/);
  });
});

describe("predictiveCheck", () => {
  const draws = {
    mu: [1, 2, 3],
    y: [
      [1, 2, 3, 4],
      [2, 3, 4, 5],
      [0, 2, 2, 4],
    ],
  };
  it("counts what lies inside the bands, and compares statistics", async () => {
    const view = predictiveCheck(draws, [1, 2, 9, 4], {
      x: [1, 2, 3, 4],
      statistics: { least: (values) => Math.min(...values) },
    });
    expect(await words(view)).toBe(
      "3 of 4 observations lie inside the predicted band of 90 %. least: observed 1, predicted median 1, p = 0.67.",
    );
    expect(view.plain()).toBe("Predictions and data of y: 3 draws, 4 observations");
  });
  it("compares distributions where there is no x", async () => {
    expect(await words(predictiveCheck(draws.y, tf.tensor([1, 2, 2, 4])))).toMatch(
      /^The distribution of 4 observations .* mean: .* sd: .* max: /,
    );
  });
  it.each<[string, () => unknown, RegExp]>([
    [
      "another number of observations",
      () => predictiveCheck(draws.y, [1, 2]),
      /expected: \[draws, 2\][\s\S]*got: \[3, 4\]/,
    ],
    [
      "two sites that could be meant",
      () => predictiveCheck({ y: draws.y, z: draws.y }, [1, 2, 3, 4]),
      /Several sites[\s\S]*site: "z"/,
    ],
    ["a site that is not there", () => predictiveCheck(draws, [1, 2, 3, 4], { site: "q" }), /one of mu, y/],
    ["x of another length", () => predictiveCheck(draws, [1, 2, 3, 4], { x: [1] }), /option x/],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe("calibrationPlot", () => {
  it("takes ranks, or draws beside their truths", async () => {
    const ranks = Array.from({ length: 1000 }, (_, i) => i % 100);
    expect(await words(calibrationPlot({ ranks: { mu: ranks }, draws: 99 }))).toBe(
      "mu: 1,000 truths, 0 of 20 bars outside of what chance allows; intervals of 90 % hold 90 %.",
    );
    // 19 draws at the twentieths, truths between them: the ranks are 0, 1, ... 19.
    const rows = Array.from({ length: 19 }, (_, draw) => new Float64Array(400).fill(draw + 1));
    const truths = Array.from({ length: 400 }, (_, i) => (i % 20) + 0.5);
    expect(await words(calibrationPlot({ y: rows }, { y: truths }))).toBe(
      "y: 400 truths, 0 of 20 bars outside of what chance allows; intervals of 90 % hold 90 %.",
    );
  });

  it("shares equal draws out evenly", async () => {
    const rows = Array.from({ length: 9 }, () => new Float64Array(500).fill(1));
    expect(await words(calibrationPlot(rows, new Float64Array(500).fill(1)))).toMatch(
      / 0 of \d+ bars outside .* of 80 % hold (79|80|81)[\d.]* %/,
    );
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "a rank above the number of draws",
      () => calibrationPlot({ ranks: [12], draws: 9 }),
      /from 0 to 9[\s\S]*got: 12/,
    ],
    [
      "draws without truths",
      () => (calibrationPlot as (draws: unknown) => unknown)([[1]]),
      /true values are missing/,
    ],
    [
      "truths of another size",
      () => calibrationPlot([[1, 2]], [1]),
      /expected: \[draws, 1\][\s\S]*got: \[1, 2\]/,
    ],
    ["a truth without draws", () => calibrationPlot({ a: [[1]] }, { b: [1] }), /no draws of "b"/],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe("a picture of results", () => {
  it("is an image and a PNG, and needs no widget", async () => {
    const bundle = await posteriorPlot({ [attack]: [1, 2, 3] }, { theme: "dark", width: 400 }).bundle();
    expect(Object.keys(bundle)).toEqual(["text/html", "image/png", "text/plain"]);
    expect(bundle["text/html"]).toMatch(/^<img src="data:image\/svg\+xml;base64,.*width="400"/);
    expect(isHarmless(String(bundle["text/html"]))).toBe(true);
  });

  it("keeps what the draws were when it was made", async () => {
    const draws = new Float64Array([1, 2, 3]);
    const view = posteriorPlot({ a: draws });
    draws.fill(9);
    expect(await words(view)).toContain("a: median 2");
  });
});

describe("optimizerPath", () => {
  const bowl = (x: tf.Tensor, y: tf.Tensor) => tf.add(tf.square(x), tf.mul(4, tf.square(y)));
  const sgd = (lr: number) => (xy: tf.Variable[]) => new raw.SGD(xy, { lr });

  it("walks each optimizer from the start, and leaves no tensors of its steps", async () => {
    const tensors = tf.memory().numTensors;
    const view = optimizerPath(bowl, { slow: sgd(0.05), wild: sgd(1e30) }, { start: [-4, 2], steps: 60 });
    // Of two optimizers the state of two variables, a gradient and a buffer each, is theirs until they are collected.
    expect(tf.memory().numTensors).toBeLessThanOrEqual(tensors + 8);
    // A step multiplies x by 0.9 and y by 0.6: x ends at -4 * 0.9^60.
    expect(await words(view)).toMatch(/^slow: ends at −0\.00719, \S+ with loss 5\.1\S*\. wild: ends at /);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "a loss that sums",
      () => optimizerPath((x) => tf.sum(x), { a: sgd(1) }, { start: [0, 0] }),
      /not elementwise/,
    ],
    [
      "a start of one number",
      () => optimizerPath(bowl, { a: sgd(1) }, { start: [1] as never }),
      /two numbers/,
    ],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
