import * as tf from "@tensorflow/tfjs-core";
import { identifyDenseEdges } from "../poutine/dense.ts";
import type { SampleSite } from "../poutine/message.ts";
import { scoreSite } from "../poutine/site-score.ts";
import type { Trace } from "../poutine/trace-struct.ts";
import { detach } from "./gradients.ts";
import { type Pair, sitesOf } from "./pair.ts";
import { keepDims, sumTerms } from "./site-terms.ts";

/**
 * Rao-Blackwellisation: a score `grad log q(z)` needs to be multiplied only by the terms of log p - log q that
 * `z` can have an influence on; all others have expectation zero there and are noise. Influence is read off the
 * dense graphs: in the guide `z` reaches what is drawn after it (transitively), in the model all that is scored
 * after a site so reached. Iterations of a sequential plate do not reach each other.
 *
 * Within a vectorised plate the same holds for single elements: a term that stands in a plate of `z` is kept
 * element by element, unless the way from `z` to it leads through a site outside that plate, where elements mix.
 * (A mean over a plate that is taken outside it and used inside again is seen only if it is a site.)
 */
export interface Downstream {
  readonly site: SampleSite;
  /** log q(z), not scaled by subsampling; one number for each element of the plates of `z`. */
  readonly score: tf.Tensor;
  /** The downstream terms of log p - log q: a constant that broadcasts with `score`. */
  readonly cost: tf.Tensor;
}

/** Plates of a site by name, with the batch dimension of each. */
type Plates = ReadonlyMap<string, number>;

/** The downstream terms of each of some latent sites of the guide. */
export function downstreamOf(pair: Pair, sites: readonly SampleSite[]): Downstream[] {
  identifyDenseEdges(pair.guide);
  identifyDenseEdges(pair.model);
  const terms = termsOf(pair);
  const results: Downstream[] = [];
  let last: { keys: ReadonlySet<string>; sum: tf.Tensor } | undefined;
  // From the last site to the first: an earlier one mostly has the terms of the later and a few more.
  for (const site of [...sites].reverse()) {
    const plates = platesOf(site);
    const mine = terms.of(site.name, plates);
    const known = last !== undefined && [...last.keys].every((key) => mine.has(key)) ? last : undefined;
    const rest = [...mine].filter(([key]) => known?.keys.has(key) !== true).map(([, term]) => term());
    const sum = sumTerms(known === undefined ? rest : [known.sum, ...rest]);
    last = { keys: new Set(mine.keys()), sum };
    const score = keepDims(scoreSite(site).unscaledLogProb, new Set(plates.values()));
    results.push({ site, score, cost: sum });
  }
  return results.reverse();
}

/** Looks up the terms that a site has an influence on, each summed over the plates that the site is not in. */
function termsOf({ guide, model }: Pair) {
  const guideSites = new Map(sitesOf(guide).map((site) => [site.name, site]));
  const modelSites = new Map(sitesOf(model).map((site) => [site.name, site]));
  const made = new Map<string, tf.Tensor>();

  /** One term; made when it is first asked for. */
  const term = (key: string, site: SampleSite, dims: ReadonlySet<number>, sign: 1 | -1) => () => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const kept = keepDims(detach(scoreSite(site).logProb), dims);
    const result = sign === 1 ? kept : tf.neg(kept);
    made.set(key, result);
    return result;
  };

  const drawn = (site: SampleSite | undefined) =>
    site !== undefined && (!site.isObserved || isComputed(site));

  return {
    of(name: string, plates: Plates): Map<string, () => tf.Tensor> {
      const inGuide = reach(guide, [name], (to) => drawn(guideSites.get(to))).add(name);
      const inModel = follow(model, modelSites, inGuide);
      /** For each plate, the sites where a term can no longer be told apart by elements. */
      const mixed = [...plates].map(([plate, dim]) => {
        const outside = [...inGuide].filter((to) => !standsIn(guideSites.get(to), plate, dim));
        const afterInGuide = reach(guide, outside, (to) => drawn(guideSites.get(to)));
        for (const to of outside) afterInGuide.add(to);
        const computed = [...inModel].filter((to) => {
          const site = modelSites.get(to);
          return site !== undefined && isComputed(site) && !standsIn(site, plate, dim);
        });
        const starts = new Set([...afterInGuide, ...computed]);
        return { plate, dim, inGuide: afterInGuide, inModel: follow(model, modelSites, starts) };
      });

      const found = new Map<string, () => tf.Tensor>();
      const add = (side: "inGuide" | "inModel", site: SampleSite | undefined) => {
        if (site === undefined) return;
        const kept = mixed.filter((m) => !m[side].has(site.name) && standsIn(site, m.plate, m.dim));
        const dims = kept.map(({ dim }) => dim);
        const key = `${side} ${dims.join(",")} ${site.name}`;
        found.set(key, term(key, site, new Set(dims), side === "inModel" ? 1 : -1));
      };
      for (const to of inModel) add("inModel", modelSites.get(to));
      for (const to of inGuide) add("inGuide", guideSites.get(to));
      return found;
    },
  };
}

/** The sites of the model that are scored after values of the guide, with what is computed from those on the way. */
function follow(model: Trace, sites: ReadonlyMap<string, SampleSite>, starts: ReadonlySet<string>) {
  const reached = reach(model, starts, (to) => isComputed(sites.get(to)));
  for (const name of starts) if (sites.has(name)) reached.add(name);
  return reached;
}

/** The sites that edges lead to from `starts`, going on from those that `passes`. */
function reach(graph: Trace, starts: Iterable<string>, passes: (name: string) => boolean): Set<string> {
  const reached = new Set<string>();
  const open = [...starts];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const next of graph.successors(name)) {
      if (reached.has(next)) continue;
      reached.add(next);
      if (passes(next)) open.push(next);
    }
  }
  return reached;
}

/** A `deterministic` site carries on what it is computed from. */
function isComputed(site: SampleSite | undefined): boolean {
  return site?.infer._deterministic === true;
}

function platesOf({ condIndepStack }: SampleSite): Plates {
  const plates = new Map<string, number>();
  for (const { name, vectorized, dim } of condIndepStack)
    if (vectorized && dim !== null) plates.set(name, dim);
  return plates;
}

function standsIn(site: SampleSite | undefined, plate: string, dim: number): boolean {
  return site?.condIndepStack.some((frame) => frame.name === plate && frame.dim === dim) === true;
}
