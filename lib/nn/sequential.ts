import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { Module } from "./module.ts";

/** Applies modules one after the other; their paths begin with their place: `0.weight`. */
export class Sequential extends Module {
  readonly layers: readonly Module[];

  constructor(...layers: Module[]) {
    super();
    for (const layer of layers) if (!(layer instanceof Module)) throw notModule(layer);
    this.layers = layers;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.layers.reduce((value, layer) => layer.forward(value), x);
  }
  override namedParameters(): [path: string, variable: tf.Variable][] {
    return this.layers.flatMap((layer, i) =>
      layer.namedParameters().map(([path, variable]): [string, tf.Variable] => [`${i}.${path}`, variable]),
    );
  }
  protected override describe(): string {
    return this.layers.join(", ");
  }
}

function notModule(layer: unknown): Error {
  return pyroError({
    what: "Sequential is made of modules",
    expected: "modules as its arguments, one after the other",
    got: Array.isArray(layer) ? "a list" : String(layer),
    try: "new nn.Sequential(...layers); nn.Layers takes a layer of tf.layers",
  });
}
