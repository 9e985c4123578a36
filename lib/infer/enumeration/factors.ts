import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import type { SampleSite } from "../../poutine/message.ts";
import { scoreSite } from "../../poutine/site-score.ts";
import { enumerated } from "./enumerate.ts";

/**
 * Summing out the enumerated sites of the model. A factor is a log-density over plates (the last axes) and enumerated
 * sites (axes left of them). A site is summed out where its plates are: factors in more plates than it has are first
 * multiplied over those, that is, their logarithms added.
 */
export interface Factor {
  /** Not scaled by subsampling. */
  readonly log: tf.Tensor;
  /** Batch axes of its plates, negative. */
  readonly plates: ReadonlySet<number>;
  readonly scale: tf.Tensor | number;
  /** For errors. */
  readonly name: string;
}

/**
 * The density of a site.
 * @param nesting how many axes belong to plates; those of them that are none of the site's plates are its own, and summed
 */
export function factorOf(site: SampleSite, nesting: number): Factor {
  const plates = platesOf(site);
  const { unscaledLogProb: log } = scoreSite(site);
  const own = log.shape.flatMap((n, axis) => {
    const dim = axis - log.rank;
    return n > 1 && dim >= -nesting && !plates.has(dim) ? [axis] : [];
  });
  return {
    log: own.length === 0 ? log : tf.sum(log, own, true),
    plates,
    scale: site.scale,
    name: site.name,
  };
}

export function platesOf({ condIndepStack }: SampleSite): Set<number> {
  return new Set(condIndepStack.flatMap(({ vectorized, dim }) => (vectorized && dim !== null ? [dim] : [])));
}

/** Whether a tensor varies along an axis counted from the right. */
export function varies(x: tf.Tensor, dim: number): boolean {
  return x.rank + dim >= 0 && (x.shape[x.rank + dim] ?? 1) > 1;
}

/** The factors that are left when all these sites are summed out, the ones in most plates first. */
export function sumOut(factors: readonly Factor[], sites: readonly SampleSite[]): Factor[] {
  let left = [...factors];
  const order = [...sites].sort((a, b) => platesOf(b).size - platesOf(a).size);
  for (const site of order) {
    const dim = enumerated(site)?.dim;
    if (dim === undefined) continue;
    const plates = platesOf(site);
    const mine = left.filter(({ log, name }) => varies(log, dim) || name === site.name);
    const parts = mine.map((factor) => within(factor, plates, site));
    const [first, ...rest] = parts;
    if (first === undefined) continue;
    const joint = rest.reduce((sum, part) => tf.add(sum, part), first);
    const log = joint.rank + dim >= 0 ? logSumExp(joint, joint.rank + dim) : joint;
    const summed: Factor = { log, plates, scale: site.scale, name: `sum over ${site.name}` };
    left = [...left.filter((factor) => !mine.includes(factor)), summed];
  }
  return left;
}

/** A factor multiplied over the plates that the site does not stand in; subsampled ones count as often as they should. */
function within(factor: Factor, plates: ReadonlySet<number>, site: SampleSite): tf.Tensor {
  for (const dim of plates) if (!factor.plates.has(dim)) throw mixed(factor.name, site.name);
  const extra = [...factor.plates].filter((dim) => !plates.has(dim) && factor.log.rank + dim >= 0);
  if (extra.length === 0) return factor.log;
  const axes = extra.map((dim) => factor.log.rank + dim);
  const summed = tf.sum(factor.log, axes, true);
  if (factor.scale === site.scale) return summed;
  return tf.mul(summed, tf.div(factor.scale, site.scale));
}

/** log sum exp along one axis, which stays with length 1; finite scores only (see finite-scores.ts). */
function logSumExp(x: tf.Tensor, axis: number): tf.Tensor {
  return tf.logSumExp(x, axis, true);
}

/** What would need a sum over all combinations of a plate's elements. */
export function mixed(factor: string, site: string): Error {
  return pyroError({
    what: `Site "${factor}" depends on all elements of the enumerated site "${site}" at once`,
    where: `site "${factor}"`,
    expected: `"${factor}" inside the plates of "${site}"`,
    try: `a sequential plate around "${site}", or the score function (TraceGraph_ELBO)`,
  });
}
