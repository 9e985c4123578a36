/**
 * A network: an object that holds variables and other modules as fields, and maps tensors to tensors. Its parameters
 * are found by looking, so a module of one's own declares fields and writes `forward`, nothing else.
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, toTensor } from "../tensor/index.ts";
import { isLayers, layerWeights } from "./layers-weights.ts";

/** Whatever has parameters with names: all that the inference side asks of a network. */
export interface HasParameters {
  /** Pairs of a path like `"0.weight"` and its variable. */
  namedParameters(): [path: string, variable: tf.Variable][];
}

export abstract class Module implements HasParameters {
  /** The map itself; `call` takes care of its intermediate tensors. */
  abstract forward(x: tf.Tensor): tf.Tensor;

  /** Applies the module to a tensor or nested array. */
  call(x: Numeric): tf.Tensor {
    return tf.tidy(() => this.forward(toTensor(x)));
  }

  /** Every variable with its path: `weight`, or `layers.0.weight` of a module in a field or list. */
  namedParameters(): [path: string, variable: tf.Variable][] {
    return Object.entries(this).flatMap(([name, value]) => found(name, value));
  }
  get parameters(): tf.Variable[] {
    return this.namedParameters().map(([, variable]) => variable);
  }

  /** What stands between the parentheses when it is printed. */
  protected describe(): string {
    return Object.entries(this)
      .filter(([, value]) => value instanceof Module)
      .map(([name, value]) => `${name}: ${value}`)
      .join(", ");
  }
  toString(): string {
    return `${this.constructor.name}(${this.describe()})`;
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

function found(name: string, value: unknown): [string, tf.Variable][] {
  if (value instanceof tf.Variable) return [[name, value]];
  if (value instanceof Module) {
    return value.namedParameters().map(([path, variable]) => [`${name}.${path}`, variable]);
  }
  if (isLayers(value)) return layerWeights(value).map(({ path, variable }) => [`${name}.${path}`, variable]);
  return Array.isArray(value) ? value.flatMap((item, i) => found(`${name}.${i}`, item)) : [];
}
