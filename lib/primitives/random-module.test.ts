import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as dist from "../distributions/index.ts";
import * as nn from "../nn/index.ts";
import { condition, type SampleSite, trace } from "../poutine/index.ts";
import { clearParamStore, getParamStore, randomModule, sample, setRngSeed } from "../primitives.ts";
import { random_module } from "../pyro-names.ts";
import * as tf from "../tf.ts";

beforeEach(() => setRngSeed(4));
afterEach(() => clearParamStore());

const list = (x: tf.Tensor) => Array.from(x.dataSync());
const make = () => new nn.Linear(2, 3);
const x = tf.tensor2d([[1, -2]]);
const names = ["net$$$weight", "net$$$bias"];

function sitesOf(model: () => unknown): Map<string, SampleSite> {
  const t = trace(model).getTrace();
  t.computeLogProb();
  return new Map([...t.sampleSites()].map((site) => [site.name, site]));
}

describe("randomModule", () => {
  test("draws every weight from a prior, as one site of the weight's shape", () => {
    const net = make();
    const sites = sitesOf(() => randomModule("net", net, dist.Normal(0, 1))().call(x));
    expect([...sites.keys()]).toEqual(names);
    const weight = sites.get("net$$$weight") as SampleSite;
    expect(weight.value?.shape).toEqual([2, 3]);
    expect(new Set(list(weight.value as tf.Tensor)).size).toBe(6);
    expect(weight.logProb?.shape).toEqual([]);
    const want = list(weight.value as tf.Tensor).reduce(
      (sum, w) => sum - 0.5 * w * w - 0.5 * Math.log(2 * Math.PI),
      0,
    );
    expect(list(weight.logProb as tf.Tensor)[0]).toBeCloseTo(want, 4);
    expect(getParamStore().size).toBe(0);
  });

  test("returns the network that computes with the draw, a new one each time", () => {
    const net = make();
    const own = list(net.call(x));
    const draws = randomModule("net", net, dist.Normal(0, 1));
    const model = condition(() => draws().call(x), {
      data: {
        net$$$weight: [
          [1, 0, 2],
          [0, 1, 3],
        ],
        net$$$bias: [0.5, 0.5, 0.5],
      },
    });
    expect(list(model())).toEqual([1.5, -1.5, -3.5]);
    const [a, b] = [draws(), draws.sample()];
    const first = list(a.call(x));
    expect(first).not.toEqual(list(b.call(x)));
    expect(list(a.call(x))).toEqual(first);
    expect(a).toBeInstanceOf(nn.Linear);
    expect(list(net.call(x))).toEqual(own);
  });

  const half = () => dist.Delta(0.5);
  type Prior = Parameters<typeof randomModule>[2];
  const priors: [string, Prior, string[]][] = [
    ["a distribution for all", half(), names],
    ["a distribution of one's own", { sample: () => 0.5, logProb: () => 0 }, names],
    ["distributions by path", { weight: half(), bias: half() }, names],
    ["distributions by full name, in a Map", new Map([["net$$$bias", half()]]), ["net$$$bias"]],
    ["a stochastic function by path", { weight: () => tf.fill([2, 3], 0.5) }, ["net$$$weight"]],
    ["a function of the site that makes a distribution", half, names],
    [
      "a function that leaves some alone",
      (site) => (site.name.endsWith("bias") ? half() : undefined),
      ["net$$$bias"],
    ],
    ["a vector of events", { bias: dist.Normal([0, 0, 0], 1).toEvent(1) }, ["net$$$bias"]],
  ];
  test.each(priors)("takes %s; what has none stays a parameter", (_name, prior, drawn) => {
    const model = trace(() => random_module("net", make(), prior)().call(x));
    model();
    expect([...model.trace.sampleSites()].map(({ name }) => name)).toEqual(drawn);
    expect(getParamStore().getAllParamNames()).toEqual(names.filter((name) => !drawn.includes(name)));
  });

  test("draws the weights of a model of tf.layers", () => {
    const net = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    const before = list(net.predict(x) as tf.Tensor);
    const drawn = randomModule("net", net, {
      "0.kernel": dist.Normal(5, 0.1),
      "0.bias": dist.Normal(0, 0.1),
    })();
    expect(Math.abs((list(drawn.predict(x) as tf.Tensor)[0] as number) + 5)).toBeLessThan(1.5);
    expect(list(net.predict(x) as tf.Tensor)).toEqual(before);
  });

  test("leaves no tensor behind", () => {
    const net = make();
    const step = () => tf.tidy(() => randomModule("net", net, dist.Normal(0, 1))().call(x).dataSync());
    step();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) step();
    expect(tf.memory().numTensors).toBe(before);
  });

  const refused: [string, () => unknown, RegExp][] = [
    ["no network", () => randomModule("net", 3 as never, half()), /randomModule needs a network/],
    ["a name with the divider", () => randomModule("a$$$b", make(), half()), /may not have \$\$\$/],
    [
      "no prior",
      () => randomModule("net", make(), undefined as never),
      /prior of randomModule cannot be drawn/,
    ],
    ["a tensor", () => randomModule("net", make(), tf.scalar(1) as never), /cannot be drawn/],
    [
      "a path of another network",
      () => randomModule("net", make(), { "0.weight": half() }),
      /does not have: "0.weight"[\s\S]*weight, bias/,
    ],
    [
      "a prior of another shape",
      () => randomModule("net", make(), dist.Normal([0, 0, 0, 0], 1))(),
      /prior does not fit the weight[\s\S]*net\$\$\$weight[\s\S]*\[2,3\][\s\S]*\[4\]/,
    ],
  ];
  test.each(refused)("refuses %s", (_name, run, message) => {
    expect(run).toThrow(message);
  });

  test("does not stand in a sample statement's way", () => {
    const net = make();
    const drawn = sample("f", randomModule("net", net, half()) as never) as unknown as nn.Linear;
    expect(drawn.call(x).shape).toEqual([1, 3]);
  });
});
