import "../tensor/backend.ts";
import { adadelta } from "./adadelta.ts";
import { adagrad } from "./adagrad.ts";
import { adagradRMSProp } from "./adagrad-rmsprop.ts";
import { adam } from "./adam.ts";
import { adamax } from "./adamax.ts";
import { adamw } from "./adamw.ts";
import { asgd } from "./asgd.ts";
import type { ClipArgs } from "./clip.ts";
import { clippedAdam } from "./clipped-adam.ts";
import { dctAdam } from "./dct-adam.ts";
import type { Hyper } from "./hyper.ts";
import { nadam } from "./nadam.ts";
import { PyroLRScheduler, type SchedulerArgs } from "./pyro-lr-scheduler.ts";
import { PyroOptim } from "./pyro-optim.ts";
import { radam } from "./radam.ts";
import type { ArgsFor, Given } from "./recipe.ts";
import { rmsprop } from "./rmsprop.ts";
import { rprop } from "./rprop.ts";
import type { OptimizerRule } from "./rule.ts";
import { constantLR } from "./schedules/constant-lr.ts";
import { cosineAnnealingLR } from "./schedules/cosine-annealing-lr.ts";
import { cosineAnnealingWarmRestarts } from "./schedules/cosine-annealing-warm-restarts.ts";
import { cyclicLR } from "./schedules/cyclic-lr.ts";
import { exponentialLR } from "./schedules/exponential-lr.ts";
import { lambdaLR } from "./schedules/lambda-lr.ts";
import { linearLR } from "./schedules/linear-lr.ts";
import { multiStepLR } from "./schedules/multi-step-lr.ts";
import { multiplicativeLR } from "./schedules/multiplicative-lr.ts";
import { oneCycleLR } from "./schedules/one-cycle-lr.ts";
import { polynomialLR } from "./schedules/polynomial-lr.ts";
import { reduceLROnPlateau } from "./schedules/reduce-lr-on-plateau.ts";
import type { ScheduleRule } from "./schedules/schedule.ts";
import { sequentialLR } from "./schedules/sequential-lr.ts";
import { stepLR } from "./schedules/step-lr.ts";
import { sgd } from "./sgd.ts";
import { sparseAdam } from "./sparse-adam.ts";

export type { ClipArgs } from "./clip.ts";
export type { HorovodOptions } from "./distributed/options.ts";
export type { ForeignOptimizer } from "./foreign/optimizer.ts";
export type { ForeignScheduler, SteeredOptimizer } from "./foreign/schedule.ts";
export { HorovodOptimizer } from "./horovod.ts";
export type { Hyper, HyperValue } from "./hyper.ts";
export { MixedMultiOptimizer, type MixedPart } from "./multi/mixed.ts";
export { type LossFn, MultiOptimizer, type Values, type Variables } from "./multi/multi-optimizer.ts";
export { PyroMultiOptimizer, TorchMultiOptimizer } from "./multi/pyro-multi.ts";
export { Newton } from "./newton/newton.ts";
export { newtonStep } from "./newton/newton-step.ts";
export type { Plan } from "./plan.ts";
export { plotSchedule, SchedulePlot, type SchedulePoints, setSchedulePicture } from "./plot-schedule.ts";
export type { PureInputs, PureOutputs, PureStep, StepCursor } from "./pure-step.ts";
export type { EpochStep, SchedulerArgs } from "./pyro-lr-scheduler.ts";
export { PyroLRScheduler } from "./pyro-lr-scheduler.ts";
export { PyroOptim } from "./pyro-optim.ts";
export * as raw from "./raw/index.ts";
export type { ArgsFor, Given, RuleHolder } from "./recipe.ts";
export type { OptimizerRule, RuleResult, RuleStep } from "./rule.ts";
export type { ScheduleHolder } from "./schedules/resolve.ts";
export type { Schedule, SchedulePoint, ScheduleRule, ScheduleStep } from "./schedules/schedule.ts";
export type { SequentialPart } from "./schedules/sequential-lr.ts";
export type { OptimState, ParamStateSnapshot } from "./state.ts";

/** A named optimizer: may be called with or without `new`. */
export interface OptimizerClass<H extends Hyper> {
  new (optimArgs?: ArgsFor<Given<H>>, clipArgs?: ArgsFor<ClipArgs>): PyroOptim<H>;
  (optimArgs?: ArgsFor<Given<H>>, clipArgs?: ArgsFor<ClipArgs>): PyroOptim<H>;
  readonly rule: OptimizerRule<H>;
}

/** A named scheduler: may be called with or without `new`. */
export interface SchedulerClass<A extends object> {
  new (args: ArgsFor<SchedulerArgs<Partial<A>>>, clipArgs?: ArgsFor<ClipArgs>): PyroLRScheduler<A>;
  (args: ArgsFor<SchedulerArgs<Partial<A>>>, clipArgs?: ArgsFor<ClipArgs>): PyroLRScheduler<A>;
  readonly schedule: ScheduleRule<A>;
}

function named<H extends Hyper>(rule: OptimizerRule<H>): OptimizerClass<H> {
  class Named extends PyroOptim<H> {}
  function construct(optimArgs?: ArgsFor<Given<H>>, clipArgs?: ArgsFor<ClipArgs>): PyroOptim<H> {
    return new Named(rule, optimArgs, clipArgs);
  }
  // `x instanceof optim.Adam` holds for what either spelling made.
  construct.prototype = Named.prototype;
  Object.defineProperty(construct, "name", { value: rule.name });
  Object.defineProperty(Named.prototype, "constructor", { value: construct });
  return Object.assign(construct, { rule }) as unknown as OptimizerClass<H>;
}

function scheduler<A extends object>(schedule: ScheduleRule<A>): SchedulerClass<A> {
  class Named extends PyroLRScheduler<A> {}
  function construct(args: ArgsFor<SchedulerArgs<Partial<A>>>, clipArgs?: ArgsFor<ClipArgs>) {
    return new Named(schedule, args, clipArgs);
  }
  construct.prototype = Named.prototype;
  Object.defineProperty(construct, "name", { value: schedule.name });
  Object.defineProperty(Named.prototype, "constructor", { value: construct });
  return Object.assign(construct, { schedule }) as unknown as SchedulerClass<A>;
}

export const Adadelta = named(adadelta);
export const Adagrad = named(adagrad);
export const AdagradRMSProp = named(adagradRMSProp);
export const Adam = named(adam);
export const Adamax = named(adamax);
export const AdamW = named(adamw);
export const ASGD = named(asgd);
export const ClippedAdam = named(clippedAdam);
export const DCTAdam = named(dctAdam);
export const NAdam = named(nadam);
export const RAdam = named(radam);
export const RMSprop = named(rmsprop);
export const Rprop = named(rprop);
export const SGD = named(sgd);
export const SparseAdam = named(sparseAdam);

export const ConstantLR = scheduler(constantLR);
export const CosineAnnealingLR = scheduler(cosineAnnealingLR);
export const CosineAnnealingWarmRestarts = scheduler(cosineAnnealingWarmRestarts);
export const CyclicLR = scheduler(cyclicLR);
export const ExponentialLR = scheduler(exponentialLR);
export const LambdaLR = scheduler(lambdaLR);
export const LinearLR = scheduler(linearLR);
export const MultiplicativeLR = scheduler(multiplicativeLR);
export const MultiStepLR = scheduler(multiStepLR);
export const OneCycleLR = scheduler(oneCycleLR);
export const PolynomialLR = scheduler(polynomialLR);
export const ReduceLROnPlateau = scheduler(reduceLROnPlateau);
export const SequentialLR = scheduler(sequentialLR);
export const StepLR = scheduler(stepLR);
