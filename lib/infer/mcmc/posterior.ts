import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { block } from "../../poutine/block.ts";
import { inferConfig } from "../../poutine/infer-config.ts";
import { lookup } from "../../poutine/lookup.ts";
import type { InferOptions, SampleSite, Site } from "../../poutine/message.ts";
import { sitePdf } from "../../poutine/site-score.ts";
import { substitute } from "../../poutine/substitute.ts";
import { trace } from "../../poutine/trace.ts";
import type { InitFunction } from "../auto/init.ts";
import { isSubsampled, latentSites } from "../auto/latent-site.ts";
import { LatentVector } from "../auto/latent-vector.ts";
import { EnumDims, EnumerateMessenger, enumerated } from "../enumeration/enumerate.ts";
import { factorOf, sumOut } from "../enumeration/factors.ts";
import { expectation, weighing } from "../enumeration/weights.ts";
import { scoped } from "../gradients.ts";
import { plateNesting } from "../nesting.ts";
import { sitesOf } from "../pair.ts";
import type { Program } from "../program.ts";
import { sumTerms } from "../site-terms.ts";

/**
 * A posterior as samplers see it: a function of one unconstrained vector. Sites with bounds are mapped to the whole line
 * by `bijectTo(support)`, with the change of volume counted; discrete sites with a finite support are summed out.
 */
export class Posterior<A extends unknown[] = unknown[]> {
  readonly vector: LatentVector;
  readonly #model: Program<A>;
  readonly #args: A;
  /** Sites that the model computes. Where sites are summed out, none: they may have a value for each of theirs. */
  readonly deterministic: readonly string[];
  /** Batch axes of the model; only where there is something to sum out. */
  readonly #plates: number | undefined;

  /** @throws for a site that cannot be sampled by its gradient, and for a subsampled plate, naming them */
  constructor(model: Program<A>, args: A, init: InitFunction) {
    this.#model = inferConfig(model, { configFn: summedOut }) as Program<A>;
    this.#args = args;
    this.vector = new LatentVector(latentSites(this.#model, args, init));
    if (this.vector.size === 0) throw nothingToSample();
    const { summed, deterministic } = this.#check();
    this.deterministic = summed ? [] : deterministic;
    this.#plates = summed ? plateNesting(this.#model, nothing as Program<A>, args) : undefined;
  }

  /** A point to start at, on the unconstrained scale. */
  point(init: InitFunction): Float64Array {
    return scoped(() => {
      const sites = latentSites(this.#model, this.#args, init);
      return Float64Array.from(new LatentVector(sites).initial().dataSync());
    });
  }

  /** The log-density of model and data, up to a constant: `latent` of shape `[vector.size]`. */
  logDensity(latent: tf.Tensor): tf.Scalar {
    const { values, logVolume } = this.vector.constrain(latent);
    const sites = this.#run(values);
    const summed = sites.filter((site) => enumerated(site) !== undefined);
    if (summed.length === 0) return sumTerms([...sites.map(sitePdf), logVolume]) as tf.Scalar;
    const plates = this.#plates ?? 0;
    const factors = sumOut(
      sites.map((site) => factorOf(site, plates)),
      summed,
    );
    const weights = weighing([]);
    return sumTerms([...factors.map((factor) => expectation(factor, weights)), logVolume]) as tf.Scalar;
  }

  /** The first site whose log-density at a vector is not a finite number, with that number. */
  culprit(latent: Float64Array): { site: string; value: string; logDensity: number } | undefined {
    return tf.tidy(() => {
      const { values } = this.vector.constrain(tf.tensor1d(Float32Array.from(latent)));
      for (const site of this.#run(values)) {
        const logDensity = tf.sum(sitePdf(site)).dataSync()[0] ?? Number.NaN;
        if (!Number.isFinite(logDensity))
          return { site: site.name, value: preview(site.value as tf.Tensor), logDensity };
      }
      return undefined;
    });
  }

  #run(values: Record<string, tf.Tensor>): SampleSite[] {
    const given = substitute(this.#model, { data: lookup(values) });
    const messenger = new EnumerateMessenger(new EnumDims(this.#plates ?? 0), false);
    const run = (...a: A) => messenger.run(() => given(...a));
    return sitesOf(block((...a: A) => trace(run).getTrace(...a)).invoke(...this.#args));
  }

  /** @returns whether there are sites to sum out, and the names of those that are computed */
  #check(): { summed: boolean; deterministic: readonly string[] } {
    return scoped(() => {
      const run = block((...a: A) => trace(this.#model).getTrace(...a)).invoke(...this.#args);
      const subsample = [...run.sampleSites()].find((site) => site.isSubsample === true);
      const site = sitesOf(run).find(({ condIndepStack }) => condIndepStack.some(isSubsampled));
      const plate = subsample?.name ?? site?.condIndepStack.find(isSubsampled)?.name;
      if (plate !== undefined) throw subsampled(plate);
      return {
        summed: sitesOf(run).some((s) => !s.isObserved && s.infer.enumerate === "parallel"),
        deterministic: sitesOf(run)
          .filter((s) => s.infer._deterministic === true)
          .map(({ name }) => name),
      };
    });
  }
}

const nothing = (): undefined => undefined;

function summedOut(site: Site): InferOptions | undefined {
  if (site.type !== "sample" || site.isObserved || site.isSubsample === true) return undefined;
  if (!site.fn.support.isDiscrete) return undefined;
  if (!site.fn.hasEnumerateSupport) {
    throw pyroError({
      what: "A discrete site without a finite support cannot be sampled by a gradient, nor summed out",
      where: `site "${site.name}"`,
      got: String(site.fn),
      try: "observe it, or put a continuous distribution in its place",
    });
  }
  return { enumerate: "parallel" };
}

function subsampled(plate: string): Error {
  return pyroError({
    what: "MCMC needs the whole likelihood, and a subsampled plate gives another one at each evaluation",
    where: `plate "${plate}"`,
    try: "the plate without subsampleSize; or SVI, which is made for batches",
  });
}

function nothingToSample(): Error {
  return pyroError({
    what: "The model has no latent continuous site to sample",
    where: "MCMC",
    try: "sample a site without obs; Search or TraceEnum_ELBO are exact where all sites are discrete",
  });
}

function preview(value: tf.Tensor): string {
  const numbers = Array.from(value.dataSync().slice(0, 4), (x) => Number(x.toPrecision(4)));
  const shape = value.rank === 0 ? "" : ` of shape [${value.shape.join(", ")}]`;
  return `${numbers.join(", ")}${value.size > 4 ? ", ..." : ""}${shape}`;
}
