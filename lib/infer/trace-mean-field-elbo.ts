import * as tf from "@tensorflow/tfjs-core";
import { masked } from "../distributions/distribution.ts";
import { hasKl, kl, MaskedDistribution } from "../distributions/index.ts";
import { PyroError } from "../errors.ts";
import type { SampleSite } from "../poutine/message.ts";
import { scoreSite } from "../poutine/site-score.ts";
import { ElboEstimator, type Estimate } from "./elbo-estimator.ts";
import { detach, type LiveParams } from "./gradients.ts";
import { sitesOf, tracePair } from "./pair.ts";
import { refuseScore } from "./particles.ts";
import type { Program } from "./program.ts";
import { sumTerms, total } from "./site-terms.ts";

/**
 * The ELBO with the divergence from guide to prior in closed form at each latent site where one is known
 * (`dist.kl`), which takes away the noise of its estimate. Other sites are treated as in `Trace_ELBO`.
 *
 * A closed form is right where the model's distribution of a site depends only on sites that the guide draws
 * before it; a site of which the model knows one that the guide draws later is treated as in `Trace_ELBO`.
 */
export class TraceMeanField_ELBO extends ElboEstimator {
  protected particle<A extends unknown[]>(
    model: Program<A>,
    guide: Program<A>,
    args: A,
    params?: LiveParams,
    particles?: number,
  ): Estimate {
    const pair = tracePair(model, guide, args, params);
    const guideSites = sitesOf(pair.guide);
    const drawn = new Map(guideSites.map((site, position) => [site.name, { site, position }]));
    /** The terms of the loss; where a divergence is known, of both programs at once. */
    const terms: tf.Tensor[] = [];
    const known = new Set<string>();
    /** Where in the guide the last of the sites stands that the model has met. */
    let latest = -1;
    for (const site of sitesOf(pair.model)) {
      const q = site.isObserved ? undefined : drawn.get(site.name);
      const inOrder = q !== undefined && q.position > latest;
      latest = Math.max(latest, q?.position ?? -1);
      const divergence = inOrder ? divergenceOf(q.site, site) : undefined;
      if (divergence === undefined) terms.push(tf.neg(total(scoreSite(site).logProb)));
      else {
        known.add(site.name);
        terms.push(divergence);
      }
    }
    const constant: tf.Tensor[] = [];
    const scores: tf.Tensor[] = [];
    for (const site of guideSites) {
      const pathwise = site.isObserved || site.fn.hasRsample;
      if (!pathwise && particles !== undefined) throw refuseScore(site, "TraceMeanField_ELBO");
      if (!pathwise) scores.push(total(scoreSite(site).unscaledLogProb));
      if (known.has(site.name)) continue;
      const term = total(scoreSite(site).logProb);
      if (pathwise) terms.push(term);
      else constant.push(detach(term));
    }
    const partial = sumTerms(terms);
    if (scores.length === 0) return { loss: partial, surrogate: partial };
    const loss = tf.add(detach(partial), sumTerms(constant));
    return { loss, surrogate: tf.add(partial, tf.mul(sumTerms(scores), loss)) };
  }
}

/** The divergence of a site, scaled and masked as its score would be; undefined where no closed form is known. */
function divergenceOf(q: SampleSite, p: SampleSite): tf.Tensor | undefined {
  // Where guide and model count a site differently there is no one divergence.
  const different = q.scale !== p.scale || q.mask !== p.mask;
  const masks = [q, p].some(({ fn }) => fn instanceof MaskedDistribution);
  if (different || masks || !hasKl(q.fn, p.fn)) return undefined;
  const plain = attempt(() => kl(q.fn, p.fn));
  if (plain === undefined) return undefined;
  const counted = p.mask === undefined ? plain : masked(plain, p.mask);
  return total(p.scale === 1 ? counted : tf.mul(counted, p.scale));
}

/** A rule may need a moment or an entropy that a distribution lacks. */
function attempt(f: () => tf.Tensor): tf.Tensor | undefined {
  try {
    return f();
  } catch (error) {
    if (error instanceof PyroError) return undefined;
    throw error;
  }
}
