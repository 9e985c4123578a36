import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { pollInterrupt } from "../interrupt.ts";
import type { SampleSite } from "../poutine/message.ts";
import { replay } from "../poutine/replay.ts";
import { scoreSite } from "../poutine/site-score.ts";
import { trace } from "../poutine/trace.ts";
import type { Trace } from "../poutine/trace-struct.ts";
import { ElboEstimator, type ElboOptions, type Estimate } from "./elbo-estimator.ts";
import { branchesOf } from "./enumeration/branches.ts";
import { EnumerateMessenger, enumerated } from "./enumeration/enumerate.ts";
import { type Factor, factorOf, sumOut } from "./enumeration/factors.ts";
import { expectation, weighing } from "./enumeration/weights.ts";
import { detach, type LiveParams } from "./gradients.ts";
import { whyNoData } from "./missing-data.ts";
import { plateNesting } from "./nesting.ts";
import { addParams, sitesOf, withoutData } from "./pair.ts";
import { refuseScore } from "./particles.ts";
import type { Program } from "./program.ts";
import { sumTerms, total } from "./site-terms.ts";

export type TraceEnumOptions = ElboOptions;

/**
 * The ELBO with discrete sites summed over in place of drawn.
 *
 * In the guide every enumerable latent site is: single values one after the other, guide and model running once for
 * each (values drawn before stay the same); batches in plates all at once, along an axis left of the plates. In
 * the model a latent site with `infer: { enumerate: "parallel" }` that the guide does not have is summed out
 * exactly. Costs of a guide's site are weighted by its probability, so gradients need no score function.
 */
export class TraceEnum_ELBO extends ElboEstimator {
  readonly #nesting: number | undefined;
  readonly #found = new WeakMap<object, number>();

  constructor(options: TraceEnumOptions = {}) {
    super(options);
    this.#nesting = options.maxPlateNesting;
  }

  protected particle<A extends unknown[]>(
    model: Program<A>,
    guide: Program<A>,
    args: A,
    params?: LiveParams,
    particles?: number,
  ): Estimate {
    const plates = this.#plates(model, guide, args);
    const losses: tf.Tensor[] = [];
    const surrogates: tf.Tensor[] = [];
    for (const { guideTrace, dims } of branchesOf(guide, args, plates)) {
      pollInterrupt();
      const messenger = new EnumerateMessenger(dims, false);
      const run = (...a: A) => messenger.run(() => replay(model, { trace: guideTrace })(...a));
      const modelTrace = trace(run).getTrace(...args);
      for (const program of [guideTrace, modelTrace]) if (params !== undefined) addParams(program, params);
      checkLatent(guideTrace, modelTrace, () => whyNoData(model, args));
      const { loss, surrogate } = branch(guideTrace, modelTrace, plates, particles !== undefined);
      losses.push(loss);
      surrogates.push(surrogate);
    }
    const same = losses.every((loss, i) => loss === surrogates[i]);
    const loss = sumTerms(losses);
    return { loss, surrogate: same ? loss : sumTerms(surrogates) };
  }

  #plates<A extends unknown[]>(model: Program<A>, guide: Program<A>, args: A): number {
    const known = this.#nesting ?? this.#found.get(model);
    if (known !== undefined) return known;
    const plates = plateNesting(model, guide, args);
    this.#found.set(model, plates);
    return plates;
  }
}

/** The share of one branch in the loss. */
function branch(guide: Trace, model: Trace, plates: number, together: boolean): Estimate {
  const guideSites = sitesOf(guide);
  const weights = weighing(guideSites);
  const inModel = sitesOf(model);
  const summedOut = inModel.filter((site) => enumerated(site) !== undefined && !guide.has(site.name));
  const costs: Factor[] = sumOut(
    inModel.map((site) => factorOf(site, plates)),
    summedOut,
  );
  const negative = guideSites.map((site): Factor => {
    const factor = factorOf(site, plates);
    return { ...factor, log: tf.neg(factor.log) };
  });

  const scored = guideSites.filter((s) => !s.isObserved && !s.fn.hasRsample && enumerated(s) === undefined);
  const elbo = sumTerms([...costs, ...negative].map((factor) => expectation(factor, weights)));
  const loss = tf.neg(elbo);
  if (scored.length === 0) return { loss, surrogate: loss };
  const scores = scored.map((site) => {
    if (together) throw refuseScore(site, "TraceEnum_ELBO");
    weights.refuse(site);
    return total(scoreSite(site).unscaledLogProb);
  });
  const constant = detach(loss);
  return { loss: constant, surrogate: tf.add(loss, tf.mul(sumTerms(scores), constant)) };
}

function checkLatent(guide: Trace, model: Trace, why: () => string): void {
  const has = (site: SampleSite) => guide.has(site.name) || enumerated(site) !== undefined;
  const missing = sitesOf(model).find((site) => !site.isObserved && !has(site));
  if (missing?.lacksData === true) throw withoutData(missing.name, guide, why());
  if (missing !== undefined) {
    throw pyroError({
      what: `The guide has no site "${missing.name}", which is latent in the model`,
      where: `site "${missing.name}"`,
      expected: `sample("${missing.name}", ...) in the guide`,
      try: missing.fn.hasEnumerateSupport
        ? 'mark it in the model with { infer: { enumerate: "parallel" } } to have it summed out'
        : "add the site to the guide",
    });
  }
  const unknown = sitesOf(guide).find(
    (site) => !model.has(site.name) && !site.isObserved && site.infer.isAuxiliary !== true,
  );
  if (unknown === undefined) return;
  throw pyroError({
    what: `The guide has a site "${unknown.name}" that the model has not`,
    where: `site "${unknown.name}"`,
    expected: `one of the model's latent sites: ${model.stochasticNodes.join(", ")}`,
  });
}
