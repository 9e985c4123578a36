import * as tf from "@tensorflow/tfjs-core";
import { afterEach, expect, test } from "vitest";
import * as dist from "../distributions/index.ts";
import { clearParamStore, getParamStore, plate, sample, setRngSeed } from "../primitives.ts";
import * as poutine from "./index.ts";

const { condition, LocScaleReparam, reparam, trace, TransformReparam } = poutine;

afterEach(() => clearParamStore());

const number = (x: tf.Tensor | undefined) => x?.dataSync()[0] as number;

const families: Record<string, () => dist.Distribution> = {
  Normal: () => dist.Normal(tf.tensor1d([3, -1, 0]), tf.tensor1d([0.5, 2, 1])),
  StudentT: () => dist.StudentT(tf.scalar(7), 2, tf.tensor1d([0.5, 2, 1])),
  Cauchy: () => dist.Cauchy(tf.tensor1d([3, -1, 0]), 2),
  Laplace: () => dist.Laplace(tf.tensor1d([3, -1, 0]), 2),
  Logistic: () => dist.Logistic(tf.tensor1d([3, -1, 0]), 2),
  Gumbel: () => dist.Gumbel(tf.tensor1d([3, -1, 0]), 2),
  "Normal to event": () => dist.Normal(tf.tensor1d([3, -1, 0]), 2).toEvent(1),
};

for (const centered of [0, 0.3, 1]) {
  test.each(Object.entries(families))(`%s, centred by ${centered}, keeps its distribution`, (_, make) => {
    const model = () => sample("x", make());
    setRngSeed(1);
    const t = trace(reparam(model, { config: { x: new LocScaleReparam(centered) } })).getTrace();
    expect(t.stochasticNodes).toEqual(["x_decentered"]);
    const x = t.get("x")?.value as tf.Tensor;
    // By the change of variables: log q(delta) = log p(x) + log |dx/ddelta|.
    const scale = (make() as { params?: { scale?: tf.Tensor } }).params?.scale ?? tf.tensor1d([2, 2, 2]);
    const volume = number(tf.sum(tf.mul(1 - centered, tf.log(tf.broadcastTo(scale, [3])))));
    const plain = number(tf.sum(make().logProb(x)));
    expect(number(t.logPdf())).toBeCloseTo(plain + volume, 3);
  });
}

test("a transformed distribution is drawn by its base", () => {
  const model = () => {
    const base = dist.Normal(0, 1);
    return sample("x", dist.TransformedDistribution(base, dist.transforms.affine(5, 2)));
  };
  const t = trace(reparam(model, { config: { x: new TransformReparam() } })).getTrace();
  expect(t.stochasticNodes).toEqual(["x_base"]);
  expect(number(t.get("x")?.value)).toBeCloseTo(5 + 2 * number(t.get("x_base")?.value), 4);
});

test("the new site stands in the plates of the old one, seen by handlers inside and outside", () => {
  const model = () => plate("rows", 4, () => sample("x", dist.Normal(1, 2)));
  const inner = trace(model);
  const outer = trace(reparam(inner, { config: { x: new LocScaleReparam(0) } })).getTrace();
  for (const t of [inner.trace, outer]) {
    const site = t.get("x_decentered");
    expect(site?.value?.shape).toEqual([4]);
    expect(site?.type === "sample" && site.condIndepStack.map(({ name }) => name)).toEqual(["rows"]);
  }
  const data = { x_decentered: tf.tensor1d([0, 1, 2, 3]) };
  const conditioned = condition(reparam(model, { config: { x: new LocScaleReparam(0) } }), { data });
  expect(Array.from((conditioned() as tf.Tensor).dataSync())).toEqual([1, 3, 5, 7]);
});

test("how far a site is centred can be learned", () => {
  const model = () => plate("rows", 2, () => sample("x", dist.Normal(0, 3)));
  trace(reparam(model, { config: { x: new LocScaleReparam() } })).getTrace();
  expect(Array.from(getParamStore().get("x_centered")?.dataSync() ?? [])).toEqual([0.5, 0.5]);
});

test.each([
  [
    "an observed site",
    () => sample("x", dist.Normal(0, 1), { obs: 1 }),
    new LocScaleReparam(0),
    /site "x".*latent/s,
  ],
  ["a family without loc", () => sample("x", dist.Gamma(1, 1)), new LocScaleReparam(0), /loc and a scale/],
  ["no transform", () => sample("x", dist.Normal(0, 1)), new TransformReparam(), /TransformedDistribution/],
] as const)("%s is refused", (_, model, way, message) => {
  expect(() => reparam(model as () => unknown, { config: { x: way } })()).toThrow(message);
});

test("a share that is none is refused", () => {
  expect(() => new LocScaleReparam(2)).toThrow(/from 0 to 1/);
});
