import * as tf from "@tensorflow/tfjs-core";
import { constraints, type Distribution, Normal } from "../../distributions/index.ts";
import { param } from "../../primitives.ts";
import type { Program } from "../program.ts";
import { AutoContinuous, type Marginals } from "./auto-continuous.ts";
import type { AutoNormalOptions } from "./auto-normal.ts";
import { checkScale } from "./init-scale.ts";

/**
 * All latent sites as one vector of independent normals. The same family as `AutoNormal`, with two parameters in all:
 * `AutoDiagonalNormal.loc` and `AutoDiagonalNormal.scale`, of shape `[latentDim]`.
 */
export class AutoDiagonalNormal<A extends unknown[] = unknown[]> extends AutoContinuous<A> {
  static override readonly optionNames: readonly string[] = [...AutoContinuous.optionNames, "initScale"];

  declare readonly initScale: number;

  constructor(model: Program<A>, { initScale = 0.1, ...options }: AutoNormalOptions<A> = {}) {
    super(model, options);
    Object.assign(this, { initScale: checkScale("AutoDiagonalNormal", initScale) });
  }

  override getPosterior(): Distribution {
    const { loc, scale } = this.marginals();
    return Normal(loc, scale).toEvent(1);
  }

  protected override marginals(): Marginals {
    const init = () => tf.fill([this.latentDim], this.initScale);
    return {
      loc: this.loc(),
      scale: param(`${this.prefix}.scale`, init, { constraint: constraints.positive }),
    };
  }
}
