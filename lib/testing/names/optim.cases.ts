import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import * as pyro from "../../index.ts";
import { setNoticeHook } from "../../notice.ts";
import { type Calls, expectClose, number, numbers, of } from "./calls.cases.ts";

const { optim } = pyro;
type Named = (args: object, clipArgs?: object) => InstanceType<typeof optim.PyroOptim>;
const named = optim as unknown as Record<string, Named>;

/** The value of a parameter that is 1 and whose gradient is 1, after a step. */
function after(optimizer: InstanceType<typeof optim.PyroOptim>, gradient = 1): number {
  pyro.clearParamStore();
  pyro.param("w", 1);
  optimizer.update(["w"], { w: tf.scalar(gradient) });
  return number(pyro.param("w"));
}

/** First steps worked out by hand: along a first gradient of 1, most adaptive rules move by their rate. */
const firstSteps: Readonly<Record<string, [args: object, value: number]>> = {
  AdagradRMSProp: [{ eta: 0.1 }, 0.95],
  ClippedAdam: [{ lr: 0.1 }, 0.9],
  DCTAdam: [{ lr: 0.1 }, 0.9],
  Adadelta: [{ lr: 1, rho: 0.9, eps: 1e-6 }, 1 - Math.sqrt(1e-6 / 0.100001)],
  Adagrad: [{ lr: 0.1 }, 0.9],
  Adam: [{ lr: 0.1 }, 0.9],
  AdamW: [{ lr: 0.1, weightDecay: 0.5 }, 1 - 0.05 - 0.1],
  SparseAdam: [{ lr: 0.1 }, 0.9],
  Adamax: [{ lr: 0.1 }, 0.9],
  ASGD: [{ lr: 0.1, lambd: 0.01 }, 1 - 0.001 - 0.1],
  SGD: [{ lr: 0.1 }, 0.9],
  Rprop: [{ lr: 0.1 }, 0.9],
  RMSprop: [{ lr: 0.1, alpha: 0.75 }, 1 - 0.1 / 0.5],
};

function optimizer(name: string): () => void {
  return () => {
    const [args, value] = firstSteps[name] as [object, number];
    const make = named[name] as Named;
    expectClose([after(make(args))], [value]);
    expectClose([after(make(() => args))], [value]);
    // A gradient that is clipped to 1 counts as 1.
    expectClose([after(make(args, { clipNorm: 1 }), 5)], [value]);
    expectClose(
      [
        after(
          make(args, () => ({ clipValue: 1 })),
          5,
        ),
      ],
      [value],
    );
  };
}

/** Rates after one epoch, from a rate of 0.1. */
const firstEpochs: Readonly<Record<string, [args: object, rate: number]>> = {
  LambdaLR: [{ lrLambda: (epoch: number) => 0.5 ** epoch }, 0.05],
  MultiplicativeLR: [{ lrLambda: () => 0.5 }, 0.05],
  StepLR: [{ stepSize: 1, gamma: 0.1 }, 0.01],
  MultiStepLR: [{ milestones: [1], gamma: 0.1 }, 0.01],
  ExponentialLR: [{ gamma: 0.1 }, 0.01],
  CosineAnnealingLR: [{ TMax: 2 }, 0.05],
  ReduceLROnPlateau: [{ patience: 0, factor: 0.1 }, 0.01],
  CyclicLR: [{ baseLr: 0.1, maxLr: 0.3, stepSizeUp: 2, cycleMomentum: false }, 0.2],
  CosineAnnealingWarmRestarts: [{ T0: 2 }, 0.05],
  OneCycleLR: [{ maxLr: 1, totalSteps: 10, cycleMomentum: false }, 0.52],
};

function scheduler(name: string): () => void {
  return () => {
    const [own, rate] = firstEpochs[name] as [object, number];
    const args = { optimizer: optim.SGD, optimArgs: { lr: 0.1 }, ...own };
    const made = (named[name] as Named)(args, { clipValue: 1 }) as pyro.optim.PyroLRScheduler;
    after(made, 50);
    if (name === "ReduceLROnPlateau") made.step(1);
    made.step(1);
    expectClose([made.getLr("w")], [rate]);
    const before = number(pyro.param("w"));
    made.update(["w"], { w: tf.scalar(50) });
    expectClose([number(pyro.param("w"))], [before - rate]);
  };
}

const wrappers: Calls = {
  ...Object.fromEntries(Object.keys(firstSteps).map((name) => [name, optimizer(name)])),
  ...Object.fromEntries(Object.keys(firstEpochs).map((name) => [name, scheduler(name)])),
};

/** Ten steps in all are the same with the state handed over after five. */
function handedOver(hand: (from: InstanceType<typeof optim.PyroOptim>) => typeof from): void {
  const run = (change: boolean) => {
    pyro.clearParamStore();
    pyro.param("w", 1);
    let adam: InstanceType<typeof optim.PyroOptim> = optim.Adam({ lr: 0.1 });
    for (let i = 0; i < 10; i++) {
      if (change && i === 5) adam = hand(adam);
      adam.update(["w"], { w: tf.scalar(i + 1) });
    }
    return number(pyro.param("w"));
  };
  expect(run(true)).toBe(run(false));
}

const byState = () =>
  handedOver((from) => {
    const next = optim.Adam({ lr: 0.1 });
    next.set_state(from.get_state());
    return next;
  });

const byFile = () =>
  handedOver((from) => {
    const folder = mkdtempSync(join(tmpdir(), "tspyro-names-"));
    try {
      from.save(join(folder, "adam.json"));
      const next = optim.Adam({ lr: 0.1 });
      next.load(join(folder, "adam.json"));
      return next;
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

const exponential = () => optim.ExponentialLR({ optimizer: optim.SGD, optimArgs: { lr: 0.1 }, gamma: 0.1 });

const managed: Calls = {
  "optim.PyroOptim"() {
    const perParam = (_module: string, name: string) => ({ lr: name === "w" ? 0.1 : 0 });
    expectClose([after(new optim.PyroOptim(optim.SGD, perParam))], [0.9]);
    expectClose([after(new optim.PyroOptim(optim.raw.SGD, { lr: 0.1 }, { clipValue: 0.5 }))], [0.95]);
  },
  "optim.PyroOptim.clip_args"() {
    // The norm of (3, 4) is 5.
    pyro.param("v", [0, 0]);
    const clipped = (clip: object) => {
      pyro.getParamStore().set("v", [0, 0]);
      optim.SGD({ lr: 1 }, clip).update(["v"], { v: tf.tensor1d([3, 4]) });
      return numbers(pyro.param("v"));
    };
    expectClose(clipped({ clipNorm: 1 }), [-0.6, -0.8]);
    expectClose(clipped({ clipValue: 3.5 }), [-3, -3.5]);
  },
  "optim.PyroOptim.__call__"() {
    const sgd = new optim.PyroOptim(optim.SGD, { lr: 0.1 });
    pyro.param("a", 1);
    pyro.param("b", 1);
    sgd.update(["a"], { a: tf.scalar(1), b: tf.scalar(1) });
    expectClose([number(pyro.param("a")), number(pyro.param("b"))], [0.9, 1]);
  },
  "optim.PyroOptim.get_state": byState,
  "optim.PyroOptim.set_state": byState,
  "optim.PyroOptim.save": byFile,
  "optim.PyroOptim.load": byFile,
  PyroLRScheduler() {
    const args = { optimizer: optim.SGD, optimArgs: { lr: 0.1 }, gamma: 0.1 };
    const made = new optim.PyroLRScheduler(optim.ExponentialLR, args, { clipValue: 0.5 });
    expectClose([after(made)], [0.95]);
  },
  "PyroLRScheduler.__call__": () => expectClose([after(exponential())], [0.9]),
  "PyroLRScheduler.step"() {
    const made = exponential();
    after(made);
    made.step();
    expectClose([made.getLr("w")], [0.01]);
    made.step({ epoch: 3, metric: 1 });
    expectClose([made.getLr("w")], [1e-4]);
  },
};

/** A world of one process, and its notice. */
function alone(options: pyro.optim.HorovodOptions): InstanceType<typeof optim.HorovodOptimizer> {
  const restore = setNoticeHook(() => {});
  try {
    return new optim.HorovodOptimizer(optim.SGD({ lr: 0.1 }), options);
  } finally {
    restore();
  }
}

const horovod: Calls = {
  HorovodOptimizer() {
    const options = { compression: "fp16", op: "sum", backwardPassesPerStep: 2, fusionThreshold: 0 } as const;
    const made = alone(options);
    expectClose([after(made, 2)], [1]);
    made.update(["w"], { w: tf.scalar(3) });
    expectClose([number(pyro.param("w"))], [0.5]);
    expect(() => alone({ fusionTreshold: 0 } as never)).toThrow("fusionThreshold");
  },
  "HorovodOptimizer.__call__": () => expectClose([after(alone({}))], [0.9]),
};

const w = () => tf.variable(tf.scalar(1));
/** The loss is w, its gradient 1. */
const bare = (make: (variable: tf.Variable) => InstanceType<typeof optim.raw.Optimizer>) => {
  const variable = w();
  expect(make(variable).step(() => tf.mul(variable, 1))).toBe(1);
  return number(variable);
};

const raw: Calls = {
  "adagrad_rmsprop.AdagradRMSProp"() {
    const args = { eta: 0.2, delta: 0, t: 0.5 };
    expectClose([bare((v) => new optim.raw.AdagradRMSProp([v], args))], [0.9]);
  },
  "adagrad_rmsprop.AdagradRMSProp.step"() {
    expectClose([bare((v) => new optim.raw.AdagradRMSProp([v]))], [0.5]);
  },
  "clipped_adam.ClippedAdam"() {
    const args = { lr: 0.1, betas: [0.5, 0.5], eps: 1e-8, weightDecay: 0, clipNorm: 10, lrd: 0.5 } as const;
    expectClose([bare((v) => new optim.raw.ClippedAdam([v], args))], [0.95]);
  },
  "clipped_adam.ClippedAdam.step"() {
    expectClose([bare((v) => new optim.raw.ClippedAdam([v]))], [0.999]);
  },
  "dct_adam.DCTAdam"() {
    expectClose([bare((v) => new optim.raw.DCTAdam([v], { lr: 0.1 }))], [0.9]);
  },
};

const bowl = (p: Readonly<Record<string, tf.Tensor>>) => tf.sum(tf.square(tf.sub(p.w as tf.Tensor, 3)));
const sgd = () => new optim.PyroMultiOptimizer(optim.SGD({ lr: 0.25 }));

function moved(optimizer: InstanceType<typeof optim.MultiOptimizer>): number {
  const variable = w();
  optimizer.step(bowl, { w: variable });
  return number(variable);
}

/** One of one's own: halves every value. */
class Halving extends optim.MultiOptimizer {
  override getStep(_loss: pyro.optim.LossFn, values: pyro.optim.Values): Record<string, tf.Tensor> {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tf.div(value, 2)]));
  }
}

const multi: Calls = {
  "multi.MultiOptimizer": () => expect(new Halving()).toBeInstanceOf(optim.MultiOptimizer),
  "multi.MultiOptimizer.step": () => expectClose([moved(new Halving())], [0.5]),
  "multi.MultiOptimizer.get_step"() {
    expectClose(numbers(new Halving().get_step(bowl, { w: tf.scalar(1) }).w as tf.Tensor), [0.5]);
  },
  "multi.PyroMultiOptimizer": () => expect(sgd()).toBeInstanceOf(optim.MultiOptimizer),
  "multi.PyroMultiOptimizer.step": () => expectClose([moved(sgd())], [2]),
  TorchMultiOptimizer() {
    expectClose([moved(new optim.TorchMultiOptimizer(optim.raw.SGD, { lr: 0.25 }))], [2]);
  },
  MixedMultiOptimizer() {
    expectClose([moved(new optim.MixedMultiOptimizer([[["w"], optim.SGD({ lr: 0.25 })]]))], [2]);
    const parts = () => [[["w"], sgd()] as const, [["w"], new optim.Newton()] as const];
    expect(() => new optim.MixedMultiOptimizer(parts())).toThrow(/"w"/);
  },
  "MixedMultiOptimizer.step"() {
    expectClose([moved(new optim.MixedMultiOptimizer([[["w"], new optim.Newton()]]))], [3]);
  },
  "MixedMultiOptimizer.get_step"() {
    const mixed = new optim.MixedMultiOptimizer([[["w"], new optim.Newton()]]);
    expectClose(numbers(mixed.get_step(bowl, { w: tf.scalar(1) }).w as tf.Tensor), [3]);
  },
  Newton() {
    expectClose([moved(new optim.Newton())], [3]);
    const near = moved(new optim.Newton({ trustRadii: { w: 0.5 } }));
    expect(near).toBeGreaterThan(1);
    expect(near).toBeLessThanOrEqual(1.5001);
  },
  "Newton.get_step"() {
    const to = (x: tf.Tensor) => new optim.Newton().get_step(bowl, { w: x }).w as tf.Tensor;
    expectClose(numbers(to(tf.scalar(1))), [3]);
    // Wherever it starts it ends in the same place: the step's derivative is 0.
    expectClose(numbers(tf.grad((x: tf.Tensor) => tf.sum(to(x)))(tf.scalar(1))), [0]);
  },
  newton_step() {
    const [mode, covariance] = pyro.newton_step((x) => bowl({ w: x }), tf.tensor1d([1]));
    expectClose([number(mode), number(covariance)], [3, 0.5]);
    const trustRadius = 0.5;
    const [near] = pyro.newton_step((x) => bowl({ w: x }), tf.tensor1d([1]), trustRadius);
    expect(number(near)).toBeLessThanOrEqual(1.5001);
  },
};

export const optimizers: Calls = of("pyro.optim.", { ...wrappers, ...managed, ...horovod, ...raw, ...multi });
