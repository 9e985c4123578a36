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
import { type ArgsFor, type Given, PyroOptim } from "./pyro-optim.ts";
import { radam } from "./radam.ts";
import { rmsprop } from "./rmsprop.ts";
import { rprop } from "./rprop.ts";
import type { OptimizerRule } from "./rule.ts";
import { sgd } from "./sgd.ts";
import { sparseAdam } from "./sparse-adam.ts";

export type { ClipArgs } from "./clip.ts";
export type { Hyper, HyperValue } from "./hyper.ts";
export type { Plan } from "./plan.ts";
export type { ArgsFor, Given } from "./pyro-optim.ts";
export { PyroOptim } from "./pyro-optim.ts";
export type { OptimizerRule, RuleResult, RuleStep } from "./rule.ts";
export type { OptimState, ParamStateSnapshot } from "./state.ts";

/** A named optimizer: may be called with or without `new`. */
export interface OptimizerClass<H extends Hyper> {
  new (optimArgs?: ArgsFor<Given<H>>, clipArgs?: ArgsFor<ClipArgs>): PyroOptim<H>;
  (optimArgs?: ArgsFor<Given<H>>, clipArgs?: ArgsFor<ClipArgs>): PyroOptim<H>;
  readonly rule: OptimizerRule<H>;
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
