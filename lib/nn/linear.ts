import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { showShape, uniform } from "../tensor/index.ts";
import { Module } from "./module.ts";

/**
 * y = x · weight + bias, along the last axis.
 *
 * - `weight`: shape `[inFeatures, outFeatures]`; `bias`: shape `[outFeatures]`, absent with `{ bias: false }`.
 *
 * Both begin uniform between ±1/sqrt(inFeatures), from the seeded generator.
 */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weight: tf.Variable;
  readonly bias: tf.Variable | undefined;

  constructor(inFeatures: number, outFeatures: number, { bias = true }: { bias?: boolean } = {}) {
    super();
    checkFeatures(new.target.name, { inFeatures, outFeatures });
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = begin([inFeatures, outFeatures], inFeatures);
    this.bias = bias ? begin([outFeatures], inFeatures) : undefined;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.apply(x, this.weight);
  }
  protected apply(x: tf.Tensor, weight: tf.Tensor): tf.Tensor {
    if (x.shape.at(-1) !== this.inFeatures) throw badInput(this, x.shape);
    // Through a matrix, whatever the batch: its product is the one that has a fast gradient.
    const rows = tf.matMul(tf.reshape(x, [-1, this.inFeatures]), weight as tf.Tensor2D);
    const y = tf.reshape(rows, [...x.shape.slice(0, -1), this.outFeatures]);
    return this.bias === undefined ? y : tf.add(y, this.bias);
  }
  protected override describe(): string {
    return `${this.inFeatures}, ${this.outFeatures}${this.bias === undefined ? ", { bias: false }" : ""}`;
  }
}

function checkFeatures(layer: string, features: Record<string, number>): void {
  for (const [name, value] of Object.entries(features)) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw pyroError({
      what: `${name} of ${layer} must be a whole number >= 1`,
      got: String(value),
      try: "new nn.Linear(inFeatures, outFeatures)",
    });
  }
}

function badInput(layer: Linear, shape: readonly number[]): Error {
  return pyroError({
    what: "The input does not fit the layer",
    where: String(layer),
    expected: `${layer.inFeatures} numbers along the last axis`,
    got: `shape ${showShape(shape)}`,
  });
}

function begin(shape: number[], fanIn: number): tf.Variable {
  const reach = 1 / Math.sqrt(Math.max(1, fanIn));
  return tf.tidy(() => tf.variable(tf.mul(tf.sub(tf.mul(uniform(shape), 2), 1), reach)));
}
