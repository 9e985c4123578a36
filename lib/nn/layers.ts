import type * as tf from "@tensorflow/tfjs-core";
import { type LayersLike, layerWeights } from "./layers-weights.ts";
import { Module } from "./module.ts";

/**
 * A model or layer of `tf.layers` as a module, to stand among others: `new nn.Sequential(new nn.Layers(model), ...)`.
 * Its paths are those that `module` gives to the model itself.
 *
 * @param options `training`: whether dropout and the like are active. `false` by default.
 */
export class Layers extends Module {
  readonly model: LayersLike;
  readonly training: boolean;

  constructor(model: LayersLike, { training = false }: { training?: boolean } = {}) {
    super();
    layerWeights(model);
    this.model = model;
    this.training = training;
  }

  /** @throws for a model of several outputs */
  forward(x: tf.Tensor): tf.Tensor {
    return this.model.apply(x as never, { training: this.training } as never) as tf.Tensor;
  }
  override namedParameters(): [path: string, variable: tf.Variable][] {
    return layerWeights(this.model).map(({ path, variable }) => [path, variable]);
  }
  protected override describe(): string {
    return this.model.name;
  }
}
