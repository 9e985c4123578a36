import * as tf from "@tensorflow/tfjs-core";
import { scoreSite } from "../poutine/site-score.ts";
import { ElboEstimator, type Estimate } from "./elbo-estimator.ts";
import { detach, type LiveParams } from "./gradients.ts";
import { sitesOf, tracePair } from "./pair.ts";
import type { Program } from "./program.ts";
import { sumTerms, total } from "./site-terms.ts";

/**
 * The ELBO from traces of guide and model (Wingate and Weber 2013, https://arxiv.org/abs/1301.1299;
 * Ranganath et al. 2014, https://arxiv.org/abs/1401.0118). Latent sites whose guide has a
 * reparameterised sampler are differentiated along the path of the sample. For the others the gradient is
 * the score function's: the gradient of `log q` (not scaled by subsampling) times the whole, constant
 * `log p - log q`.
 */
export class Trace_ELBO extends ElboEstimator {
  protected particle<A extends unknown[]>(
    model: Program<A>,
    guide: Program<A>,
    args: A,
    params?: LiveParams,
  ): Estimate {
    const pair = tracePair(model, guide, args, params);
    const logP = sitesOf(pair.model).map((site) => total(scoreSite(site).logProb));

    /** Terms of log q with a path derivative, without one, and the unscaled scores of the latter. */
    const pathwise: tf.Tensor[] = [];
    const constant: tf.Tensor[] = [];
    const scores: tf.Tensor[] = [];
    for (const site of sitesOf(pair.guide)) {
      const { logProb, unscaledLogProb } = scoreSite(site);
      if (site.isObserved || site.fn.hasRsample) {
        pathwise.push(total(logProb));
      } else {
        constant.push(detach(total(logProb)));
        scores.push(total(unscaledLogProb));
      }
    }

    const partial = tf.sub(sumTerms(pathwise), sumTerms(logP));
    if (scores.length === 0) return { loss: partial, surrogate: partial };
    const loss = tf.add(detach(partial), sumTerms(constant));
    return { loss, surrogate: tf.add(partial, tf.mul(sumTerms(scores), loss)) };
  }
}
