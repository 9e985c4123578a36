import * as tf from "@tensorflow/tfjs-core";
import { constraints, LowRankMultivariateNormal } from "../../distributions/index.ts";
import { pyroError } from "../../errors.ts";
import { param } from "../../primitives.ts";
import { normal } from "../../tensor/index.ts";
import type { Program } from "../program.ts";
import { AutoContinuous, type Marginals } from "./auto-continuous.ts";
import type { AutoNormalOptions } from "./auto-normal.ts";
import { checkScale } from "./init-scale.ts";

export interface AutoLowRankOptions<A extends unknown[] = unknown[]> extends AutoNormalOptions<A> {
  /** Columns of the factor (default the square root of `latentDim`, rounded). */
  rank?: number | undefined;
}

/**
 * All latent sites as one multivariate normal with covariance S (W Wᵀ + 1) S, S diagonal: parameters
 * `AutoLowRankMultivariateNormal.loc`, `.scale` (S, both `[latentDim]`) and `.covFactor` (W, `[latentDim, rank]`).
 */
export class AutoLowRankMultivariateNormal<A extends unknown[] = unknown[]> extends AutoContinuous<A> {
  static override readonly optionNames: readonly string[] = [
    ...AutoContinuous.optionNames,
    "initScale",
    "rank",
  ];

  declare readonly initScale: number;
  declare private readonly wantedRank: number | undefined;

  constructor(model: Program<A>, { initScale = 0.1, rank, ...options }: AutoLowRankOptions<A> = {}) {
    super(model, options);
    if (rank !== undefined && !(Number.isSafeInteger(rank) && rank >= 1)) {
      throw pyroError({
        what: "The rank must be a whole number >= 1",
        where: "option rank of AutoLowRankMultivariateNormal",
        got: String(rank),
      });
    }
    Object.assign(this, {
      initScale: checkScale("AutoLowRankMultivariateNormal", initScale),
      wantedRank: rank,
    });
  }

  /** Columns of the factor. @throws before the guide has run for the first time, unless it was given */
  get rank(): number {
    return this.wantedRank ?? Math.round(Math.sqrt(this.latentDim));
  }

  override getPosterior(): LowRankMultivariateNormal {
    const { scale, factor } = this.#params();
    const covFactor = tf.mul(factor, tf.expandDims(scale, -1));
    return LowRankMultivariateNormal({ loc: this.loc(), covFactor, covDiag: tf.square(scale) });
  }

  protected override marginals(): Marginals {
    const { scale, factor } = this.#params();
    const inflation = tf.sqrt(tf.add(tf.sum(tf.square(factor), -1), 1));
    return { loc: this.loc(), scale: tf.mul(scale, inflation) };
  }

  #params(): { scale: tf.Tensor; factor: tf.Tensor } {
    const { prefix, latentDim: n, rank } = this;
    // Both terms begin with about half of the variance.
    const start = this.initScale * Math.SQRT1_2;
    return {
      scale: param(`${prefix}.scale`, () => tf.fill([n], start), { constraint: constraints.positive }),
      factor: param(`${prefix}.covFactor`, () => tf.mul(normal([n, rank]), 1 / Math.sqrt(rank))),
    };
  }
}
