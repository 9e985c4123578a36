/** Many runs of one program in a row: compiled, they give what one run after the other gives. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import * as dist from "../distributions/index.ts";
import { clearParamStore, param, plate, sample } from "../primitives.ts";
import { getRngState, setRngState, setSeed } from "../tensor/index.ts";
import { Predictive, Trace_ELBO } from "./index.ts";

beforeEach(() => {
  clearParamStore();
  setSeed(5);
});

const model = (x: tf.Tensor) => {
  const slope = sample("slope", new dist.Normal(0, 1));
  const noise = sample("noise", new dist.Gamma(2, 3));
  const kind = sample("kind", new dist.Categorical(tf.tensor1d([0.2, 0.3, 0.5])));
  plate("data", 3, () => sample("y", new dist.Normal(tf.add(tf.mul(slope, x), kind), noise)));
};
const guide = (_x: tf.Tensor) => {
  sample("slope", new dist.Normal(param("m", 0.7), 0.1));
  sample("noise", new dist.Gamma(5, param("rate", 4, { constraint: dist.constraints.positive })));
};
const x = () => tf.tensor1d([1, 2, 3]);
const draws = 150;

/** The same draws, by runs that are too few to be compiled. */
function oneByOne(make: (numSamples: number, from: number) => Record<string, tf.Tensor>) {
  const parts = Array.from({ length: draws / 50 }, (_, i) => make(50, 50 * i));
  return Object.fromEntries(
    Object.keys(parts[0] ?? {}).map((name) => [
      name,
      tf.concat(parts.map((part) => part[name] as tf.Tensor)),
    ]),
  );
}

describe("Predictive", () => {
  const posterior = () => ({ slope: tf.linspace(-1, 1, draws) });
  const rows: [string, (numSamples: number, from: number) => Record<string, tf.Tensor>][] = [
    ["of the prior", (numSamples) => new Predictive(model, { numSamples }).run(x())],
    ["of a guide", (numSamples) => new Predictive(model, { numSamples, guide }).run(x())],
    [
      "of posterior samples",
      (numSamples, from) =>
        new Predictive(model, {
          posteriorSamples: { slope: tf.slice(posterior().slope, from, numSamples) },
        }).run(x()),
    ],
  ];
  it.each(rows)("%s: the same stream, compiled or not", (_, make) => {
    const rng = getRngState();
    const together = make(draws, 0);
    const after = getRngState();
    setRngState(rng);
    const apart = oneByOne(make);
    expect(getRngState()).toEqual(after);
    for (const [name, values] of Object.entries(apart)) {
      expect(together[name]?.dtype).toBe(values.dtype);
      expect(together[name]?.shape).toEqual(values.shape);
      const [found, wanted] = [together[name]?.dataSync() ?? [], values.dataSync()];
      // Float32 rounding.
      for (let i = 0; i < wanted.length; i++) expect(found[i]).toBeCloseTo(wanted[i] as number, 4);
    }
  });

  it("names the site where a draw gives a distribution a parameter that it may not have", () => {
    const bad = () => {
      const scale = sample("scale", new dist.Normal(2, 1));
      sample("z", new dist.Normal(0, tf.sqrt(scale)));
    };
    expect(() => new Predictive(bad, { numSamples: 500 }).run()).toThrow(/scale/);
  });
});

it("a loss of many particles is the mean of single ones", () => {
  const observed = (data: tf.Tensor) => {
    const slope = sample("slope", new dist.Normal(0, 1));
    const noise = sample("noise", new dist.Gamma(2, 3));
    plate("data", 3, () => sample("y", new dist.Normal(tf.mul(slope, data), noise), { obs: data }));
  };
  const rng = getRngState();
  const many = new Trace_ELBO({ numParticles: draws }).loss(observed, guide, x());
  setRngState(rng);
  const one = new Trace_ELBO();
  const single = Array.from({ length: draws }, () => one.loss(observed, guide, x()));
  const mean = single.reduce((a, b) => a + b) / draws;
  expect(Math.abs(many - mean)).toBeLessThan(1e-5 * Math.abs(mean));
});
