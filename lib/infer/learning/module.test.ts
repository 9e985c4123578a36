/** Networks learn in every way a program may use them, and a compiled run takes the same steps as an eager one. */
import { afterEach, beforeAll, expect, test } from "vitest";
import * as dist from "../../distributions/index.ts";
import * as nn from "../../nn/index.ts";
import * as optim from "../../optim/index.ts";
import {
  clearParamStore,
  getParamStore,
  module,
  observe,
  plate,
  randomModule,
  setRngSeed,
} from "../../primitives.ts";
import * as tf from "../../tf.ts";
import { AutoNormal } from "../auto/auto-normal.ts";
import { Trace_ELBO } from "../index.ts";
import { SVI } from "../svi.ts";

beforeAll(() => tf.setBackend("cpu"));
afterEach(() => clearParamStore());

const x = tf.linspace(-1, 1, 20).reshape([20, 1]);
const y = tf.square(x);
const STEPS = 150;

const init = (seed: number) => tf.initializers.glorotUniform({ seed });
const ofLayers = () =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: 5, activation: "tanh", inputShape: [1], kernelInitializer: init(1) }),
      tf.layers.dense({ units: 1, kernelInitializer: init(2) }),
    ],
  });
const ofModules = () => new nn.Sequential(new nn.Linear(1, 5), new nn.Tanh(), new nn.Linear(5, 1));
const apply = (net: nn.Network) =>
  (net instanceof nn.Module ? net.call(x) : (net as tf.Sequential).apply(x)) as tf.Tensor;

/** A model that fits the parabola, by the network that its argument makes of the registered one. */
const parabola = (of: () => nn.Network) => () => {
  const out = apply(of());
  plate("rows", 20, { dim: -2 }, () => observe("y", dist.Normal(out, 0.3), y));
};
const direct = (net: nn.Network) => {
  module("net", net);
  return net;
};
type Guide = (model: () => void) => () => unknown;
const none: Guide = () => () => {};
const ways: [string, () => nn.Network, (net: nn.Network) => nn.Network, Guide][] = [
  ["an nn.Module, as module returns it", ofModules, (net) => module("net", net), none],
  ["an nn.Module, used directly", ofModules, direct, none],
  ["a tf.LayersModel, as module returns it", ofLayers, (net) => module("net", net), none],
  ["a tf.LayersModel, used directly", ofLayers, direct, none],
  [
    "an nn.Module with random weights and a guide that is made for it",
    ofModules,
    (net) => randomModule("net", net, dist.Normal(0, 1))(),
    (model) => new AutoNormal(model),
  ],
];

test.each(ways)("%s", async (_name, make, of, guideFor) => {
  const runs = [false, true].map((compile) => async () => {
    setRngSeed(1);
    clearParamStore();
    const net = make();
    const model = parabola(() => of(net));
    const svi = new SVI(model, guideFor(model), new optim.Adam({ lr: 0.03 }), new Trace_ELBO());
    const { compiled, reason } = await svi.run(STEPS, { progress: false, compile: compile ? "auto" : false });
    expect([compiled, compile ? reason : undefined]).toEqual([compile, undefined]);
    const last = getParamStore().getState();
    return { losses: [...svi.losses], values: last.params.flatMap(({ values }) => [...values]) };
  });
  const [eager, compiled] = [await runs[0]?.(), await runs[1]?.()];
  if (eager === undefined || compiled === undefined) throw new Error("no run");
  const mean = (part: readonly number[]) => part.reduce((a, b) => a + b, 0) / part.length;
  expect(mean(eager.losses.slice(-20))).toBeLessThan(mean(eager.losses.slice(0, 20)) - 5);
  // Rounding differs, and grows a little over the steps.
  for (const key of ["losses", "values"] as const) {
    expect(compiled[key]).toHaveLength(eager[key].length);
    for (const [i, value] of eager[key].entries()) {
      const off = Math.abs((compiled[key][i] as number) - value);
      expect(off).toBeLessThan(0.01 * (1 + Math.abs(value)));
    }
  }
});
