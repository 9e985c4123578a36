/** What an automatic guide has to know of a model: its latent sites, found by running it once. */
import * as tf from "@tensorflow/tfjs-core";
import { bijectTo, type Constraint, type Transform } from "../../distributions/index.ts";
import { pyroError } from "../../errors.ts";
import {
  type BoundJson,
  type ConstraintJson,
  constraintFromJson,
  constraintToJson,
} from "../../params/constraint-json.ts";
import { block } from "../../poutine/block.ts";
import type { CondIndepStackFrame, Message, SampleSite } from "../../poutine/message.ts";
import { Messenger } from "../../poutine/stack.ts";
import { trace } from "../../poutine/trace.ts";
import type { Trace } from "../../poutine/trace-struct.ts";
import { sitesOf } from "../pair.ts";
import type { Program } from "../program.ts";
import { type InitFunction, initialValue } from "./init.ts";

export interface LatentSite {
  readonly name: string;
  readonly support: Constraint;
  /** From the real numbers to the support. */
  readonly transform: Transform;
  /** Shape of the value, batch and event together; subsampled plates in their full size. */
  readonly shape: readonly number[];
  /** How many of the last axes are one value. */
  readonly eventDim: number;
  /** On the unconstrained scale: initial value, and how many of its last axes are one value. */
  readonly initial: {
    readonly shape: readonly number[];
    readonly eventDim: number;
    readonly values: Float32Array;
  };
  /** The vectorised plates around it, the outermost first. */
  readonly plates: readonly PlateFrame[];
}

export interface PlateFrame extends CondIndepStackFrame {
  readonly dim: number;
  /** Whether the program gives the indices itself: then there is no site to replay them from. */
  readonly ownIndices: boolean;
}

/** Whether another batch may hold other elements, or the same ones in another order. */
export function isSubsampled(frame: CondIndepStackFrame): boolean {
  return !frame.whole;
}

export function initialTensor({ initial }: LatentSite): tf.Tensor {
  return tf.tensor(initial.values.slice(), [...initial.shape]);
}

/**
 * The sites of a model that a guide has to draw. Those that the model asks to enumerate are left to it.
 * @throws for a site that no guide of continuous sites can draw, naming it
 */
export function latentSites<A extends unknown[]>(
  model: Program<A>,
  args: A,
  init: InitFunction,
): readonly LatentSite[] {
  let sites: readonly LatentSite[] = [];
  tf.tidy(() => {
    const run = startingRun(model, args, init);
    sites = sitesOf(run)
      .filter((site) => !site.isObserved && !isEnumerated(site))
      .map((site) => latentSite(site, run));
  });
  return sites;
}

function startingRun<A extends unknown[]>(model: Program<A>, args: A, init: InitFunction): Trace {
  const starting = new InitMessenger(init);
  return block((...a: A) => starting.run(() => trace(model).getTrace(...a))).invoke(...args);
}

/** Gives latent sites their initial values as the model meets them, so that those after them start near it. */
class InitMessenger extends Messenger {
  readonly #init: InitFunction;

  constructor(init: InitFunction) {
    super();
    this.#init = init;
  }

  override processMessage(msg: Message): undefined {
    if (msg.type !== "sample" || msg.isObserved || msg.done || msg.isSubsample === true) return;
    if (isEnumerated(msg)) return;
    if (msg.fn.support.isDiscrete) throw discrete(msg);
    msg.value = initialValue(msg, this.#init);
    msg.done = true;
  }
}

function isEnumerated(site: SampleSite): boolean {
  return site.infer.enumerate === "parallel" && site.fn.support.isDiscrete;
}

function discrete({ name, fn }: SampleSite): Error {
  return pyroError({
    what: "An automatic guide cannot draw a discrete site",
    where: `site "${name}"`,
    got: String(fn),
    try:
      'sum it out: sample(name, dist, { infer: { enumerate: "parallel" } }) with TraceEnum_ELBO; or give the guide ' +
      `poutine.block(model, { hide: ["${name}"] }) and draw the site in a guide of your own; or observe it`,
  });
}

function latentSite(site: SampleSite, run: Trace): LatentSite {
  const { name, fn } = site;
  const value = site.value as tf.Tensor;
  const support = frozen(fn.support);
  const transform = bijectTo(support);
  const plates = vectorizedPlates(site, run);
  if (plates.some(isSubsampled) && !sameEverywhere(support)) throw movingSupport(site);
  const unconstrained = transform.inverse(value);
  const eventDim = unconstrained.rank - (value.rank - fn.eventDim);
  const full = repeated(unconstrained, eventDim, plates);
  const shape = [...value.shape];
  for (const { dim, size } of plates) shape[value.rank - fn.eventDim + dim] = size;
  return {
    name,
    support,
    transform,
    shape,
    eventDim: fn.eventDim,
    initial: { shape: [...full.shape], eventDim, values: Float32Array.from(full.dataSync()) },
    plates,
  };
}

/** The same set, whose bounds outlive the run that it was found in. */
function frozen(support: Constraint): Constraint {
  return constraintFromJson(plain(constraintToJson(support)));
}

/** Bounds of one number as numbers, which no one has to free. */
function plain({ lower, upper, base, ...rest }: ConstraintJson): ConstraintJson {
  const bound = (b: BoundJson) =>
    typeof b === "object" && b.values.length === 1 ? (b.values[0] as number) : b;
  return {
    ...rest,
    ...(lower !== undefined && { lower: bound(lower) }),
    ...(upper !== undefined && { upper: bound(upper) }),
    ...(base !== undefined && { base: plain(base) }),
  };
}

function sameEverywhere({ lower, upper, base }: Constraint): boolean {
  const single = (bound: Constraint["lower"]) => typeof bound !== "object" || bound.size === 1;
  return single(lower) && single(upper) && (base === undefined || sameEverywhere(base));
}

function movingSupport({ name, fn }: SampleSite): Error {
  return pyroError({
    what: "An automatic guide cannot draw a site whose support differs from element to element of a batch",
    where: `site "${name}"`,
    expected: "the same bounds for all elements of the plate",
    got: String(fn),
    try: "draw a standardised site (dist.Uniform(0, 1)) and scale it to the bounds with deterministic",
  });
}

/** @throws for a sequential plate that is subsampled: its sites have other names in each run */
function vectorizedPlates({ name, condIndepStack }: SampleSite, run: Trace): PlateFrame[] {
  const plates: PlateFrame[] = [];
  for (const frame of condIndepStack) {
    if (!frame.vectorized && isSubsampled(frame)) {
      throw pyroError({
        what: "An automatic guide cannot draw sites of a sequential plate that is subsampled: they differ from step to step",
        where: `site "${name}", plate "${frame.name}"`,
        try: `the vectorised form: plate("${frame.name}", size, { subsampleSize }, (i) => ...)`,
      });
    }
    const { dim } = frame;
    if (dim === null) continue;
    plates.push({ ...frame, dim, ownIndices: isSubsampled(frame) && !run.has(frame.name) });
  }
  return plates;
}

/** Copies the values of a batch round and round up to the full size of its plates. */
function repeated(x: tf.Tensor, eventDim: number, plates: readonly PlateFrame[]): tf.Tensor {
  let full = x;
  for (const { dim, size, subsampleSize } of plates) {
    const axis = x.rank - eventDim + dim;
    if (subsampleSize === size || full.shape[axis] !== subsampleSize) continue;
    const places = Int32Array.from({ length: size }, (_, i) => i % subsampleSize);
    full = tf.gather(full, tf.tensor1d(places, "int32"), axis);
  }
  return full;
}
