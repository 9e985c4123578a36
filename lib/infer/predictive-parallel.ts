/**
 * All draws of `Predictive` in one run: guide and model stand in a plate of their own, left of all plates of the
 * model, whose elements are the draws.
 */

import * as tf from "@tensorflow/tfjs-core";
import { PyroError, pyroError } from "../errors.ts";
import { condition } from "../poutine/condition.ts";
import { lookup } from "../poutine/lookup.ts";
import type { SampleSite } from "../poutine/message.ts";
import { replay } from "../poutine/replay.ts";
import { scoreSite } from "../poutine/site-score.ts";
import { trace } from "../poutine/trace.ts";
import type { Trace } from "../poutine/trace-struct.ts";
import { Plate } from "../primitives.ts";
import { put } from "../records.ts";
import { sameShape } from "../tensor/index.ts";
import { validationEnabled } from "../validation.ts";
import { scoped } from "./gradients.ts";
import { sitesOf } from "./pair.ts";
import { sampledOnly } from "./posterior-data.ts";
import type { PredictiveOptions } from "./predictive.ts";
import type { Program } from "./program.ts";

const PLATE = "_num_predictive_samples";

/** What one plain run of the model says of a site. */
interface Outline {
  readonly shape: readonly number[];
  readonly eventDim: number;
}

/**
 * @returns the values of each site, `[count, ...shape]`
 * @throws where a site does not keep the draws apart, naming it
 */
export function drawTogether<A extends unknown[]>(
  model: Program<A>,
  { guide, posteriorSamples = {} }: PredictiveOptions<A>,
  count: number,
  args: A,
): Record<string, tf.Tensor> {
  const outline = outlineOf(model, args);
  const axes = Math.max(0, ...[...outline.values()].map(({ shape, eventDim }) => shape.length - eventDim));
  const together = (program: Program<A>): Trace => {
    const draws = new Plate(PLATE, count, { dim: -axes - 1 });
    return trace((...a: A) => draws.run(() => program(...a))).getTrace(...args);
  };
  const data: Record<string, tf.Tensor> = {};
  for (const [name, all] of Object.entries(posteriorSamples)) {
    const chosen = all.shape[0] === count ? all : tf.slice(all, 0, count);
    put(data, name, aligned(chosen, axes, outline.get(name)));
  }
  let program: Program<A> = condition(model, { data: lookup(sampledOnly(data)) });
  if (guide !== undefined) program = replay(program, { trace: together(guide as Program<A>) });
  const run = together(program);
  const values: Record<string, tf.Tensor> = {};
  for (const site of sitesOf(run)) {
    if (site.value !== undefined) put(values, site.name, apart(site, count, outline.get(site.name)));
  }
  if (validationEnabled()) checkApart(model, args, run, values, count);
  return values;
}

function outlineOf<A extends unknown[]>(model: Program<A>, args: A): Map<string, Outline> {
  return scoped(() => {
    const sites = sitesOf(trace(model).getTrace(...args));
    return new Map(
      sites.map((site) => [site.name, { shape: site.value?.shape ?? [], eventDim: eventDimOf(site) }]),
    );
  });
}

/** A deterministic value says that all its axes are one event; those of its plates are not. */
function eventDimOf({ fn, value, infer, condIndepStack }: SampleSite): number {
  if (infer._deterministic !== true) return fn.eventDim;
  const plates = Math.max(0, ...condIndepStack.map(({ dim }) => -(dim ?? 0)));
  return Math.max(0, (value?.rank ?? 0) - plates);
}

/** `[count, ...shape]` with axes of length 1 where the site has fewer batch axes than the model. */
function aligned(all: tf.Tensor, axes: number, outline: Outline | undefined): tf.Tensor {
  if (outline === undefined) return all;
  const [count = 0, ...shape] = all.shape;
  const free = Math.max(0, axes - (shape.length - outline.eventDim));
  return tf.reshape(all, [count, ...new Array<number>(free).fill(1), ...shape]);
}

/** The values of a site with the draws along the first axis. */
function apart(site: SampleSite, count: number, outline: Outline | undefined): tf.Tensor {
  const value = site.value as tf.Tensor;
  const shape = [...(outline?.shape ?? value.shape.slice(1))];
  // What does not depend on a draw is the same for all of them.
  if (sameShape(value.shape, shape)) return tf.tile(tf.expandDims(value), [count, ...shape.map(() => 1)]);
  // Axes of length 1 stand for plates of the model that the site is not in.
  const long = (lengths: readonly number[]) => lengths.filter((n) => n !== 1);
  if (sameShape(long(value.shape), long([count, ...shape]))) return tf.reshape(value, [count, ...shape]);
  throw mixed(site.name, {
    expected: `${count} draws of shape [${shape.join(", ")}]`,
    got: `shape [${value.shape.join(", ")}]`,
  });
}

/**
 * Runs the model on the first and the last draw alone, and compares: a model that sums over all draws, or takes one
 * for another, may well have the right shapes.
 * @throws naming the first site that is not the same
 */
function checkApart<A extends unknown[]>(
  model: Program<A>,
  args: A,
  run: Trace,
  values: Readonly<Record<string, tf.Tensor>>,
  count: number,
): void {
  const together = new Map(
    sitesOf(run).map((site) => [site.name, statistic(site, count, values[site.name])]),
  );
  for (const draw of new Set([0, count - 1])) {
    const alone = scoped(() => {
      const single = trace(replay(model, { trace: oneOf(run, values, draw) })).getTrace(...args);
      return sitesOf(single).map((site) => ({ site, one: statistic(site, 1) }));
    });
    for (const { site, one } of alone) {
      const all = together.get(site.name);
      if (one === undefined || all === undefined) continue;
      const [want = 0, got = 0] = [one[0], all[draw]];
      if (!(Math.abs(want - got) > 1e-3 * (1 + Math.abs(want)))) continue;
      const what = isDeterministic(site) ? "a total" : "a log-density";
      throw mixed(site.name, {
        expected: `${what} of ${want} for draw ${draw}, as when it is made alone`,
        got: String(got),
      });
    }
  }
}

/** The trace of one draw, to be replayed: index sets as they are. */
function oneOf(run: Trace, values: Readonly<Record<string, tf.Tensor>>, draw: number): Trace {
  const one = run.copy();
  for (const site of run.sampleSites()) {
    const value = values[site.name];
    const single = value === undefined ? site.value : tf.gather(value, draw);
    one.nodes.set(site.name, { ...site, value: single, isObserved: false, condIndepStack: [] });
  }
  return one;
}

function isDeterministic(site: SampleSite): boolean {
  return site.infer._deterministic === true;
}

/** One number for each draw: the log-density of its value (undefined if it has none), or the total of a deterministic one. */
function statistic(site: SampleSite, draws: number, value = site.value): Float32Array | undefined {
  try {
    const terms = isDeterministic(site) ? (value as tf.Tensor) : scoreSite(site).unscaledLogProb;
    return tf.sum(tf.reshape(terms, [draws, -1]), 1).dataSync() as Float32Array;
  } catch (error) {
    if (error instanceof PyroError) return undefined;
    throw error;
  }
}

function mixed(name: string, parts: { expected: string; got: string }): Error {
  return pyroError({
    what: "The model does not keep the draws of a parallel Predictive apart",
    where: `site "${name}"`,
    ...parts,
    try: "count the axes of the model from the right (negative ones) in sums and look-ups, or leave out parallel: true",
  });
}
