import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import type { ClipArgs } from "./clip.ts";
import { PyroOptim } from "./pyro-optim.ts";
import { type ArgsFor, askFor, checkedHyper, cyclesNothing, type Recipe, Recipes, ruleOf } from "./recipe.ts";
import { resolveSchedule, type ScheduleHolder } from "./schedules/resolve.ts";
import type { Schedule, SchedulePoint } from "./schedules/schedule.ts";
import type { ScheduleState } from "./state.ts";
import { type ParamSource, storedParams } from "./targets.ts";

/** What a scheduler takes: the optimizer that it steers, that one's arguments, and its own. */
export type SchedulerArgs<A extends object = object> = {
  /** An optimizer of `optim` or `optim.raw`, or a rule. */
  optimizer: unknown;
  optimArgs?: object;
} & A;

/** What one epoch's step may be told. */
export interface EpochStep {
  /** Go to this epoch instead of the next one. */
  epoch?: number;
  /** What ReduceLROnPlateau watches. */
  metric?: number | tf.Tensor;
}

/**
 * An optimizer whose learning rates follow a schedule, one for each parameter, that begins when the parameter
 * is first seen (Pyro's PyroLRScheduler). It is used as the optimizer of SVI; `step` ends an epoch.
 *
 * @example
 * const scheduler = new optim.ExponentialLR({ optimizer: optim.SGD, optimArgs: { lr: 0.01 }, gamma: 0.1 });
 * const svi = new SVI(model, guide, scheduler, "ELBO");
 * for (let epoch = 0; epoch < epochs; epoch++) {
 *   for (const batch of batches) svi.step(batch);
 *   scheduler.step();
 * }
 */
export class PyroLRScheduler<A extends object = object> extends PyroOptim {
  /**
   * @param schedulerConstructor a scheduler of `optim`, or the schedule rule of one's own
   * @param args `{ optimizer, optimArgs, ...its own }`, or a function that returns them for a parameter
   * @throws where the optimizer is missing, or an argument is unknown, missing or out of range
   */
  constructor(
    schedulerConstructor: ScheduleHolder<A>,
    args: ArgsFor<SchedulerArgs<Partial<A>>>,
    clipArgs: ArgsFor<ClipArgs> = {},
    source: ParamSource = storedParams,
  ) {
    super(recipesOf(schedulerConstructor, args), {}, clipArgs, source);
  }

  /**
   * End an epoch.
   * @param metric what ReduceLROnPlateau watches, or `{ epoch }` to go to a certain epoch; others ignore a number
   * @throws where ReduceLROnPlateau gets no metric; no rate has changed then
   */
  step(metric?: number | tf.Tensor | EpochStep): void {
    const { epoch: goal, metric: watched } = readStep(metric);
    this.moveSchedules((state, baseLr) => moved(state, baseLr, goal, watched));
  }

  /**
   * The rates of the epochs 0 to `epochs`, from the start; nothing moves.
   * @param metrics what `step` is given, for ReduceLROnPlateau
   * @param name a parameter, where the arguments depend on it
   */
  preview(epochs: number, metrics: readonly number[] = [], name = ""): SchedulePoint[] {
    const { rule, hyper, schedule: of } = this.recipeOf(name);
    if (of === undefined) return [];
    const baseLr = Number(hyper[rule.rate]);
    const begin = { args: of.args, baseLr, epoch: 0, before: undefined, metric: undefined };
    let state: ScheduleState = { of, epoch: 0, point: of.rule.at(begin) };
    const points = [state.point];
    for (let i = 0; i < epochs; i++) {
      state = moved(state, baseLr, undefined, metrics[i]);
      points.push(state.point);
    }
    return points;
  }
}

function moved(
  { of, epoch, point }: ScheduleState,
  baseLr: number,
  goal: number | undefined,
  metric: number | undefined,
): ScheduleState {
  const { rule, args } = of;
  if (rule.needsMetric === true && metric === undefined) throw noMetric(rule.name);
  const next = goal ?? epoch + 1;
  const onwards = next === epoch + 1 || rule.needsMetric === true;
  const before = onwards && next > 0 ? point : undefined;
  return { of, epoch: next, point: rule.at({ args, baseLr, epoch: next, before, metric }) };
}

function recipesOf(holder: unknown, args: ArgsFor<SchedulerArgs>): Recipes {
  if (typeof args === "function") {
    const { name } = resolveName(holder);
    return new Recipes(name, undefined, (param, source) =>
      recipeOf(holder, askFor(args, param, source), `parameter "${param}"`),
    );
  }
  const recipe = recipeOf(holder, args, undefined);
  return new Recipes(recipe.schedule.rule.name, recipe.rule, () => recipe);
}

function recipeOf(
  holder: unknown,
  given: SchedulerArgs,
  where: string | undefined,
): Recipe & { readonly schedule: Schedule } {
  if (typeof given !== "object" || given === null || !("optimizer" in given)) {
    throw pyroError({
      what: "A scheduler needs its optimizer",
      where: [resolveName(holder).name, where].filter((part) => part !== undefined).join(", "),
      expected: "{ optimizer: optim.Adam, optimArgs: { ... }, ... }",
      got:
        typeof given === "object" && given !== null ? `{ ${Object.keys(given).join(", ")} }` : String(given),
    });
  }
  const { optimizer, optimArgs = {}, ...own } = given;
  const rule = ruleOf(optimizer);
  const hyper = checkedHyper(rule, optimArgs, where);
  const schedule = resolveSchedule(holder, own, where, ["optimizer", "optimArgs"]);
  if (cyclesNothing(rule, schedule)) {
    throw pyroError({
      what: `${schedule.rule.name} cycles the momentum, and ${rule.name} has none`,
      ...(where === undefined ? {} : { where }),
      try: "cycleMomentum: false",
    });
  }
  return { rule, hyper, schedule };
}

function resolveName(holder: unknown): { name: string } {
  const { schedule, name } = (holder ?? {}) as { schedule?: { name: string }; name?: string };
  return { name: schedule?.name ?? name ?? String(holder) };
}

function readStep(given: number | tf.Tensor | EpochStep | undefined): { epoch?: number; metric?: number } {
  if (given === undefined) return {};
  if (typeof given === "number") return { metric: given };
  if ("dataSync" in given) return { metric: scalarOf(given) };
  const { epoch, metric } = given;
  if (epoch !== undefined && (!Number.isSafeInteger(epoch) || epoch < 0)) {
    throw pyroError({
      what: "An epoch must be a whole number >= 0",
      where: "step of a scheduler",
      got: String(epoch),
    });
  }
  return {
    ...(epoch === undefined ? {} : { epoch }),
    ...(metric === undefined ? {} : { metric: typeof metric === "number" ? metric : scalarOf(metric) }),
  };
}

function scalarOf(tensor: tf.Tensor): number {
  if (tensor.size === 1) return Number(tensor.dataSync()[0]);
  throw pyroError({
    what: "A metric must be one number",
    where: "step of a scheduler",
    expected: "a number or a scalar tensor",
    got: `a tensor of shape [${tensor.shape.join(", ")}]`,
  });
}

function noMetric(name: string): Error {
  return pyroError({
    what: `${name} needs a metric at every step; no rate was changed`,
    where: "step of a scheduler",
    try: "scheduler.step(loss)",
  });
}
