import * as tf from "@tensorflow/tfjs-core";
import { Delta, type Distribution } from "../../distributions/index.ts";
import { param } from "../../primitives.ts";
import type { SiteValues } from "./auto-guide.ts";
import { initialTensor, type LatentSite } from "./latent-site.ts";
import { land } from "./point.ts";
import { shares } from "./quantiles.ts";
import { SitewiseGuide } from "./sitewise-guide.ts";

/**
 * The guide that is one point: each latent site is a parameter, so SVI finds the maximum of the posterior
 * density (MAP). Parameters `AutoDelta.<site>`.
 */
export class AutoDelta<A extends unknown[] = unknown[]> extends SitewiseGuide<A> {
  /** The point itself, for every share of a mass that lies in one place. */
  override quantiles(q: number | readonly number[]): SiteValues {
    const count = shares(q).length;
    return this.eachSite((site) => {
      const value = this.#value(site);
      return typeof q === "number" ? tf.clone(value) : tf.stack(new Array<tf.Tensor>(count).fill(value));
    });
  }

  /** A point for each site, by name. */
  override getPosterior(): Record<string, Distribution> {
    const entries = this.sites().map(
      (site) => [site.name, Delta(this.#value(site), 0, site.eventDim)] as const,
    );
    return Object.fromEntries(entries);
  }

  protected override drawSite(site: LatentSite): tf.Tensor {
    return land(site.name, this.#value(site), site.eventDim);
  }

  protected override medianOf(site: LatentSite): tf.Tensor {
    return tf.clone(this.#value(site));
  }

  protected override drawOf(site: LatentSite, sampleShape: readonly number[]): tf.Tensor {
    const value = this.#value(site);
    return tf.clone(tf.broadcastTo(value, [...sampleShape, ...value.shape]));
  }

  #value(site: LatentSite): tf.Tensor {
    const { name, support, transform, eventDim } = site;
    return param(`${this.prefix}.${name}`, () => transform.call(initialTensor(site)), {
      constraint: support,
      eventDim,
    });
  }
}
