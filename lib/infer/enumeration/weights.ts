import * as tf from "@tensorflow/tfjs-core";
import type { SampleSite } from "../../poutine/message.ts";
import { scoreSite } from "../../poutine/site-score.ts";
import { total } from "../site-terms.ts";
import { enumerated, refusal } from "./enumerate.ts";
import { type Factor, mixed, platesOf, varies } from "./factors.ts";

/** The probabilities of the values that a guide's sites were given. */
export interface Weights {
  /** Of the sites that a tensor depends on, and of those that they depend on; undefined if there are none. */
  of(factor: Factor): Weight | undefined;
  /** @throws for a site that is drawn anew for each value of an enumerated one and not reparameterised */
  refuse(site: SampleSite): void;
}

interface Weight {
  readonly probability: tf.Tensor;
  /** False where the probability is exactly 0. */
  readonly possible: tf.Tensor;
}

interface Entry {
  readonly site: SampleSite;
  readonly dim: number | undefined;
  readonly logQ: tf.Tensor;
  readonly possible: tf.Tensor;
  readonly plates: ReadonlySet<number>;
}

export function weighing(sites: readonly SampleSite[]): Weights {
  const entries = sites.flatMap((site): Entry[] => {
    const info = enumerated(site);
    if (info === undefined) return [];
    const logQ = scoreSite(site).unscaledLogProb;
    return [{ site, dim: info.dim, logQ, possible: info.possible, plates: platesOf(site) }];
  });
  const made = new Map<string, Weight>();

  const closure = ({ log, plates, name }: Factor): Entry[] => {
    // A value that was tried by itself holds for the whole branch.
    const chosen = new Set(entries.filter(({ dim }) => dim === undefined));
    const tensors = [log, ...[...chosen].map(({ logQ }) => logQ)];
    for (let tensor = tensors.pop(); tensor !== undefined; tensor = tensors.pop()) {
      for (const entry of entries) {
        if (entry.dim === undefined || chosen.has(entry) || !varies(tensor, entry.dim)) continue;
        for (const dim of entry.plates) if (!plates.has(dim)) throw mixed(name, entry.site.name);
        chosen.add(entry);
        tensors.push(entry.logQ);
      }
    }
    return entries.filter((entry) => chosen.has(entry));
  };

  return {
    of(factor) {
      const chosen = closure(factor);
      const [first, ...rest] = chosen;
      if (first === undefined) return undefined;
      const key = chosen.map(({ site }) => site.name).join("\n");
      const known = made.get(key);
      if (known !== undefined) return known;
      const logQ = rest.reduce((sum, entry) => tf.add(sum, entry.logQ), first.logQ);
      const possible = rest.reduce<tf.Tensor>(
        (all, entry) => tf.logicalAnd(all, entry.possible),
        first.possible,
      );
      const weight = { probability: tf.where(possible, tf.exp(logQ), 0), possible };
      made.set(key, weight);
      return weight;
    },
    refuse(site) {
      const { unscaledLogProb } = scoreSite(site);
      const cause = entries.find(({ dim }) => dim !== undefined && varies(unscaledLogProb, dim));
      if (cause === undefined) return;
      const expected = `a reparameterised distribution, or "${site.name}" before "${cause.site.name}"`;
      throw refusal(cause.site, `"${site.name}", which has no path derivative, is drawn after it`, expected);
    },
  };
}

/** The sum of a factor's elements, each as often as its sites have those values, scaled by subsampling: a scalar. */
export function expectation(factor: Factor, weights: Weights): tf.Tensor {
  const weight = weights.of(factor);
  let { log } = factor;
  if (weight !== undefined) log = tf.mul(weight.probability, tf.where(weight.possible, log, 0));
  const { scale } = factor;
  if (typeof scale !== "number") return total(tf.mul(log, scale));
  return scale === 1 ? total(log) : tf.mul(total(log), scale);
}
