import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import * as pyro from "../../index.ts";
import { type Calls, expectClose, number, of } from "./calls.cases.ts";

const { dist, infer, optim, poutine } = pyro;

/** With the guide at the posterior N(1, 1/2) of z ~ N(0, 1), x ~ N(z, 1) at x = 2, every loss is -log N(2; 0, 2). */
const model = (x = 2) => {
  const z = pyro.sample("z", dist.normal, 0, 1);
  pyro.observe("x", dist.normal, x, z, 1);
  return z;
};
const guide = () => pyro.sample("z", dist.normal, pyro.param("loc", 1), Math.SQRT1_2);
const EXACT = 0.5 * Math.log(4 * Math.PI) + 1;

/** Two coins whose sum is seen: the paths that have it are (0, 1) and (1, 0). */
const coins = () => {
  const a = pyro.sample("a", dist.bernoulli, 0.5);
  const b = pyro.sample("b", dist.bernoulli, 0.25);
  pyro.observe("sum", dist.Delta(tf.add(a, b)), 1);
};
const coin = () => {
  const z = pyro.sample("z", dist.bernoulli, 0.5);
  pyro.observe("x", dist.Normal(z, 1), 0);
};

const estimator = (make: () => pyro.ElboEstimator) => () => {
  const { loss, grads } = make().loss_and_grads(model, guide, 2);
  expectClose([loss, make().loss(model, guide, 2)], [EXACT, EXACT]);
  expect(Object.keys(grads)).toEqual(["loc"]);
};

export const inference: Calls = of("pyro.infer.", {
  "svi.SVI"() {
    const lossAndGrads = () => ({ loss: 7, grads: { loc: tf.scalar(1) } });
    const own = new infer.SVI(model, guide, optim.SGD({ lr: 0.5 }), "ELBO", { lossAndGrads });
    pyro.param("loc", 1);
    expect(own.step()).toBe(7);
    expectClose([number(pyro.param("loc"))], [0.5]);
    const summed = { numParticles: 2, traceGraph: true, enumDiscrete: false };
    expect(new infer.SVI(model, guide, optim.SGD({ lr: 0 }), "ELBO", summed).step()).toBeGreaterThan(EXACT);
    const user = () => tf.square(tf.sub(pyro.param("loc"), 3));
    new infer.SVI(model, guide, optim.SGD({ lr: 0.5 }), user).step();
    expectClose([number(pyro.param("loc"))], [3]);
  },
  "svi.SVI.evaluate_loss"() {
    const svi = new infer.SVI(model, guide, optim.SGD({ lr: 0.1 }), "ELBO");
    expectClose([svi.evaluate_loss(2)], [EXACT]);
    expect(number(pyro.param("loc"))).toBe(1);
  },
  "svi.SVI.step"() {
    const svi = new infer.SVI(model, guide, optim.SGD({ lr: 0.1 }), "ELBO");
    expectClose([svi.step(2)], [EXACT]);
    svi.step(4);
    expect(number(pyro.param("loc"))).toBeGreaterThan(1);
  },
  "elbo.ELBO"() {
    expect(infer.ELBO({ numParticles: 3 })).toBeInstanceOf(infer.Trace_ELBO);
    expect(infer.ELBO({ numParticles: 3 }).numParticles).toBe(3);
    expect(infer.ELBO({ traceGraph: true })).toBeInstanceOf(infer.TraceGraph_ELBO);
    // The guide has z = 1 with 0.4; every branch is weighed, none is drawn.
    const branch = (z: number, q: number) =>
      q * (Math.log(0.5) - 0.5 * Math.log(2 * Math.PI) - z / 2 - Math.log(q));
    const exact = -branch(0, 0.6) - branch(1, 0.4);
    expectClose([infer.ELBO({ enumDiscrete: true }).loss(coin, coinGuide)], [exact]);
  },
  "elbo.ELBO.loss"() {
    expectClose([new infer.ELBO().loss(model, guide, 2)], [EXACT]);
  },
  "elbo.ELBO.loss_and_grads": estimator(() => new infer.ELBO({ numParticles: 2 })),
  Trace_ELBO: estimator(() => new infer.Trace_ELBO()),
  TraceGraph_ELBO: estimator(() => new infer.TraceGraph_ELBO()),
  "importance.Importance"() {
    pyro.param("loc", 1);
    const posterior = new infer.Importance(model, { guide, numSamples: 5 }).run(2);
    expect(posterior.execTraces).toHaveLength(5);
    expectClose([posterior.getLogNormalizer()], [-EXACT]);
    expect(new infer.Importance(model).run(2).execTraces).toHaveLength(10);
  },
  "search.Search"() {
    const posterior = new infer.Search(coins, { maxTries: 100 });
    // Validation would refuse the impossible sums, which Search has to weigh as well.
    pyro.enableValidation(false);
    try {
      expectClose([Math.exp(posterior.run().getLogNormalizer())], [0.5 * 0.25 + 0.5 * 0.75]);
    } finally {
      pyro.enableValidation(true);
    }
    expect(() => new infer.Search(coin, { maxTries: 1 }).run()).toThrow(/No complete execution in 1 tries/);
  },
  "abstract_infer.TracePosterior"() {
    const posterior = new infer.Importance(model, { guide });
    expect(posterior).toBeInstanceOf(infer.TracePosterior);
    expect(posterior.sample(2)).toBeInstanceOf(poutine.Trace);
  },
});

function coinGuide() {
  pyro.sample("z", dist.bernoulli, 0.4, { infer: { enumerate: "sequential" } });
}
