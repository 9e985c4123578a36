import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as pyro from "../../lib/index.ts";
import * as widgets from "../../widgets/index.ts";
import { mimeBundle } from "../execute/mime.ts";
import { installLibraryViewers } from "./library-viewers.ts";
import { installTensorText } from "./tensor-text.ts";

const { dist, infer, optim, param, plate, poutine, sample, tf } = pyro;

beforeAll(() => {
  installTensorText(pyro);
  installLibraryViewers({ pyro, widgets });
});
beforeEach(() => {
  pyro.clearParamStore();
  pyro.setRngSeed(1);
});

const text = async (value: unknown) => String((await mimeBundle(value))["text/plain"]);
/** What the picture says of itself. */
const picture = async (view: { toSVG(): Promise<string> }) => {
  const svg = await view.toSVG();
  return `${/<title>(.*?)<\/title>/.exec(svg)?.[1]}: ${/<desc>(.*?)<\/desc>/.exec(svg)?.[1]}`;
};

describe("distributions", () => {
  it.each<[string, () => unknown, string, string]>([
    [
      "a continuous one",
      () => dist.Normal(0, 2),
      "Normal(loc: 0, scale: 2)\n  support real, batchShape [], eventShape [], mean 0, sd 2",
      "density: highest at ",
    ],
    [
      "one without moments",
      () => dist.Cauchy(0, 1),
      "Cauchy(loc: 0, scale: 1)\n  support real, batchShape [], eventShape [], sd Infinity",
      "density: highest at ",
    ],
    [
      "a bounded one",
      () => dist.Beta(2, 2),
      "Beta(concentration1: 2, concentration0: 2)\n  support unitInterval, batchShape [], eventShape [], mean 0.5, sd 0.2236",
      "density: highest at 0.5",
    ],
    [
      "a discrete one",
      () => dist.Bernoulli(0.3),
      "Bernoulli(probs: 0.3)\n  support boolean, batchShape [], eventShape [], mean 0.3, sd 0.4583",
      "density: most likely 0.",
    ],
    [
      "counts in a batch",
      () => dist.Poisson([3.5, 8.5]),
      "Poisson(rate: tensor[2], batchShape: [2])\n  support nonNegativeInteger, batchShape [2], eventShape [], mean [3.5, 8.5], sd [1.871, 2.915]",
      "[0]: most likely 3. [1]: most likely 8.",
    ],
    [
      "the elements of an event",
      () => dist.Normal([0, 5], 1).toEvent(1),
      "Independent(Normal(loc: tensor[2], scale: 1, batchShape: [2]), 1)\n  support independent(real, 1), batchShape [], eventShape [2], mean [0, 5], sd [1, 1]",
      "[0]: highest at ",
    ],
    [
      "a large batch",
      () => dist.Normal(tf.zeros([4, 5]), 1),
      "Normal(loc: tensor[4,5], scale: 1, batchShape: [4,5])\n  support real, batchShape [4, 5], eventShape []",
      "first 6 of 20",
    ],
  ])("%s", async (_, make, plain, drawn) => {
    const distribution = make() as Parameters<typeof widgets.distributionView>[0];
    const bundle = await mimeBundle(distribution);
    expect(bundle["text/plain"]).toBe(plain);
    expect(bundle["text/html"]).toMatch(/<img src="data:image\/svg\+xml;base64,/);
    expect(bundle).toHaveProperty("image/png");
    expect(await picture(widgets.distributionView(distribution))).toContain(drawn);
  });

  it("have no bars outside their support", async () => {
    const svg = await widgets.distributionView(dist.Poisson(2) as never).toSVG();
    expect(svg).toMatch(/>0<\/text>/);
    expect(svg).not.toMatch(/>[-−]\d/);
  });

  it("over vectors say what they are", async () => {
    const bundle = await mimeBundle(dist.Dirichlet([1, 1]));
    expect(bundle["text/html"]).toContain("support simplex, batchShape [], eventShape [2], mean [0.5, 0.5]");
    expect(bundle).not.toHaveProperty("image/png");
  });

  it("of one's own are drawn by their density alone", async () => {
    const own = {
      batchShape: [],
      eventShape: [],
      sample: () => tf.scalar(0),
      logProb: (x: never) => tf.neg(tf.square(x)),
      toString: () => "<Mine>",
    };
    const bundle = await mimeBundle(own);
    expect(bundle["text/plain"]).toBe("<Mine>\n  batchShape [], eventShape []");
    expect(bundle["text/html"]).not.toContain("<Mine>");
  });

  it("that cannot score many values at once are still said", async () => {
    const own = {
      batchShape: [],
      eventShape: [],
      sample: () => 0,
      logProb: () => {
        throw new Error("one at a time");
      },
      toString: () => "Odd",
    };
    expect(await mimeBundle(own)).toEqual({ "text/plain": "Odd\n  batchShape [], eventShape []" });
  });

  it("draw no random numbers, keep validation as it is, and leave no tensors", async () => {
    const one = dist.Gamma(2, 1);
    const tensors = tf.memory().numTensors;
    await mimeBundle(one);
    expect(tf.memory().numTensors).toBe(tensors);
    const drawn = dist.Normal(0, 1).sample().dataSync()[0];
    pyro.setRngSeed(1);
    expect(dist.Normal(0, 1).sample().dataSync()[0]).toBe(drawn);
    expect(() => dist.Gamma(2, 1).logProb(-1)).toThrow(/outside its support/);
  });
});

describe("traces", () => {
  it("are tables of their sites", async () => {
    const model = () => {
      const z = sample("z<b>", dist.Delta(2));
      param("s", [1, 2, 3, 4, 5]);
      plate("data", 3, {}, () => sample("x", dist.Normal(z, 1), { obs: [2, 2, 2] }));
    };
    const bundle = await mimeBundle(poutine.trace(model).getTrace());
    expect(String(bundle["text/plain"]).split("\n")).toEqual([
      "site  kind      distribution                              shape  value                              log p  plates",
      "z<b>  latent    Delta(v: 2, logDensity: 0)                []     2                                      0",
      "s     param     –                                         [5]    min 1, max 5, mean 3, sd 1.414         –",
      "x     observed  Normal(loc: 2, scale: 1, batchShape: [3…  [3]    [ 2, 2, 2 ]                     -2.75682  data",
      "log p of all sites: -2.75682",
    ]);
    expect(bundle["text/html"]).toContain("z&lt;b&gt;");
  });
});

describe("what has state", () => {
  it("a ParamStore shows its parameters", async () => {
    param("loc<b>", [1, 2]);
    const bundle = await mimeBundle(pyro.getParamStore());
    expect(bundle["text/plain"]).toBe("ParamStore: 1 parameter (loc<b>)");
    expect(bundle["text/html"]).toContain("loc&lt;b&gt;");
  });

  it("an SVI shows its losses", async () => {
    const model = () => void sample("x", dist.Normal(param("m", 0), 1), { obs: 1 });
    const svi = new infer.SVI(model, () => {}, new optim.Adam({ lr: 0.01 }), new infer.Trace_ELBO());
    expect(await text(svi)).toBe("SVI, no step taken yet");
    svi.step();
    svi.step();
    expect(await text(svi)).toMatch(/^ELBO curve: 2 steps, loss /);
  });

  it("a network of tf.layers shows its summary", async () => {
    const net = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] });
    expect(await text(net)).toContain("Total params: 9");
  });
});

describe("what is made of functions and tables tells its name", () => {
  const model = () => sample("x", dist.Normal(0, 1));
  it.each<[string, () => unknown, string]>([
    ["a handler", () => poutine.scale(model, { scale: 2 }), "ScalePoutine(model)"],
    [
      "a handler of a handler",
      () => poutine.trace(poutine.block(model)),
      "TracePoutine(BlockPoutine(model))",
    ],
    ["an autoguide", () => new infer.AutoNormal(model), "AutoNormal()"],
    ["a plate", () => plate("data", 3), 'plate("data", 3)'],
    ["a constraint", () => dist.constraints.interval(0, 2), "interval(0, 2)"],
    ["a transform", () => dist.transforms.exp, "exp"],
    ["predictions", () => new infer.Predictive(model, { numSamples: 9 }), "Predictive(model, numSamples: 9)"],
    [
      "a class of the reader's own",
      () => new (class Twice extends poutine.Poutine<[], unknown> {})(model),
      "Twice(model)",
    ],
  ])("%s", async (_name, make, expected) => {
    expect(await text(make())).toBe(expected);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["an error", () => new pyro.PyroError({ what: "Wrong" }), /^PyroError: Wrong/],
    [
      "what shows itself",
      () => new infer.MCMC(new infer.NUTS(model), { numSamples: 1, warmupSteps: 1 }),
      /^MCMC: no draws/,
    ],
    [
      "a proxy, which is not asked",
      () =>
        new Proxy(plate("data", 3), {
          getPrototypeOf: () => {
            throw new Error("asked");
          },
        }),
      /name: 'data'/,
    ],
    ["a kernel, which has no words", () => new infer.NUTS(model), /stepSize: 1/],
    ["an object with words of its own", () => ({ a: 1, toString: () => "words" }), /a: 1/],
  ])("but not %s", async (_name, make, expected) => {
    expect(await text(make())).toMatch(expected);
  });
});
