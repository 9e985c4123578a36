import * as tf from "@tensorflow/tfjs-core";
import { constraints, MultivariateNormal } from "../../distributions/index.ts";
import { lowerPart } from "../../distributions/matrices.ts";
import { param } from "../../primitives.ts";
import type { Program } from "../program.ts";
import { AutoContinuous, type Marginals } from "./auto-continuous.ts";
import type { AutoNormalOptions } from "./auto-normal.ts";
import { checkScale } from "./init-scale.ts";

/**
 * All latent sites as one multivariate normal with a full covariance. Its Cholesky factor is `scale`, by rows, times
 * `scaleTril`, whose diagonal is 1: parameters `AutoMultivariateNormal.loc`, `.scale` (both `[latentDim]`) and
 * `.scaleTril` (`[latentDim, latentDim]`, of which the part below the diagonal counts).
 */
export class AutoMultivariateNormal<A extends unknown[] = unknown[]> extends AutoContinuous<A> {
  static override readonly optionNames: readonly string[] = [...AutoContinuous.optionNames, "initScale"];

  declare readonly initScale: number;

  constructor(model: Program<A>, { initScale = 0.1, ...options }: AutoNormalOptions<A> = {}) {
    super(model, options);
    Object.assign(this, { initScale: checkScale("AutoMultivariateNormal", initScale) });
  }

  override getPosterior(): MultivariateNormal {
    return MultivariateNormal({ loc: this.loc(), scaleTril: this.#factor() });
  }

  protected override marginals(): Marginals {
    return { loc: this.loc(), scale: tf.sqrt(tf.sum(tf.square(this.#factor()), -1)) };
  }

  #factor(): tf.Tensor {
    const { prefix, latentDim: n } = this;
    const scale = param(`${prefix}.scale`, () => tf.fill([n], this.initScale), {
      constraint: constraints.positive,
    });
    const below = lowerPart(
      param(`${prefix}.scaleTril`, () => tf.eye(n)),
      true,
    );
    return tf.mul(tf.expandDims(scale, -1), tf.add(below, tf.eye(n)));
  }
}
