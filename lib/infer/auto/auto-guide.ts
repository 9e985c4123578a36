import * as tf from "@tensorflow/tfjs-core";
import { bijectTo, type Transform } from "../../distributions/index.ts";
import { pyroError } from "../../errors.ts";
import { block } from "../../poutine/block.ts";
import type { SampleSite } from "../../poutine/message.ts";
import { trace } from "../../poutine/trace.ts";
import { sitesOf } from "../pair.ts";
import type { Program } from "../program.ts";
import { type InitStrategy, initialValue } from "./init.ts";

export interface AutoGuideOptions {
  /** Where the guide starts at each site (default "feasible"). */
  initStrategy?: InitStrategy;
  /** First part of the parameters' names (default the class's name). */
  prefix?: string;
}

/** What a guide has to know of one latent site of the model. */
export interface LatentSite {
  readonly name: string;
  readonly support: SampleSite["fn"]["support"];
  /** From the real numbers to the support. */
  readonly transform: Transform;
  /** Shape of the value, batch and event together. */
  readonly shape: readonly number[];
  /** How many of the last axes are one value. */
  readonly eventDim: number;
  /** Initial value on the unconstrained scale. */
  readonly initial: { readonly shape: readonly number[]; readonly values: Float32Array };
}

export interface AutoGuide<A extends unknown[]> {
  /** Runs the guide: draws every latent site of the model. */
  // biome-ignore lint/style/useShorthandFunctionType: it merges with the class
  (...args: A): Record<string, tf.Tensor>;
}

/**
 * A guide made from a model: it runs the model once to see its latent sites, and then draws each of them.
 * An instance is itself the guide: `new SVI(model, new AutoNormal(model), optim)`.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor returns a function, which the interface says
export abstract class AutoGuide<A extends unknown[] = unknown[]> {
  declare readonly model: Program<A>;
  declare readonly prefix: string;
  declare protected readonly initStrategy: InitStrategy;
  declare protected known: readonly LatentSite[] | undefined;

  constructor(model: Program<A>, { initStrategy = "feasible", prefix }: AutoGuideOptions = {}) {
    const self = (...args: A): Record<string, tf.Tensor> => (self as unknown as AutoGuide<A>).draw(args);
    Object.setPrototypeOf(self, new.target.prototype);
    // biome-ignore lint/correctness/noConstructorReturn: instances are callable
    return Object.assign(self, {
      model,
      initStrategy,
      prefix: prefix ?? new.target.name,
      known: undefined,
    }) as unknown as this;
  }

  /** Draw one site inside the guide. */
  protected abstract drawSite(site: LatentSite): tf.Tensor;
  /** The middle of one site's distribution. */
  protected abstract medianOf(site: LatentSite): tf.Tensor;

  /** The median of each latent site, once the guide has run. */
  median(): Record<string, tf.Tensor> {
    return tf.tidy(() => Object.fromEntries(this.sites().map((site) => [site.name, this.medianOf(site)])));
  }

  /** A draw of each latent site, once the guide has run. */
  sample(): Record<string, tf.Tensor> {
    return tf.tidy(() => {
      const draw = () => Object.fromEntries(this.sites().map((site) => [site.name, this.drawSite(site)]));
      return block(draw).invoke();
    });
  }

  /** The model's latent sites. @throws before the guide has run for the first time */
  protected sites(): readonly LatentSite[] {
    if (this.known !== undefined) return this.known;
    throw pyroError({
      what: "The guide does not know the model's sites yet",
      where: this.prefix,
      try: "run it once, as a step of SVI does: guide(...args)",
    });
  }

  private draw(args: A): Record<string, tf.Tensor> {
    this.known ??= latentSites(this.model, args, this.initStrategy);
    return Object.fromEntries(this.known.map((site) => [site.name, this.drawSite(site)]));
  }
}

/** @throws for a site that no guide of continuous sites can draw, naming it */
function latentSites<A extends unknown[]>(
  model: Program<A>,
  args: A,
  strategy: InitStrategy,
): readonly LatentSite[] {
  let sites: readonly LatentSite[] = [];
  tf.tidy(() => {
    const run = block((...a: A) => trace(model).getTrace(...a)).invoke(...args);
    sites = sitesOf(run)
      .filter((site) => !site.isObserved)
      .map((site) => latentSite(site, strategy));
  });
  return sites;
}

function latentSite(site: SampleSite, strategy: InitStrategy): LatentSite {
  const { name, fn } = site;
  const { support } = fn;
  if (support.isDiscrete) {
    throw pyroError({
      what: "An automatic guide cannot draw a discrete site",
      where: `site "${name}"`,
      got: String(fn),
      try: "observe or enumerate the site, hide it with poutine.block, or write a guide for it",
    });
  }
  const batch = site.condIndepStack.find((frame) => frame.subsampleSize !== frame.size);
  if (batch !== undefined) {
    throw pyroError({
      what: "An automatic guide cannot draw a site whose plate is subsampled: it differs from step to step",
      where: `site "${name}", plate "${batch.name}"`,
      try: "write a guide with param(..., { eventDim }) inside the same plate",
    });
  }
  const transform = bijectTo(support);
  const initial = initialValue(site, strategy, (value) => transform.inverse(value));
  return {
    name,
    support,
    transform,
    shape: [...(site.value?.shape ?? [])],
    eventDim: fn.eventDim,
    initial: { shape: [...initial.shape], values: Float32Array.from(initial.dataSync()) },
  };
}

export function initialTensor({ initial }: LatentSite): tf.Tensor {
  return tf.tensor(initial.values.slice(), [...initial.shape]);
}
