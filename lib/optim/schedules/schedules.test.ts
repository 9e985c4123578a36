import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import * as dist from "../../distributions/index.ts";
import { SVI } from "../../infer/index.ts";
import { clearParamStore, param, sample } from "../../primitives.ts";
import { loadRefs, type SchedulerRef } from "../../testing/refs.ts";
import * as optim from "../index.ts";
import { PyroLRScheduler, type SchedulerClass } from "../index.ts";
import { sourceOf } from "../testing.ts";

const { SGD, Adam, ExponentialLR, StepLR, ReduceLROnPlateau, CyclicLR, OneCycleLR } = optim;

beforeEach(() => clearParamStore());

/** PyTorch's arguments of a row as ours; the functions are written in the file as text. */
function argsOf(row: SchedulerRef): object {
  const functions: Record<string, (e: number) => number> = {
    "e=>0.95**e": (e) => 0.95 ** e,
    "e=>1-0.01*e": (e) => 1 - 0.01 * e,
  };
  if (typeof row.args === "string") {
    return {
      schedulers: [
        [optim.ConstantLR, { factor: 0.1, totalIters: 2 }],
        [optim.ExponentialLR, { gamma: 0.9 }],
      ],
      milestones: [3],
    };
  }
  return Object.fromEntries(
    Object.entries(row.args).map(([key, value]) => [
      key.replaceAll(/_(.)/g, (_, c: string) => c.toUpperCase()),
      typeof value === "string" ? (functions[value] ?? value) : value,
    ]),
  );
}

function classOf(name: string): SchedulerClass<object> {
  const found: unknown = Object.entries(optim).find(([key]) => key === name)?.[1];
  if (found === undefined) throw new Error(`no scheduler ${name}`);
  return found as SchedulerClass<object>;
}

const rows = loadRefs().schedulers;

describe("reference schedules", () => {
  it("are 17", () => {
    expect(rows).toHaveLength(17);
  });

  it.each(rows.map((row): [string, SchedulerRef] => [`${row.scheduler} ${JSON.stringify(row.args)}`, row]))(
    "%s",
    (_, row) => {
      const x = tf.variable(tf.zeros([2]));
      const betas: number[] = [];
      const scheduler = new PyroLRScheduler(
        classOf(row.scheduler),
        { optimizer: SGD, optimArgs: { lr: row.base_lr, momentum: 0.9 }, ...argsOf(row) },
        {},
        sourceOf({ x }),
      );
      const grads = { x: tf.ones([2]) };
      scheduler.update(["x"], grads);
      row.lr.forEach((want, i) => {
        if (i > 0) scheduler.step(row.metrics?.[i - 1]);
        expect(Math.abs(scheduler.getLr("x") - want)).toBeLessThanOrEqual(1e-5 * want + 1e-12);
        const momentum = scheduler.getState().x?.schedule?.point.momentum;
        if (momentum !== undefined) betas.push(momentum);
      });
      row.momentum?.forEach((want, i) => {
        expect(betas[i]).toBeCloseTo(want, 8);
      });
    },
  );
});

/** A scheduler over one parameter, and what one update with a gradient of one moves it by. */
function stepping(scheduler: (source: ReturnType<typeof sourceOf>) => PyroLRScheduler) {
  const x = tf.variable(tf.zeros([1]));
  const made = scheduler(sourceOf({ x }));
  const moved = () => {
    const before = x.dataSync()[0] ?? Number.NaN;
    made.update(["x"], { x: tf.ones([1]) });
    return before - (x.dataSync()[0] ?? Number.NaN);
  };
  return { scheduler: made, moved };
}

const halving = { optimizer: SGD, optimArgs: { lr: 1 }, gamma: 0.5 };

describe("a scheduler", () => {
  it("moves what its optimizer does", () => {
    const { scheduler, moved } = stepping(
      (source) => new PyroLRScheduler(ExponentialLR, halving, {}, source),
    );
    expect(moved()).toBe(1);
    expect(moved()).toBe(1);
    scheduler.step();
    expect(moved()).toBe(0.5);
    scheduler.step({ epoch: 3 });
    expect(moved()).toBe(0.125);
    scheduler.step();
    expect(scheduler.getLr("x")).toBe(0.0625);
    scheduler.step({ epoch: 0 });
    expect(moved()).toBe(1);
  });

  it("cycles the momentum of SGD, and the first beta of Adam", () => {
    const cycle = { baseLr: 1, maxLr: 1, stepSizeUp: 1, baseMomentum: 0.25, maxMomentum: 0.5 };
    const { scheduler, moved } = stepping(
      (source) => new PyroLRScheduler(CyclicLR, { optimizer: SGD, ...cycle }, {}, source),
    );
    // velocity: 1, then 0.5·1 + 1, then (at the top of the cycle) 0.25·1.5 + 1
    expect([moved(), moved()]).toEqual([1, 1.5]);
    scheduler.step();
    expect(moved()).toBe(1.375);

    const y = tf.variable(tf.zeros([1]));
    const z = tf.variable(tf.zeros([1]));
    const cycled = new PyroLRScheduler(CyclicLR, { optimizer: Adam, ...cycle }, {}, sourceOf({ x: y }));
    const plain = new optim.PyroOptim(Adam, { lr: 1, betas: [0.5, 0.999] }, {}, sourceOf({ x: z }));
    for (const g of [1, -2]) for (const o of [cycled, plain]) o.update(["x"], { x: tf.tensor1d([g]) });
    expect([...y.dataSync()]).toEqual([...z.dataSync()]);
  });

  it("begins for each parameter when it is first seen", () => {
    const variables: Record<string, tf.Variable> = { a: tf.variable(tf.zeros([1])) };
    const scheduler = new PyroLRScheduler(ExponentialLR, halving, {}, sourceOf(variables));
    const grads = { a: tf.ones([1]), b: tf.ones([1]) };
    scheduler.update(["a"], grads);
    scheduler.step();
    variables.b = tf.variable(tf.zeros([1]));
    scheduler.update(["a", "b"], grads);
    expect([scheduler.getLr("a"), scheduler.getLr("b")]).toEqual([0.5, 1]);
  });

  it("asks a callable for the arguments of each parameter, the optimizer included", () => {
    const variables = { a: tf.variable(tf.zeros([1])), b: tf.variable(tf.zeros([1])) };
    const scheduler = new PyroLRScheduler(
      StepLR,
      (_module: string, name: string) => ({
        optimizer: name === "a" ? SGD : Adam,
        optimArgs: { lr: name === "a" ? 1 : 0.5 },
        stepSize: 1,
        gamma: 0.5,
      }),
      {},
      sourceOf(variables),
    );
    scheduler.update(["a", "b"], { a: tf.ones([1]), b: tf.ones([1]) });
    scheduler.step();
    expect([scheduler.getLr("a"), scheduler.getLr("b")]).toEqual([0.5, 0.25]);
    expect(Object.values(scheduler.getState()).map((state) => state.optimizer)).toEqual(["SGD", "Adam"]);
  });

  it("is an optimizer of SVI", async () => {
    const scheduler = StepLR({ optimizer: SGD, optimArgs: { lr: 0.5 }, stepSize: 2 });
    expect(scheduler).toBeInstanceOf(StepLR);
    expect(scheduler).toBeInstanceOf(optim.PyroOptim);
    const model = () => {
      sample("x", dist.Normal(0, 1), { obs: 3 });
    };
    const guide = () => {
      param("loc", 0);
    };
    const svi = new SVI(model, guide, scheduler, (m, g) => {
      m();
      g();
      return tf.square(tf.sub(param("loc"), 3));
    });
    await svi.run(3, { progress: false });
    expect(scheduler.getLr("loc")).toBe(0.5);
    scheduler.step();
    scheduler.step();
    expect(scheduler.getLr("loc")).toBeCloseTo(0.05, 12);
  });

  it("starts again from its first rate with a schedule rule of one's own", () => {
    const sawtooth: optim.ScheduleRule<{ period: number }> = {
      name: "Sawtooth",
      args: { period: { initial: 2, must: "a number", accepts: (v): v is number => typeof v === "number" } },
      at: ({ args, baseLr, epoch }) => ({ lr: baseLr / (1 + (epoch % args.period)) }),
    };
    const { scheduler } = stepping((source) => new PyroLRScheduler(sawtooth, { optimizer: SGD }, {}, source));
    scheduler.update(["x"], { x: tf.ones([1]) });
    const rates = [0, 1, 2].map(() => {
      const lr = scheduler.getLr("x");
      scheduler.step();
      return lr;
    });
    expect(rates).toEqual([1e-3, 5e-4, 1e-3]);
  });

  it("changes no rate where one parameter's step is refused", () => {
    const plateau = { optimizer: SGD, optimArgs: { lr: 1 }, patience: 0, factor: 0.5 };
    const { scheduler } = stepping((source) => new PyroLRScheduler(ReduceLROnPlateau, plateau, {}, source));
    scheduler.update(["x"], { x: tf.ones([1]) });
    expect(() => scheduler.step()).toThrow(/ReduceLROnPlateau needs a metric/);
    scheduler.step(tf.scalar(1));
    scheduler.step({ metric: 2 });
    expect(scheduler.getLr("x")).toBe(0.5);
    expect(() => scheduler.step({ epoch: -1 })).toThrow(/epoch/);
    expect(() => scheduler.step(tf.ones([2]))).toThrow(/one number[\s\S]*\[2\]/);
  });

  it.each([
    ["no optimizer", () => StepLR({ stepSize: 2 } as never), /needs its optimizer \(at StepLR/],
    ["nothing", () => StepLR(undefined as never), /needs its optimizer/],
    ["something else as an optimizer", () => StepLR({ optimizer: "Adam", stepSize: 2 }), /not an optimizer/],
    ["a scheduler as an optimizer", () => StepLR({ optimizer: StepLR, stepSize: 2 }), /not an optimizer/],
    ["a missing argument", () => StepLR({ optimizer: SGD }), /stepSize of StepLR is missing/],
    [
      "an unknown argument",
      () => StepLR({ optimizer: SGD, stepsize: 2 } as never),
      /"stepsize"[\s\S]*try: stepSize/,
    ],
    [
      "Python's spelling of the optimizer's arguments",
      () => StepLR({ optimizer: SGD, optim_args: { lr: 1 }, stepSize: 2 } as never),
      /"optim_args"[\s\S]*try: optimArgs/,
    ],
    [
      "an unknown argument of the optimizer",
      () => StepLR({ optimizer: SGD, optimArgs: { rate: 1 }, stepSize: 2 }),
      /"rate"/,
    ],
    [
      "milestones out of order",
      () => optim.MultiStepLR({ optimizer: SGD, milestones: [3, 1] }),
      /milestones[\s\S]*ascending/,
    ],
    ["a rate below zero", () => CyclicLR({ optimizer: SGD, baseLr: -1, maxLr: 1 }), /baseLr/],
    ["bounds the wrong way round", () => CyclicLR({ optimizer: SGD, baseLr: 2, maxLr: 1 }), /larger/],
    [
      "a momentum to cycle where there is none",
      () => CyclicLR({ optimizer: optim.Adagrad, baseLr: 0.1, maxLr: 1 }),
      /Adagrad has none[\s\S]*cycleMomentum: false/,
    ],
    ["one cycle without a length", () => OneCycleLR({ optimizer: SGD, maxLr: 1 }), /totalSteps/],
    [
      "too few milestones",
      () =>
        optim.SequentialLR({ optimizer: SGD, schedulers: [[ExponentialLR, { gamma: 1 }]], milestones: [1] }),
      /1 schedulers need 0 milestones/,
    ],
    [
      "a plateau in a sequence",
      () => optim.SequentialLR({ optimizer: SGD, schedulers: [[ReduceLROnPlateau, {}]], milestones: [] }),
      /needs a metric/,
    ],
    [
      "no schedule",
      () => new PyroLRScheduler(SGD as never, { optimizer: SGD }),
      /not a learning rate scheduler/,
    ],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  it("says when one cycle is over", () => {
    const { scheduler } = stepping(
      (source) => new PyroLRScheduler(OneCycleLR, { optimizer: SGD, maxLr: 1, totalSteps: 2 }, {}, source),
    );
    scheduler.update(["x"], { x: tf.ones([1]) });
    scheduler.step();
    scheduler.step();
    expect(() => scheduler.step()).toThrow(/cycle is over[\s\S]*at most 2/);
  });

  it("is plotted without being moved", () => {
    const { scheduler } = stepping((source) => new PyroLRScheduler(ExponentialLR, halving, {}, source));
    scheduler.update(["x"], { x: tf.ones([1]) });
    const plot = optim.plotSchedule(scheduler, 2);
    expect(plot).toEqual({
      scheduler: "ExponentialLR",
      points: [
        { epoch: 0, lr: 1 },
        { epoch: 1, lr: 0.5 },
        { epoch: 2, lr: 0.25 },
      ],
    });
    expect(scheduler.getLr("x")).toBe(1);
    expect(String(plot)).toBe("ExponentialLR: 1, 0.5, 0.25");
    const show = () => (plot as unknown as Record<symbol, () => unknown>)[Symbol.for("Jupyter.display")]?.();
    expect(show()).toEqual({ "text/plain": "ExponentialLR: 1, 0.5, 0.25" });
    optim.setSchedulePicture(({ points }) => ({ "image/svg+xml": `${points.length} points` }));
    expect(show()).toEqual({ "image/svg+xml": "3 points" });
    optim.setSchedulePicture(undefined);
    const plateau = ReduceLROnPlateau({ optimizer: SGD, optimArgs: { lr: 1 }, patience: 0, factor: 0.5 });
    const rates = optim.plotSchedule(plateau, 2, { metrics: [1, 1] }).points.map(({ lr }) => lr);
    expect(rates).toEqual([1, 1, 0.5]);
    const cycle = { optimizer: SGD, baseLr: 0.1, maxLr: 1, stepSizeUp: 2 };
    expect(optim.plotSchedule(CyclicLR(cycle), 1).points[0]?.momentum).toBe(0.9);
    expect(() => optim.plotSchedule(SGD() as never, 2)).toThrow(/needs a scheduler/);
    expect(() => optim.plotSchedule(scheduler, -1)).toThrow(/whole number/);
  });
});
