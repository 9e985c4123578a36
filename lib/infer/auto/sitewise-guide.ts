import type * as tf from "@tensorflow/tfjs-core";
import { AutoGuide, type SiteValues } from "./auto-guide.ts";
import type { GuidePlates } from "./guide-plates.ts";
import type { LatentSite } from "./latent-site.ts";

/** A guide whose sites know nothing of each other: what it does, it does for one after the other. */
export abstract class SitewiseGuide<A extends unknown[]> extends AutoGuide<A> {
  /** Draws one site; its parameters are those of the batch. */
  protected abstract drawSite(site: LatentSite): tf.Tensor;
  /** The middle of one site's distribution. */
  protected abstract medianOf(site: LatentSite): tf.Tensor;
  protected abstract drawOf(site: LatentSite, sampleShape: readonly number[]): tf.Tensor;

  override drawSites(plates: GuidePlates): SiteValues {
    const entries = this.sites().map(
      (site) => [site.name, plates.within(site.plates, () => this.drawSite(site))] as const,
    );
    return Object.fromEntries(entries);
  }

  override median(): SiteValues {
    return this.eachSite((site) => this.medianOf(site));
  }

  override sample(sampleShape: readonly number[] | number = []): SiteValues {
    const shape = typeof sampleShape === "number" ? [sampleShape] : sampleShape;
    return this.eachSite((site) => this.drawOf(site, shape));
  }

  protected eachSite(f: (site: LatentSite) => tf.Tensor): SiteValues {
    return this.aside(() => Object.fromEntries(this.sites().map((site) => [site.name, f(site)])));
  }
}
