import * as tf from "@tensorflow/tfjs-core";
import { type Distribution, Independent } from "../../distributions/distribution.ts";
import { constraints } from "../../distributions/index.ts";
import { Parametric } from "../../distributions/parametric.ts";
import { pyroError } from "../../errors.ts";
import { param } from "../../primitives/param.ts";
import { sample } from "../../primitives/sample.ts";
import type { Reparam } from "../reparam.ts";

/**
 * Decentres a site with `loc` and `scale`: draws `<name>_decentered` with `loc * centered` and `scale ** centered`, and
 * shifts and stretches it. 1 leaves the site as it is, 0 draws it in units of its own scale, which opens funnels.
 *
 * Source: Gorinova, Moore, Hoffman, "Automatic Reparameterisation of Probabilistic Programs" (ICML 2020), section 3.
 *
 * @example reparam(model, { config: { theta: new LocScaleReparam(0) } })
 */
export class LocScaleReparam implements Reparam {
  /** Undefined for a parameter `<name>_centered` that SVI learns. */
  readonly centered: number | undefined;

  /** @param centered from 0 to 1; undefined (default) to learn it, starting at 0.5 */
  constructor(centered?: number) {
    if (centered !== undefined && !(centered >= 0 && centered <= 1)) {
      throw pyroError({
        what: "A site is centred by a share",
        where: "LocScaleReparam",
        expected: "a number from 0 to 1, or nothing to learn it",
        got: String(centered),
      });
    }
    this.centered = centered;
  }

  draw(name: string, fn: Distribution): tf.Tensor {
    if (fn instanceof Independent) return this.#draw(name, fn.base, fn.reinterpreted);
    return this.#draw(name, fn, 0);
  }

  #draw(name: string, fn: Distribution, toEvent: number): tf.Tensor {
    const params = fn instanceof Parametric ? (fn.params as Record<string, tf.Tensor | undefined>) : {};
    const { loc, scale } = params;
    if (!(fn instanceof Parametric) || loc === undefined || scale === undefined || fn.eventDim > 0)
      throw unfit(name, fn);
    const centered = this.centered ?? this.#learned(name, fn.batchShape);
    const decentred = fn.with({ loc: tf.mul(loc, centered), scale: tf.pow(scale, centered) });
    const delta = sample(`${name}_decentered`, decentred.toEvent(toEvent));
    const stretch = tf.pow(scale, tf.sub(1, centered));
    return tf.add(loc, tf.mul(stretch, tf.sub(delta, tf.mul(loc, centered))));
  }

  #learned(name: string, shape: readonly number[]): tf.Tensor {
    return param(`${name}_centered`, () => tf.fill([...shape], 0.5), {
      constraint: constraints.unitInterval,
    });
  }
}

function unfit(name: string, fn: Distribution): Error {
  return pyroError({
    what: "LocScaleReparam decentres sites that have a loc and a scale",
    where: `site "${name}"`,
    expected: "Normal, StudentT, Cauchy, Laplace, Logistic, Gumbel, or a vector of them by toEvent",
    got: String(fn),
  });
}
