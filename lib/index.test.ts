import { afterEach, beforeEach, expect, test } from "vitest";
import * as pyro from "./index.ts";

const { dist, infer, optim, poutine, sample, param, tf } = pyro;

beforeEach(() => pyro.clearParamStore());
afterEach(() => pyro.resetRuntime());

const primitives = `sample observe param plate iarange irange deterministic factor getParamStore clearParamStore
  setRngSeed enableValidation`;
const snake = "get_param_store clear_param_store set_rng_seed enable_validation";
const handlers = `trace replay block condition doIntervene escape lift scale mask indep inferConfig seed substitute
  uncondition queue TracePoutine BlockPoutine ConditionPoutine EscapePoutine IndepPoutine LiftPoutine ReplayPoutine
  ScalePoutine Poutine NonlocalExit Trace identifyDenseEdges getVectorizedMapDataInfo`;

test.each([
  ["pyro", pyro, `${primitives} ${snake} SVI Trace_ELBO ELBO Predictive resetRuntime`],
  ["poutine", poutine, handlers],
  ["params", pyro.params, "ParamStoreDict getParamStore clearParamStore"],
])("%s has its names", (_name, room, names) => {
  for (const name of names.split(/\s+/)) expect(room, name).toHaveProperty(name, expect.any(Function));
});

test("the rooms are there", () => {
  expect([dist.Normal, infer.SVI, optim.Adam, tf.tensor]).toEqual(Array(4).fill(expect.any(Function)));
  expect(pyro.get_param_store()).toBe(pyro.getParamStore());
});

test("a seed makes draws the same, outside of any handler", () => {
  const draw = () => {
    pyro.setRngSeed(5);
    return [...sample("z", dist.Normal(tf.zeros([3]), 1)).dataSync()];
  };
  expect(draw()).toEqual(draw());
});

test("a model is fitted", () => {
  // The guide's family has the posterior N(1, 1/3) in it; 400 steps bring its mean to within 0.2.
  pyro.setRngSeed(0);
  const model = () => {
    const z = sample("z", dist.Normal(0, 1));
    pyro.plate("data", 2, () => sample("x", dist.Normal(z, 1), { obs: [1, 2] }));
  };
  const guide = () =>
    sample("z", dist.Normal(param("loc", 0), param("scale", 1, { constraint: dist.constraints.positive })));
  const svi = new pyro.SVI(model, guide, optim.Adam({ lr: 0.02 }), "ELBO");
  for (let i = 0; i < 400; i++) svi.step();
  expect(Math.abs((pyro.getParamStore().getParam("loc").dataSync()[0] as number) - 1)).toBeLessThan(0.2);
});

test("resetRuntime mends what a terminated run left behind", () => {
  poutine.scale(null, { scale: 2 }).enter();
  const engine = tf.engine();
  engine.startScope("cut off");
  const orphan = tf.ones([3]);
  engine.state.kernelDepth = 2;
  engine.state.gradientDepth = 1;
  pyro.resetRuntime();
  expect([orphan.isDisposed, poutine.activeHandlers().length]).toEqual([true, 0]);
  const slope = tf.grad((x: pyro.tf.Tensor) => tf.square(x))(tf.scalar(3));
  expect(slope.dataSync()[0]).toBe(6);
});
