import "../tensor/backend.ts";
import { adam } from "./adam.ts";
import type { ClipArgs } from "./clip.ts";
import { clippedAdam } from "./clipped-adam.ts";
import type { Hyper } from "./hyper.ts";
import { type ArgsFor, type Given, PyroOptim } from "./pyro-optim.ts";
import type { OptimizerRule } from "./rule.ts";
import { sgd } from "./sgd.ts";

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

export const Adam = named(adam);
export const ClippedAdam = named(clippedAdam);
export const SGD = named(sgd);
