import * as tf from "@tensorflow/tfjs-core";
import { constraints, Delta, Normal } from "../../distributions/index.ts";
import { pyroError } from "../../errors.ts";
import { param, sample } from "../../primitives.ts";
import { ndtri, sumRightmost } from "../../tensor/index.ts";
import type { Program } from "../program.ts";
import { AutoGuide, type AutoGuideOptions, initialTensor, type LatentSite } from "./auto-guide.ts";

export interface AutoNormalOptions extends AutoGuideOptions {
  /** Initial standard deviation on the unconstrained scale (default 0.1). */
  initScale?: number;
}

/**
 * The mean-field guide: each latent site is an independent normal on the unconstrained scale, carried to the
 * site's support. Parameters `AutoNormal.locs.<site>` and `AutoNormal.scales.<site>`.
 */
export class AutoNormal<A extends unknown[] = unknown[]> extends AutoGuide<A> {
  declare readonly initScale: number;

  constructor(model: Program<A>, { initScale = 0.1, ...options }: AutoNormalOptions = {}) {
    super(model, options);
    if (!(initScale > 0)) {
      throw pyroError({
        what: "initScale must be > 0",
        where: "option initScale of AutoNormal",
        got: String(initScale),
      });
    }
    Object.assign(this, { initScale });
  }

  /**
   * Quantiles of each latent site, once the guide has run.
   * @returns for each site a tensor of the site's shape behind one axis for `q`
   */
  quantiles(q: readonly number[]): Record<string, tf.Tensor> {
    return tf.tidy(() => {
      const z = ndtri(tf.tensor1d([...q]));
      const entries = this.sites().map((site) => {
        const { loc, scale } = this.#params(site);
        const steps = tf.reshape(z, [q.length, ...loc.shape.map(() => 1)]);
        return [site.name, site.transform.call(tf.add(loc, tf.mul(scale, steps)))] as const;
      });
      return Object.fromEntries(entries);
    });
  }

  protected drawSite(site: LatentSite): tf.Tensor {
    const { name, transform, shape } = site;
    const { loc, scale } = this.#params(site);
    const x = sample(`${name}_unconstrained`, Normal(loc, scale).toEvent(loc.rank), {
      infer: { isAuxiliary: true },
    });
    const y = transform.call(x);
    const volume = transform.logAbsDetJacobian(x, y);
    // The site itself is where the draw lands; its score undoes the change of volume.
    return sample(name, Delta(y, tf.neg(sumRightmost(volume, volume.rank)), shape.length));
  }

  protected medianOf(site: LatentSite): tf.Tensor {
    return tf.clone(site.transform.call(this.#params(site).loc));
  }

  #params(site: LatentSite): { loc: tf.Tensor; scale: tf.Tensor } {
    const { prefix, initScale } = this;
    return {
      loc: param(`${prefix}.locs.${site.name}`, () => initialTensor(site)),
      scale: param(`${prefix}.scales.${site.name}`, () => tf.fill([...site.initial.shape], initScale), {
        constraint: constraints.positive,
      }),
    };
  }
}
