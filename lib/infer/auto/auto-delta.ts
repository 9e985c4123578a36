import * as tf from "@tensorflow/tfjs-core";
import { Delta } from "../../distributions/index.ts";
import { param, sample } from "../../primitives.ts";
import { AutoGuide, initialTensor, type LatentSite } from "./auto-guide.ts";

/**
 * The guide that is one point: each latent site is a parameter, so SVI finds the maximum of the posterior
 * density (MAP). Parameters `AutoDelta.<site>`.
 */
export class AutoDelta<A extends unknown[] = unknown[]> extends AutoGuide<A> {
  protected drawSite(site: LatentSite): tf.Tensor {
    return sample(site.name, Delta(this.#value(site), 0, site.shape.length));
  }

  protected medianOf(site: LatentSite): tf.Tensor {
    return tf.clone(this.#value(site));
  }

  #value(site: LatentSite): tf.Tensor {
    const { name, support, transform } = site;
    return param(`${this.prefix}.${name}`, () => transform.call(initialTensor(site)), {
      constraint: support,
    });
  }
}
