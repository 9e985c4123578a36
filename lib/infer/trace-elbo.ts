import * as tf from "@tensorflow/tfjs-core";
import { scoreSite } from "../poutine/site-score.ts";
import { ElboEstimator, type Estimate } from "./elbo-estimator.ts";
import { detach, type LiveParams } from "./gradients.ts";
import { sitesOf, tracePair } from "./pair.ts";
import type { Program } from "./program.ts";
import { keepDims, sumTerms, total } from "./site-terms.ts";

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
    particles?: number,
  ): Estimate {
    const pair = tracePair(model, guide, args, params);
    // Each particle has a log p - log q of its own.
    const alone = particles === undefined ? new Set<number>() : new Set([particles]);
    const sum = (x: tf.Tensor) => keepDims(x, alone);
    const logP = sitesOf(pair.model).map((site) => sum(scoreSite(site).logProb));

    /** Terms of log q with a path derivative, without one, and the unscaled scores of the latter. */
    const pathwise: tf.Tensor[] = [];
    const constant: tf.Tensor[] = [];
    const scores: tf.Tensor[] = [];
    for (const site of sitesOf(pair.guide)) {
      const { logProb, unscaledLogProb } = scoreSite(site);
      if (site.isObserved || site.fn.hasRsample) {
        pathwise.push(sum(logProb));
      } else {
        constant.push(detach(sum(logProb)));
        scores.push(sum(unscaledLogProb));
      }
    }

    const partial = tf.sub(sumTerms(pathwise), sumTerms(logP));
    if (scores.length === 0) {
      const loss = total(partial);
      return { loss, surrogate: loss };
    }
    const loss = tf.add(detach(partial), sumTerms(constant));
    const surrogate = tf.add(partial, tf.mul(sumTerms(scores), loss));
    return { loss: total(loss), surrogate: total(surrogate) };
  }
}
