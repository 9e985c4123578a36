import * as tf from "@tensorflow/tfjs-core";
import { scoreSite } from "../poutine/site-score.ts";
import { baselineOf } from "./baseline.ts";
import { downstreamOf } from "./downstream.ts";
import { ElboEstimator, type Estimate } from "./elbo-estimator.ts";
import { detach, type LiveParams } from "./gradients.ts";
import { sitesOf, tracePair } from "./pair.ts";
import type { Program } from "./program.ts";
import { sumTerms, total } from "./site-terms.ts";

/**
 * The ELBO with gradients of lower variance where latent sites of the guide are not reparameterised: each score
 * is multiplied only by the costs downstream of its site (see `downstream.ts`), less a baseline if the site has one
 * (see `baseline.ts`). The estimator of Schulman et al. 2015 (https://arxiv.org/abs/1506.05254). Where
 * everything is reparameterised it is `Trace_ELBO`.
 *
 * @example sample("z", dist.Bernoulli(p), { baseline: { useDecayingAvgBaseline: true, baselineBeta: 0.95 } })
 */
export class TraceGraph_ELBO extends ElboEstimator {
  protected particle<A extends unknown[]>(
    model: Program<A>,
    guide: Program<A>,
    args: A,
    params?: LiveParams,
  ): Estimate {
    const pair = tracePair(model, guide, args, params);
    const logP = sitesOf(pair.model).map((site) => total(scoreSite(site).logProb));
    const sites = sitesOf(pair.guide).map(scoreSite);
    const scored = sites.filter((site) => !site.isObserved && !site.fn.hasRsample);
    const constant = scored.map((site) => detach(total(site.logProb)));
    const pathwise = sites.filter((site) => !scored.includes(site)).map((site) => total(site.logProb));

    const partial = tf.sub(sumTerms(pathwise), sumTerms(logP));
    if (scored.length === 0) return { loss: partial, surrogate: partial };
    const loss = tf.add(detach(partial), sumTerms(constant));
    let surrogate: tf.Tensor | undefined;
    return {
      loss,
      // Whoever wants the loss alone does not pay for this, and moves no baseline.
      get surrogate() {
        surrogate ??= sumTerms([
          partial,
          ...downstreamOf(pair, scored).flatMap(({ site, score, cost }) => {
            const baseline = baselineOf(site, cost);
            const advantage = baseline === undefined ? cost : tf.sub(cost, baseline.value);
            const term = tf.neg(total(tf.mul(score, advantage)));
            return baseline?.loss === undefined ? [term] : [term, baseline.loss];
          }),
        ]);
        return surrogate;
      },
    };
  }
}
