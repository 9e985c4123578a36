import * as tf from "@tensorflow/tfjs-core";
import {
  constraints,
  type Distribution,
  Normal,
  TransformedDistribution,
} from "../../distributions/index.ts";
import { param, sample } from "../../primitives.ts";
import type { Program } from "../program.ts";
import type { AutoGuideOptions, SiteValues } from "./auto-guide.ts";
import { checkScale } from "./init-scale.ts";
import { initialTensor, type LatentSite } from "./latent-site.ts";
import { land } from "./point.ts";
import { normalQuantiles } from "./quantiles.ts";
import { SitewiseGuide } from "./sitewise-guide.ts";

export interface AutoNormalOptions<A extends unknown[] = unknown[]> extends AutoGuideOptions<A> {
  /** Initial standard deviation on the unconstrained scale (default 0.1). */
  initScale?: number;
}

/**
 * The mean-field guide: each latent site is an independent normal on the unconstrained scale, carried to the
 * site's support. Parameters `AutoNormal.locs.<site>` and `AutoNormal.scales.<site>`.
 */
export class AutoNormal<A extends unknown[] = unknown[]> extends SitewiseGuide<A> {
  static override readonly optionNames: readonly string[] = [...SitewiseGuide.optionNames, "initScale"];

  declare readonly initScale: number;

  constructor(model: Program<A>, { initScale = 0.1, ...options }: AutoNormalOptions<A> = {}) {
    super(model, options);
    Object.assign(this, { initScale: checkScale("AutoNormal", initScale) });
  }

  override quantiles(q: number | readonly number[]): SiteValues {
    return this.eachSite((site) => {
      const { loc, scale } = this.#params(site);
      return normalQuantiles(site, loc, scale, q);
    });
  }

  /** The distribution of each site on its own support, by name. */
  override getPosterior(): Record<string, Distribution> {
    const entries = this.sites().map((site) => {
      const { loc, scale } = this.#params(site);
      const base = Normal(loc, scale).toEvent(site.initial.eventDim);
      return [site.name, TransformedDistribution(base, site.transform)] as const;
    });
    return Object.fromEntries(entries);
  }

  protected override drawSite(site: LatentSite): tf.Tensor {
    const { name, transform, initial } = site;
    const { loc, scale } = this.#params(site);
    const x = sample(`${name}_unconstrained`, Normal(loc, scale).toEvent(initial.eventDim), {
      infer: { isAuxiliary: true },
    });
    const y = transform.call(x);
    // The site itself is where the draw lands; its score undoes the change of volume.
    return land(name, y, site.eventDim, tf.neg(transform.logAbsDetJacobian(x, y)));
  }

  protected override medianOf(site: LatentSite): tf.Tensor {
    return tf.clone(site.transform.call(this.#params(site).loc));
  }

  protected override drawOf(site: LatentSite, sampleShape: readonly number[]): tf.Tensor {
    const { loc, scale } = this.#params(site);
    return tf.clone(site.transform.call(Normal(loc, scale).sample(sampleShape)));
  }

  #params(site: LatentSite): { loc: tf.Tensor; scale: tf.Tensor } {
    const { prefix, initScale } = this;
    const { shape, eventDim } = site.initial;
    return {
      loc: param(`${prefix}.locs.${site.name}`, () => initialTensor(site), { eventDim }),
      scale: param(`${prefix}.scales.${site.name}`, () => tf.fill([...shape], initScale), {
        constraint: constraints.positive,
        eventDim,
      }),
    };
  }
}
