/** Every optimizer, scheduler and ELBO: thirty steps compiled, and the same thirty eagerly. */
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as dist from "../../distributions/index.ts";
import { Linear, Module } from "../../nn/index.ts";
import * as optim from "../../optim/index.ts";
import { getParamStore } from "../../params/index.ts";
import * as poutine from "../../poutine/index.ts";
import type { Baseline } from "../../poutine/message.ts";
import { clearParamStore, module, param, plate, sample } from "../../primitives.ts";
import { backendName, getRngState, setSeed } from "../../tensor/index.ts";
import { guideCases } from "../auto/testing/guides.ts";
import type { ElboEstimator } from "../elbo-estimator.ts";
import { SVI, type SVIOptimizer } from "../svi.ts";
import { Trace_ELBO } from "../trace-elbo.ts";
import { TraceEnum_ELBO } from "../trace-enum-elbo.ts";
import { TraceGraph_ELBO } from "../trace-graph-elbo.ts";
import { TraceMeanField_ELBO } from "../trace-mean-field-elbo.ts";

type Program = () => unknown;
type Class = optim.OptimizerClass<optim.Hyper>;

const STEPS = 30;
/** float32 rounding (6e-8) in a loss that sums some tens of terms, carried through thirty steps of an optimizer. */
const TOLERANCE = 1e-3;

const { constraints } = dist;
const { Normal, Bernoulli, Categorical } = dist;
const data = tf.tensor1d([1.2, -0.3, 0.8, 2.1, 0.4, -1]);
const scale = (name: string, shape: number[] = []) =>
  param(name, tf.ones(shape), { constraint: constraints.positive });

const model = () => {
  const z = sample("z", new Normal(tf.zeros([3]), 1).toEvent(1));
  const s = sample("s", new dist.Gamma(2, 2));
  plate("data", 6, () => sample("x", new Normal(tf.sum(z), s), { obs: data }));
};
const guide = () => {
  sample("z", new Normal(param("m", tf.tensor1d([0.1, -0.2, 0.3])), scale("sd", [3])).toEvent(1));
  sample("s", new dist.LogNormal(param("sm", 0), scale("ss")));
};

interface Outcome {
  readonly losses: number[];
  readonly parameters: Record<string, number[]>;
  readonly counter: number;
  readonly compiled: boolean;
  readonly reason: string | undefined;
}

interface Setting {
  readonly model: Program;
  readonly guide: Program;
  readonly elbo?: ElboEstimator;
  readonly optimizer?: () => SVIOptimizer;
}

/** What a schedule has made of the rate of a parameter. */
function rateOf(optimizer: optim.PyroLRScheduler): number {
  const [state] = Object.values(optimizer.getState() as unknown as Record<string, unknown>);
  return (state as { schedule: { point: { lr: number } } }).schedule.point.lr;
}

async function run(setting: () => Setting, compile: boolean): Promise<Outcome> {
  clearParamStore();
  setSeed(5);
  const { model, guide, elbo = new Trace_ELBO(), optimizer } = setting();
  const chosen = optimizer?.() ?? new optim.Adam({ lr: 0.02 });
  const svi = new SVI(model, guide, chosen, elbo);
  const rates: number[] = [];
  // An epoch of three steps.
  const onStep = (step: number, loss: number) => {
    if (!(chosen instanceof optim.PyroLRScheduler) || step % 3 !== 0) return;
    chosen.step(chosen instanceof optim.ReduceLROnPlateau ? { metric: Math.round(loss / 100) } : undefined);
    rates.push(rateOf(chosen));
  };
  const scheduled = chosen instanceof optim.PyroLRScheduler;
  const { losses, compiled, reason } = await svi.run(STEPS, {
    compile,
    progress: false,
    ...(scheduled ? { onStep } : {}),
  });
  if (scheduled) expect(new Set(rates).size, "rates of the schedule").toBeGreaterThan(1);
  const store = getParamStore();
  const parameters: Record<string, number[]> = {};
  for (const name of store.keys()) parameters[name] = Array.from(store.getUnconstrained(name).dataSync());
  return { losses: Array.from(losses), parameters, counter: getRngState().counter, compiled, reason };
}

function close(a: readonly number[], b: readonly number[], what: string): void {
  expect(a.length, what).toBe(b.length);
  const largest = Math.max(1, ...b.map(Math.abs));
  a.forEach((x, i) => {
    expect(
      Math.abs(x - (b[i] as number)) / largest,
      `${what}[${i}]: ${x} compiled, ${b[i]} eagerly`,
    ).toBeLessThan(TOLERANCE);
  });
}

async function agrees(setting: () => Setting): Promise<void> {
  const [eager, compiled] = [await run(setting, false), await run(setting, true)];
  expect([compiled.compiled, compiled.reason]).toEqual([true, undefined]);
  close(compiled.losses, eager.losses, "losses");
  expect(Object.keys(compiled.parameters)).toEqual(Object.keys(eager.parameters));
  for (const [name, values] of Object.entries(eager.parameters))
    close(compiled.parameters[name] ?? [], values, name);
  expect(compiled.counter).toBe(eager.counter);
}

let before: ReturnType<typeof backendName>;
beforeAll(async () => {
  before = backendName();
  await tf.setBackend("cpu");
});
afterAll(async () => {
  clearParamStore();
  await tf.setBackend(before);
});

describe("optimizers", () => {
  const classes = Object.entries<unknown>(optim).filter(
    (entry): entry is [string, Class] => typeof entry[1] === "function" && Object.hasOwn(entry[1], "rule"),
  );
  it.each([
    ...classes.map(([name, kind]): [string, Class, object] => [name, kind, {}]),
    ["SGD with momentum", optim.SGD as unknown as Class, { lr: 0.01, momentum: 0.9, nesterov: true }],
    ["RMSprop, centred", optim.RMSprop as unknown as Class, { centered: true, momentum: 0.5 }],
    ["AMSGrad", optim.Adam as unknown as Class, { amsgrad: true, weightDecay: 0.1 }],
    ["ClippedAdam that decays", optim.ClippedAdam as unknown as Class, { lrd: 0.95, clipNorm: 0.5 }],
  ])("%s", (_, kind, args) =>
    agrees(() => ({ model, guide, optimizer: () => new optim.PyroOptim(kind, args) })),
  );

  it("clipped gradients", () =>
    agrees(() => ({
      model,
      guide,
      optimizer: () => new optim.PyroOptim(optim.Adam, { lr: 0.02 }, { clipNorm: 1 }),
    })));
  it("another rate for each parameter", () =>
    agrees(() => ({
      model,
      guide,
      optimizer: () =>
        new optim.PyroOptim(optim.Adam, (...name: unknown[]) => ({
          lr: String(name.at(-1)).startsWith("s") ? 0.01 : 0.05,
        })),
    })));
});

describe("schedules", () => {
  it("are all here", () => {
    const all = Object.values<unknown>(optim).filter((one) => typeof one === "function" && "schedule" in one);
    expect(schedules.map(([name]) => name).sort()).toEqual(
      all.map((one) => (one as { name: string }).name).sort(),
    );
  });
  const base = { optimizer: optim.SGD, optimArgs: { lr: 0.01 } };
  const schedules: [string, () => SVIOptimizer][] = [
    ["ExponentialLR", () => new optim.ExponentialLR({ ...base, gamma: 0.9 })],
    ["StepLR", () => new optim.StepLR({ ...base, stepSize: 7, gamma: 0.5 })],
    ["CyclicLR", () => new optim.CyclicLR({ ...base, baseLr: 0.001, maxLr: 0.02, stepSizeUp: 4 })],
    ["OneCycleLR", () => new optim.OneCycleLR({ ...base, maxLr: 0.02, totalSteps: 40 })],
    ["CosineAnnealingLR", () => new optim.CosineAnnealingLR({ ...base, TMax: 10 } as never)],
    ["ConstantLR", () => new optim.ConstantLR({ ...base, factor: 0.3, totalIters: 4 })],
    ["CosineAnnealingWarmRestarts", () => new optim.CosineAnnealingWarmRestarts({ ...base, T0: 3 } as never)],
    ["LinearLR", () => new optim.LinearLR({ ...base, startFactor: 0.2, totalIters: 6 })],
    ["MultiplicativeLR", () => new optim.MultiplicativeLR({ ...base, lrLambda: () => 0.8 })],
    ["MultiStepLR", () => new optim.MultiStepLR({ ...base, milestones: [2, 5], gamma: 0.5 })],
    ["PolynomialLR", () => new optim.PolynomialLR({ ...base, totalIters: 8, power: 2 })],
    ["ReduceLROnPlateau", () => new optim.ReduceLROnPlateau({ ...base, patience: 0, factor: 0.5 })],
    [
      "SequentialLR",
      () =>
        new optim.SequentialLR({
          ...base,
          schedulers: [
            [optim.ConstantLR, { factor: 0.5, totalIters: 2 }],
            [optim.ExponentialLR, { gamma: 0.9 }],
          ],
          milestones: [3],
        }),
    ],
    ["LambdaLR", () => new optim.LambdaLR({ ...base, lrLambda: (epoch: number) => 0.95 ** epoch })],
  ];
  it.each(schedules)("%s", (_, optimizer) => agrees(() => ({ model, guide, optimizer })));
});

const discreteGuide = (baseline?: () => Baseline) => () => {
  const options = baseline === undefined ? {} : { baseline: baseline() };
  plate("data", 6, () => {
    sample("k", new Bernoulli({ logits: param("logits", tf.zeros([6])) }), options);
  });
};
const discrete = () => {
  plate("data", 6, () => {
    const k = sample("k", new Bernoulli(0.4));
    sample("x", new Normal(tf.mul(2, k), 1), { obs: data });
  });
};
const mixture = () => {
  const locs = param("locs", tf.tensor1d([-1, 1]));
  plate("data", 6, () => {
    const k = sample("k", new Categorical([0.3, 0.7]), { infer: { enumerate: "parallel" } });
    sample("x", new Normal(tf.gather(locs, tf.cast(k, "int32")), 1), { obs: data });
  });
};

describe("estimators", () => {
  const rows: [string, () => Setting][] = [
    ["Trace_ELBO of three particles", () => ({ model, guide, elbo: new Trace_ELBO({ numParticles: 3 }) })],
    [
      "Trace_ELBO, vectorised",
      () => ({
        model,
        guide,
        elbo: new Trace_ELBO({ numParticles: 4, vectorizeParticles: true, maxPlateNesting: 1 }),
      }),
    ],
    ["Trace_ELBO of a score function", () => ({ model: discrete, guide: discreteGuide() })],
    ["TraceMeanField_ELBO", () => ({ model, guide, elbo: new TraceMeanField_ELBO() })],
    [
      "TraceMeanField_ELBO, vectorised",
      () => ({
        model,
        guide,
        elbo: new TraceMeanField_ELBO({ numParticles: 3, vectorizeParticles: true, maxPlateNesting: 1 }),
      }),
    ],
    [
      "TraceEnum_ELBO",
      () => ({ model: mixture, guide: () => undefined, elbo: new TraceEnum_ELBO({ maxPlateNesting: 1 }) }),
    ],
    [
      "TraceEnum_ELBO over the guide",
      () => ({
        model: discrete,
        guide: () => {
          plate("data", 6, () => {
            sample("k", new Bernoulli({ logits: param("logits", tf.zeros([6])) }), {
              infer: { enumerate: "parallel" },
            });
          });
        },
        elbo: new TraceEnum_ELBO({ maxPlateNesting: 1 }),
      }),
    ],
    ...(
      [
        ["no baseline", undefined],
        ["a decaying average", () => ({ useDecayingAvgBaseline: true, baselineBeta: 0.8 })],
        ["a value", () => ({ baselineValue: -2 })],
        [
          "a network",
          () => ({ nnBaseline: (x: tf.Tensor) => tf.mul(param("w", -1), x), nnBaselineInput: tf.ones([6]) }),
        ],
        [
          "a network and an average",
          () => ({
            nnBaseline: (x: tf.Tensor) => tf.mul(param("w", -1), x),
            nnBaselineInput: tf.ones([6]),
            useDecayingAvgBaseline: true,
          }),
        ],
      ] as [string, (() => Baseline) | undefined][]
    ).map(([name, baseline]): [string, () => Setting] => [
      `TraceGraph_ELBO with ${name}`,
      () => ({ model: discrete, guide: discreteGuide(baseline), elbo: new TraceGraph_ELBO() }),
    ]),
    [
      "TraceGraph_ELBO of two particles",
      () => ({ model: discrete, guide: discreteGuide(), elbo: new TraceGraph_ELBO({ numParticles: 2 }) }),
    ],
  ];
  it.each(rows)("%s", (_, setting) => agrees(setting));
});

describe("models", () => {
  class Net extends Module {
    readonly hidden = new Linear(1, 4);
    readonly out = new Linear(4, 1);
    override forward(x: tf.Tensor): tf.Tensor {
      return this.out.call(tf.tanh(this.hidden.call(x)));
    }
  }
  const many = tf.sin(tf.range(0, 50));
  const subsampled = (): Setting => ({
    model: () => {
      const z = sample("z", new Normal(0, 1));
      plate("data", 50, { subsampleSize: 8 }, (indices: tf.Tensor) => {
        sample("x", new Normal(z, 1), { obs: tf.gather(many, indices as tf.Tensor1D) });
      });
    },
    guide: () => {
      sample("z", new Normal(param("m", 0), scale("sd")));
    },
  });
  const rows: [string, () => Setting][] = [
    ["a subsampled plate", subsampled],
    [
      "a mask",
      () => ({ model: () => poutine.mask(model, { mask: tf.scalar(true, "bool") } as never)(), guide }),
    ],
    ["a scale", () => ({ model: poutine.scale(model, 0.3 as never), guide })],
    [
      "a module",
      () => {
        const net = new Net();
        return {
          model: () => {
            module("net", net);
            const z = sample("z", new Normal(0, 1));
            const mean = tf.reshape(net.call(tf.reshape(data, [6, 1])), [6]);
            plate("data", 6, () => sample("x", new Normal(tf.add(mean, z), 1), { obs: data }));
          },
          guide: () => {
            sample("z", new Normal(param("m", 0), scale("sd")));
          },
        };
      },
    ],
    ...guideCases.map(({ name, make }): [string, () => Setting] => [
      name,
      () => ({ model, guide: make(model) as unknown as Program }),
    ]),
  ];
  it.each(rows)("%s", (_, setting) => agrees(setting));
});
