import * as tf from "@tensorflow/tfjs-core";
import type { Distribution } from "../../distributions/index.ts";
import { pyroError } from "../../errors.ts";
import { checkOptions } from "../../options.ts";
import { block } from "../../poutine/block.ts";
import type { Plate } from "../../primitives.ts";
import type { Program } from "../program.ts";
import { GuidePlates } from "./guide-plates.ts";
import { type InitFunction, type InitStrategy, initFunction } from "./init.ts";
import { type LatentSite, latentSites, type PlateFrame } from "./latent-site.ts";

/** Values of the latent sites by name. */
export type SiteValues = Record<string, tf.Tensor>;

export interface AutoGuideOptions<A extends unknown[] = unknown[]> {
  /** Where the guide starts at each site (default "feasible"). */
  initStrategy?: InitStrategy;
  /** First part of the parameters' names (default the class's name). */
  prefix?: string;
  /**
   * Makes plates of the model whose indices the guide cannot draw, because the model is given them: called with the
   * arguments of the guide.
   */
  createPlates?: (...args: A) => Plate | readonly Plate[];
}

export interface AutoGuide<A extends unknown[]> {
  /** Runs the guide: draws every latent site of the model. */
  // biome-ignore lint/style/useShorthandFunctionType: it merges with the class
  (...args: A): SiteValues;
}

/**
 * A guide made from a model: it runs the model once to see its latent sites, and then draws each of them.
 * An instance is itself the guide: `new SVI(model, new AutoNormal(model), optim)`.
 *
 * Sites in subsampled plates have parameters of the plate's full size; the guide opens the model's plates again
 * and takes the part that belongs to the batch.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor returns a function, which the interface says
export abstract class AutoGuide<A extends unknown[] = unknown[]> {
  /** Names of all options, those that a subclass takes for itself included. */
  static readonly optionNames: readonly string[] = ["initStrategy", "prefix", "createPlates"];

  declare readonly model: Program<A>;
  /** First part of the names of its parameters. */
  declare readonly prefix: string;
  declare readonly createPlates: AutoGuideOptions<A>["createPlates"];
  declare protected readonly init: InitFunction;
  declare protected known: readonly LatentSite[] | undefined;

  constructor(model: Program<A>, options: AutoGuideOptions<A> = {}) {
    if (typeof model !== "function") throw notModel(new.target.name, model);
    checkOptions(new.target.name, options, new.target.optionNames);
    const { initStrategy = "feasible", prefix, createPlates } = options;
    const self = (...args: A): SiteValues => (self as unknown as AutoGuide<A>).draw(args);
    Object.setPrototypeOf(self, new.target.prototype);
    // biome-ignore lint/correctness/noConstructorReturn: instances are callable
    return Object.assign(self, {
      model,
      createPlates,
      init: initFunction(initStrategy),
      prefix: prefix ?? new.target.name,
      known: undefined,
    }) as unknown as this;
  }

  static {
    // Instances are functions; they keep what every function has.
    for (const name of ["call", "apply", "bind"] as const) {
      Object.defineProperty(AutoGuide.prototype, name, {
        value: Function.prototype[name],
        configurable: true,
      });
    }
  }

  toString(): string {
    return `${this.prefix}(${this.known?.map(({ name }) => name).join(", ") ?? ""})`;
  }

  /** Draws all sites, each inside its plates. */
  abstract drawSites(plates: GuidePlates, args: A): SiteValues;

  /** The median of each latent site, in its full shape. @throws before the guide has run for the first time */
  abstract median(): SiteValues;

  /**
   * Quantiles of each latent site, each number by itself.
   * @param q a share of the mass from 0 to 1, or several
   * @returns for each site a tensor of its full shape, behind one axis for a list of `q`
   */
  abstract quantiles(q: number | readonly number[]): SiteValues;

  /** Draws of each latent site, in its full shape: `sampleShape + shape`. */
  abstract sample(sampleShape?: readonly number[] | number): SiteValues;

  /** The distribution that the guide is, with the parameters as they are now. */
  abstract getPosterior(): Distribution | Record<string, Distribution>;

  /** Names of the sites that the guide draws, in the order of the model. */
  get latentNames(): string[] {
    return this.sites().map(({ name }) => name);
  }

  /** The full shape of each site that the guide draws. */
  get latentShapes(): Record<string, readonly number[]> {
    return Object.fromEntries(this.sites().map(({ name, shape }) => [name, shape]));
  }

  /** Runs the model once to see its sites, unless that is done. */
  setUp(args: A): void {
    this.known ??= this.checked(latentSites(this.model, args, this.init));
  }

  /** The plates around its sites. */
  plateFrames(): PlateFrame[] {
    return this.sites().flatMap(({ plates }) => plates);
  }

  /** Another name for its parameters. @throws when there are some already */
  rename(prefix: string): void {
    if (this.known !== undefined) {
      throw pyroError({
        what: "A guide that has run cannot become part of another one: its parameters have names already",
        where: this.prefix,
        try: "append it to the list before the first step",
      });
    }
    Object.assign(this, { prefix });
  }

  /** Looks at the sites before they are accepted. @throws where the guide cannot draw one */
  protected checked(sites: readonly LatentSite[]): readonly LatentSite[] {
    return sites;
  }

  /** The model's latent sites, with their shapes, supports and plates. @throws before the guide has run once */
  sites(): readonly LatentSite[] {
    if (this.known !== undefined) return this.known;
    throw pyroError({
      what: "The guide does not know the model's sites yet",
      where: this.prefix,
      try: "run it once, as a step of SVI does: guide(...args)",
    });
  }

  /** Makes values outside of any trace, and cleans up. */
  protected aside(f: () => SiteValues): SiteValues {
    return tf.tidy(() => block(f).invoke());
  }

  private draw(args: A): SiteValues {
    this.setUp(args);
    const plates = new GuidePlates(this.plateFrames(), this.createPlates?.(...args));
    return this.drawSites(plates, args);
  }
}

function notModel(guide: string, got: unknown): Error {
  return pyroError({
    what: `${guide} is made from a model`,
    expected: "the function that is the model, not what it returns",
    got: String(got),
    try: `new infer.${guide}(model)`,
  });
}
