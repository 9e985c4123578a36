import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as dist from "../distributions/index.ts";
import { setNoticeHook } from "../notice.ts";
import { Adam } from "../optim/index.ts";
import { getParamStore } from "../params/index.ts";
import * as poutine from "../poutine/index.ts";
import { clearParamStore, param, plate, sample } from "../primitives.ts";
import { setSeed } from "../tensor/index.ts";
import type { ElboEstimator, ElboOptions } from "./elbo-estimator.ts";
import * as infer from "./index.ts";

const { positive, simplex } = dist.constraints;
let notices: string[] = [];
let restore: () => void = () => {};
beforeEach(() => {
  clearParamStore();
  notices = [];
  restore = setNoticeHook((text) => void notices.push(text));
});
afterEach(() => restore());

type Model = (data: tf.Tensor) => void;
interface Row {
  readonly name: string;
  readonly eager: new (options?: ElboOptions) => ElboEstimator;
  readonly compiled: new (options?: ElboOptions) => ElboEstimator;
  readonly options?: ElboOptions;
  readonly model: Model;
  readonly guide: Model;
}

const normal: Model = (data) => {
  const z = sample("z", new dist.Normal(0, 1));
  plate("data", 3, () => sample("x", new dist.Normal(z, 0.5), { obs: data }));
};
const normalGuide: Model = () => {
  sample("z", new dist.Normal(param("m", 0.1), param("s", 1, { constraint: positive })));
};
const discrete: Model = (data) => {
  const z = sample("z", new dist.Bernoulli(0.3));
  plate("data", 3, () => sample("x", new dist.Normal(z, 0.5), { obs: data }));
};
const discreteGuide: Model = () => {
  sample("z", new dist.Bernoulli(param("p", 0.4, { constraint: dist.constraints.unitInterval })), {
    infer: { baseline: { useDecayingAvgBaseline: true } },
  });
};
const mixture: Model = (data) => {
  const w = param("w", () => tf.tensor1d([0.5, 0.5]), { constraint: simplex });
  plate("data", 3, () => {
    const z = sample("z", new dist.Categorical(w), { infer: { enumerate: "parallel" } });
    sample(
      "x",
      new dist.Normal(tf.gather(param("locs", tf.tensor1d([-1, 2])), tf.cast(z as tf.Tensor1D, "int32")), 1),
      {
        obs: data,
      },
    );
  });
};

const rows: Row[] = [
  {
    name: "Trace",
    eager: infer.Trace_ELBO,
    compiled: infer.JitTrace_ELBO,
    model: normal,
    guide: normalGuide,
  },
  {
    name: "Trace, particles",
    eager: infer.Trace_ELBO,
    compiled: infer.JitTrace_ELBO,
    options: { numParticles: 3 },
    model: normal,
    guide: normalGuide,
  },
  {
    name: "TraceGraph, a score function with a baseline",
    eager: infer.TraceGraph_ELBO,
    compiled: infer.JitTraceGraph_ELBO,
    model: discrete,
    guide: discreteGuide,
  },
  {
    name: "TraceEnum",
    eager: infer.TraceEnum_ELBO,
    compiled: infer.JitTraceEnum_ELBO,
    model: mixture,
    guide: () => {},
  },
  {
    name: "TraceMeanField",
    eager: infer.TraceMeanField_ELBO,
    compiled: infer.JitTraceMeanField_ELBO,
    model: normal,
    guide: normalGuide,
  },
];

/** Steps with other data each, and the loss by itself in between. */
function learn(estimator: ElboEstimator, { model, guide }: Row): { losses: number[]; state: number[] } {
  clearParamStore();
  setSeed(3);
  const svi = new infer.SVI(model, guide, new Adam({ lr: 0.05 }), estimator);
  const losses: number[] = [];
  for (let i = 0; i < 8; i++) {
    const data = tf.tensor1d([i / 4, 1, 0.5]);
    losses.push(svi.step(data), svi.evaluateLoss(data));
  }
  const store = getParamStore();
  return {
    losses,
    state: store.getAllParamNames().flatMap((name) => Array.from(store.getUnconstrained(name).dataSync())),
  };
}

describe("a compiled ELBO", () => {
  it.each(rows)("$name: learns what the eager one learns, from the same random stream", (row) => {
    const eager = learn(new row.eager(row.options), row);
    const compiled = learn(new row.compiled(row.options), row);
    // Sums in another order: float32 rounding, carried on through eight steps of Adam.
    for (const [i, loss] of compiled.losses.entries()) expect(loss).toBeCloseTo(eager.losses[i] as number, 3);
    for (const [i, value] of compiled.state.entries()) expect(value).toBeCloseTo(eager.state[i] as number, 4);
    expect(notices).toEqual([]);
  });

  it("is a compiled one: its evaluations call hardly a kernel of tfjs", () => {
    const kernels = (estimator: ElboEstimator) => {
      clearParamStore();
      const svi = new infer.SVI(normal, normalGuide, new Adam({ lr: 0.05 }), estimator);
      const data = tf.tensor1d([1, 1, 0.5]);
      for (let i = 0; i < 4; i++) svi.evaluateLoss(data);
      const called = vi.spyOn(tf.engine(), "runKernel");
      for (let i = 0; i < 20; i++) svi.evaluateLoss(data);
      const { length } = called.mock.calls;
      called.mockRestore();
      return length;
    };
    const eager = kernels(new infer.Trace_ELBO());
    expect(eager).toBeGreaterThan(20);
    expect(kernels(new infer.JitTrace_ELBO())).toBeLessThan(eager / 10);
  });

  it("says once why it is not compiled, and learns all the same", () => {
    const model: Model = (data) => {
      const z = sample("z", new dist.Normal(0, 1));
      sample("x", new dist.Normal(tf.add(z, Math.random()), 1), { obs: tf.mean(data) });
    };
    const svi = new infer.SVI(model, normalGuide, new Adam({ lr: 0.05 }), new infer.JitTrace_ELBO());
    for (let i = 0; i < 20; i++) expect(svi.step(tf.tensor1d([1, 2, 3]))).toBeTypeOf("number");
    expect(notices.join()).toMatch(/^JitTrace_ELBO runs without the compiler here: .*Math.random/);
    expect(notices.length).toBe(1);
  });

  it.each([
    ["as it is", (model: Model): Model => model],
    ["under a handler", (model: Model): Model => poutine.scale(model, { scale: 1 }) as unknown as Model],
  ])("sees the closure of the model change between two steps, %s", (_, handled) => {
    let scale = 1;
    const plain: Model = (data) => {
      const z = sample("z", new dist.Normal(0, scale));
      sample("x", new dist.Normal(z, 1), { obs: tf.mean(data) });
    };
    const model = handled(plain);
    const guide = () => void sample("z", new dist.Delta(param("d", 2)));
    const svi = new infer.SVI(model, guide, new Adam({ lr: 1e-9 }), new infer.JitTrace_ELBO());
    const data = tf.tensor1d([1, 2, 3]);
    const losses = [1, 1, 1, 1, 2, 2, 2, 3, 1].map((next) => {
      scale = next;
      return svi.step(data);
    });
    const wanted = [1, 1, 1, 1, 2, 2, 2, 3, 1].map((s) => 2 / s ** 2 + Math.log(s) + Math.log(2 * Math.PI));
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(wanted[i] as number, 4);
  });
});
