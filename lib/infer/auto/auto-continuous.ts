import * as tf from "@tensorflow/tfjs-core";
import type { Distribution } from "../../distributions/index.ts";
import { pyroError } from "../../errors.ts";
import { param, sample } from "../../primitives.ts";
import { AutoGuide, type SiteValues } from "./auto-guide.ts";
import type { GuidePlates } from "./guide-plates.ts";
import { isSubsampled, type LatentSite } from "./latent-site.ts";
import { LatentVector, type Part, sizeOf } from "./latent-vector.ts";
import type { Unconstrained } from "./log-joint.ts";
import { land } from "./point.ts";
import { directionOf, normalQuantiles } from "./quantiles.ts";

/** Mean and standard deviation of each element of the latent vector. */
export interface Marginals {
  readonly loc: tf.Tensor;
  readonly scale: tf.Tensor;
}

/**
 * Base of the guides that draw all latent sites as one vector: the unconstrained values of the sites, flattened, in
 * the order of the model. The vector is the site `_<prefix>_latent`; each site of the model is where its part of
 * the vector lands, scored by the change of volume.
 */
export abstract class AutoContinuous<A extends unknown[] = unknown[]> extends AutoGuide<A> {
  /** The distribution of the whole vector, with the parameters as they are now: event shape `[latentDim]`. */
  abstract override getPosterior(): Distribution;
  protected abstract marginals(): Marginals;

  /** How many numbers the latent vector has. */
  get latentDim(): number {
    return this.vector().size;
  }

  /**
   * The values of the sites that a latent vector stands for.
   * @param latent shape `[..., latentDim]`
   */
  unpack(latent: tf.Tensor): SiteValues {
    return this.vector().unpack(latent);
  }

  override drawSites(plates: GuidePlates): SiteValues {
    const entries = this.vector()
      .parts(this.drawLatent(), "plates")
      .map(({ site, x }) => {
        const y = site.transform.call(x);
        const logDensity = tf.neg(site.transform.logAbsDetJacobian(x, y));
        return [
          site.name,
          plates.within(site.plates, () => land(site.name, y, site.eventDim, logDensity)),
        ] as const;
      });
    return Object.fromEntries(entries);
  }

  override median(): SiteValues {
    return this.aside(() => this.unpack(this.marginals().loc));
  }

  override quantiles(q: number | readonly number[]): SiteValues {
    return this.aside(() => {
      const { loc, scale } = this.marginals();
      const scales = this.vector().parts(scale);
      const entries = this.vector()
        .parts(loc)
        .map(({ site, x }, i) => [site.name, normalQuantiles(site, x, (scales[i] as Part).x, q)] as const);
      return Object.fromEntries(entries);
    });
  }

  override sample(sampleShape: readonly number[] | number = []): SiteValues {
    return this.aside(() => this.unpack(this.getPosterior().sample(sampleShape)));
  }

  /** Draws the vector inside the guide. */
  protected drawLatent(): tf.Tensor {
    return sample(this.latentName, this.getPosterior(), { infer: { isAuxiliary: true } });
  }

  protected get latentName(): string {
    return `_${this.prefix}_latent`;
  }

  /** The middle of the vector: parameter `<prefix>.loc`. */
  protected loc(): tf.Tensor {
    return param(`${this.prefix}.loc`, () => this.vector().initial());
  }

  /** The values that a vector stands for, and the change of volume on the way. */
  protected constrain(latent: tf.Tensor): Unconstrained {
    return this.vector().constrain(latent);
  }

  /** What each number of the vector belongs to: `x`, or `x[0]`, `x[1]` ... of a site of several. */
  protected coordinates(): string[] {
    return this.vector().coordinates();
  }

  /** For each number of the vector, whether its site rises (1) or falls (-1) with it. */
  protected directions(): number[] {
    return this.sites().flatMap((site) => new Array<number>(sizeOf(site)).fill(directionOf(site.transform)));
  }

  protected override checked(sites: readonly LatentSite[]): readonly LatentSite[] {
    if (sites.length === 0) throw nothingLatent(this.prefix);
    for (const { name, plates } of sites) {
      const plate = plates.find(isSubsampled);
      if (plate !== undefined) throw subsampled(this.prefix, name, plate.name);
    }
    return sites;
  }

  private vector(): LatentVector {
    return new LatentVector(this.sites());
  }
}

function nothingLatent(prefix: string): Error {
  return pyroError({
    what: "The model has no latent site that the guide could draw",
    where: prefix,
    try: "sample a site without obs, or leave the guide out",
  });
}

function subsampled(prefix: string, site: string, plate: string): Error {
  return pyroError({
    what: `${prefix} draws all latent sites as one vector, and a site of a subsampled plate is another one in each step`,
    where: `site "${site}", plate "${plate}"`,
    try:
      "AutoNormal, which has parameters for every element of the plate and takes those of the batch; for the other " +
      "sites both can be combined in an AutoGuideList",
  });
}
