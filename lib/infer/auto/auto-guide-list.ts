import type { Distribution } from "../../distributions/index.ts";
import { pyroError } from "../../errors.ts";
import type { Program } from "../program.ts";
import { AutoGuide, type SiteValues } from "./auto-guide.ts";
import type { GuidePlates } from "./guide-plates.ts";
import type { LatentSite, PlateFrame } from "./latent-site.ts";

/** A part of a list: an automatic guide, or a guide of one's own, whose returned object names the values it drew. */
export type GuidePart<A extends unknown[]> = AutoGuide<A> | Program<A>;

/**
 * Several guides that together draw all sites of a model. Each is made for the model with the sites of the others
 * hidden; parts that are automatic share the plates of the model.
 *
 * @example
 * const guide = new AutoGuideList(model);
 * guide.append(new AutoMultivariateNormal(poutine.block(model, { expose: ["loc", "scale"] })));
 * guide.append(new AutoDelta(poutine.block(model, { hide: ["loc", "scale"] })));
 */
export class AutoGuideList<A extends unknown[] = unknown[]> extends AutoGuide<A> {
  declare readonly parts: GuidePart<A>[];

  constructor(model: Program<A>, options: ConstructorParameters<typeof AutoGuide<A>>[1] = {}) {
    super(model, options);
    Object.assign(this, { parts: [] });
  }

  /** Adds a part; an automatic one is renamed to `<prefix>.<its place>`. Returns the list. */
  append(part: GuidePart<A>): this {
    if (typeof part !== "function") {
      throw pyroError({
        what: "A guide is a function",
        where: `${this.prefix}.append`,
        expected: "an automatic guide, or a function of one's own",
        got: String(part),
      });
    }
    if (part instanceof AutoGuide) part.rename(`${this.prefix}.${this.parts.length}`);
    this.parts.push(part);
    return this;
  }

  override drawSites(plates: GuidePlates, args: A): SiteValues {
    return this.#merged((part) =>
      part instanceof AutoGuide ? part.drawSites(plates, args) : valuesOf(part(...args)),
    );
  }

  override setUp(args: A): void {
    for (const part of this.#automatic()) part.setUp(args);
  }

  override plateFrames(): PlateFrame[] {
    return this.#automatic().flatMap((part) => part.plateFrames());
  }

  override rename(prefix: string): void {
    for (const [i, part] of this.parts.entries())
      if (part instanceof AutoGuide) part.rename(`${prefix}.${i}`);
    super.rename(prefix);
  }

  /** Of the automatic parts. */
  override median(): SiteValues {
    return this.#merged((part) => (part instanceof AutoGuide ? part.median() : {}));
  }

  /** Of the automatic parts. */
  override quantiles(q: number | readonly number[]): SiteValues {
    return this.#merged((part) => (part instanceof AutoGuide ? part.quantiles(q) : {}));
  }

  /** Of the automatic parts. */
  override sample(sampleShape: readonly number[] | number = []): SiteValues {
    return this.#merged((part) => (part instanceof AutoGuide ? part.sample(sampleShape) : {}));
  }

  /** That of each automatic part, by its place in the list; of site-wise parts with the name of the site. */
  override getPosterior(): Record<string, Distribution> {
    const posteriors: Record<string, Distribution> = {};
    for (const [i, part] of this.parts.entries()) {
      if (!(part instanceof AutoGuide)) continue;
      const posterior = part.getPosterior();
      if (isOne(posterior)) posteriors[i] = posterior;
      else for (const [name, one] of Object.entries(posterior)) posteriors[`${i}.${name}`] = one;
    }
    return posteriors;
  }

  override sites(): readonly LatentSite[] {
    return this.#automatic().flatMap((part) => part.sites());
  }

  #automatic(): AutoGuide<A>[] {
    return this.parts.filter((part) => part instanceof AutoGuide);
  }

  #merged(values: (part: GuidePart<A>) => SiteValues): SiteValues {
    const all: SiteValues = {};
    for (const part of this.parts) Object.assign(all, values(part));
    return all;
  }
}

function isOne(posterior: Distribution | Record<string, Distribution>): posterior is Distribution {
  return typeof posterior.logProb === "function";
}

function valuesOf(returned: unknown): SiteValues {
  return typeof returned === "object" && returned !== null ? (returned as SiteValues) : {};
}
