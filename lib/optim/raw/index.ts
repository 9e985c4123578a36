/**
 * The bare optimizers, over variables that one has oneself: `new optim.raw.Adam([w, b], { lr: 0.01 })`.
 */
import { adadelta } from "../adadelta.ts";
import { adagrad } from "../adagrad.ts";
import { adagradRMSProp } from "../adagrad-rmsprop.ts";
import { adam } from "../adam.ts";
import { adamax } from "../adamax.ts";
import { adamw } from "../adamw.ts";
import { asgd } from "../asgd.ts";
import { clippedAdam } from "../clipped-adam.ts";
import { dctAdam } from "../dct-adam.ts";
import type { Hyper } from "../hyper.ts";
import { nadam } from "../nadam.ts";
import { radam } from "../radam.ts";
import type { Given } from "../recipe.ts";
import { rmsprop } from "../rmsprop.ts";
import { rprop } from "../rprop.ts";
import type { OptimizerRule } from "../rule.ts";
import { sgd } from "../sgd.ts";
import { sparseAdam } from "../sparse-adam.ts";
import { RawOptimizer, type RawTargets } from "./optimizer.ts";

export type { ParamGroup, RawTargets } from "./optimizer.ts";
export { RawOptimizer as Optimizer } from "./optimizer.ts";

/** A bare optimizer's class: may be called with or without `new`. */
export interface RawClass<H extends Hyper> {
  new (variables: RawTargets<H>, args?: Given<H>): RawOptimizer<H>;
  (variables: RawTargets<H>, args?: Given<H>): RawOptimizer<H>;
  readonly rule: OptimizerRule<H>;
}

function bare<H extends Hyper>(rule: OptimizerRule<H>): RawClass<H> {
  class Named extends RawOptimizer<H> {}
  function construct(variables: RawTargets<H>, args?: Given<H>): RawOptimizer<H> {
    return new Named(rule, variables, args);
  }
  construct.prototype = Named.prototype;
  Object.defineProperty(construct, "name", { value: rule.name });
  Object.defineProperty(Named.prototype, "constructor", { value: construct });
  return Object.assign(construct, { rule }) as unknown as RawClass<H>;
}

export const Adadelta = bare(adadelta);
export const Adagrad = bare(adagrad);
export const AdagradRMSProp = bare(adagradRMSProp);
export const Adam = bare(adam);
export const Adamax = bare(adamax);
export const AdamW = bare(adamw);
export const ASGD = bare(asgd);
export const ClippedAdam = bare(clippedAdam);
export const DCTAdam = bare(dctAdam);
export const NAdam = bare(nadam);
export const RAdam = bare(radam);
export const RMSprop = bare(rmsprop);
export const Rprop = bare(rprop);
export const SGD = bare(sgd);
export const SparseAdam = bare(sparseAdam);
