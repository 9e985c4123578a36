/** The same seed gives the same bits, wherever in a run it was verified that the compiled step still stands. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, expect, it } from "vitest";
import * as dist from "../../distributions/index.ts";
import { setNoticeHook } from "../../notice.ts";
import { Adam, ClippedAdam, type PyroOptim, SGD } from "../../optim/index.ts";
import { getParamStore } from "../../params/index.ts";
import { clearParamStore, factor, param, plate, sample } from "../../primitives.ts";
import { getRngState, setSeed } from "../../tensor/index.ts";
import { SVI } from "../svi.ts";
import { Trace_ELBO } from "../trace-elbo.ts";

const { Gamma, LogNormal, Normal, constraints } = dist;
const x = tf.linspace(-1, 1, 40);
const y = tf.add(tf.mul(x, 0.7), tf.sin(tf.mul(x, 20)));

function model(): void {
  const slope = sample("slope", new Normal(0, 1));
  const noise = sample("noise", new LogNormal(0, 1));
  plate("data", 40, () => sample("y", new Normal(tf.mul(slope, x), noise), { obs: y }));
}
function guide(): void {
  sample("slope", new Normal(param("m", 0.1), param("s", 0.3, { constraint: constraints.positive })));
  sample("noise", new Gamma(param("a", 3, { constraint: constraints.positive }), 5));
}

beforeEach(() => tf.setBackend("cpu"));

/** Each run begins with a verified step, as each slice of one does after other code has run. */
async function learn(optim: PyroOptim, runs: readonly number[]) {
  clearParamStore();
  setSeed(11);
  const svi = new SVI<[]>(model, guide, optim, new Trace_ELBO());
  const losses: number[] = [];
  for (const steps of runs) {
    const result = await svi.run(steps, { progress: false });
    expect(result.compiled).toBe(true);
    losses.push(...result.losses);
  }
  expect(losses).toEqual([...svi.losses]);
  const store = getParamStore();
  const values = store.getAllParamNames().map((name) => [...store.getUnconstrained(name).dataSync()]);
  return { losses, values, counter: getRngState().counter, state: optim.getState() };
}

const optimizers: [string, () => PyroOptim][] = [
  ["Adam", () => new Adam({ lr: 0.01 })],
  ["ClippedAdam", () => new ClippedAdam({ lr: 0.01, lrd: 0.9999 })],
  ["SGD with momentum", () => new SGD({ lr: 1e-5, momentum: 0.9 })],
];

it.each(optimizers)("%s", async (_, make) => {
  const whole = await learn(make(), [500]);
  expect(await learn(make(), [200, 8, 92, 9, 100, 91])).toEqual(whole);
});

it("counts a step once that was not finite and was taken eagerly", async () => {
  const cut = () => {
    const z = sample("z", new Normal(0, 1));
    // No gradient goes through: the step is taken, though its loss is infinite.
    factor("cut", tf.where(tf.greater(z, 2), tf.scalar(Number.NEGATIVE_INFINITY), tf.scalar(0)));
  };
  const guide = () => sample("z", new Normal(param("m", 0), 1));
  setNoticeHook(() => {});
  const counts = async (compile: "auto" | false) => {
    clearParamStore();
    setSeed(5);
    const optim = new Adam({ lr: 0.01 });
    const svi = new SVI<[]>(cut, guide, optim, new Trace_ELBO());
    const { losses } = await svi.run(150, { progress: false, compile });
    const steps = JSON.stringify(optim.getState()).match(/"step":\d+/g);
    return { infinite: losses.filter((loss) => !Number.isFinite(loss)).length, steps };
  };
  const eager = await counts(false);
  expect(eager).toEqual({ infinite: expect.any(Number), steps: ['"step":150'] });
  expect(eager.infinite).toBeGreaterThan(1);
  expect(await counts("auto")).toEqual(eager);
});
