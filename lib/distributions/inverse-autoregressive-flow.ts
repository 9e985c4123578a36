import * as tf from "@tensorflow/tfjs-core";
import { AutoRegressiveNN } from "../nn/auto-regressive-nn.ts";
import type { HasParameters } from "../nn/module.ts";
import { permutation as randomPermutation } from "../tensor/index.ts";
import { callable } from "./callable.ts";
import { realVector } from "./constraints.ts";
import { Transform } from "./transform.ts";

export interface FlowOptions {
  /** Added to what the gates are made of: large values begin near the identity. 2 when absent. */
  sigmoidBias?: number;
  /** `true` permutes the inputs at random; a list of indices says how. In sequence when absent. */
  permutation?: boolean | readonly number[];
}

/**
 * Inverse autoregressive flow: y = s · x + (1 - s) · m, where the gates s = sigmoid(h + sigmoidBias) and the means m of
 * each element are made by a network out of the elements before it.
 *
 * - `inputDim`: length of the vectors; `hiddenDim`: hidden units of the network.
 *
 * Register its weights with `module("my_iaf", iaf)`. One pass computes y and the Jacobian. The inverse needs as many
 * passes as there are elements, and is exact for any y; while gradients are being taken it is remembered for the values
 * that the flow has made, so that a guide scores its own draws at no cost.
 *
 * Source: Kingma et al., "Improving variational inference with inverse autoregressive flow" (2016).
 */
class InverseAutoregressiveFlowTransform extends Transform implements HasParameters {
  readonly name = "InverseAutoregressiveFlow";
  readonly domain = realVector;
  readonly codomain = realVector;
  readonly sigmoidBias: number;
  private readonly arn: AutoRegressiveNN;
  /** For values made on the tape of a gradient: where they came from. */
  private readonly origins = new WeakMap<tf.Tensor, tf.Tensor>();

  constructor(inputDim: number, hiddenDim: number, options: FlowOptions = {}) {
    super();
    const { sigmoidBias = 2, permutation = false } = options;
    const order =
      typeof permutation !== "boolean"
        ? permutation
        : permutation
          ? tf.tidy(() => Array.from(randomPermutation(inputDim).dataSync()))
          : Array.from({ length: inputDim }, (_, i) => i);
    this.sigmoidBias = sigmoidBias;
    this.arn = new AutoRegressiveNN(inputDim, hiddenDim, { outputDimMultiplier: 2, permutation: order });
  }

  /** The network that makes the gates and the means. */
  getArn(): AutoRegressiveNN {
    return this.arn;
  }
  namedParameters(): [path: string, variable: tf.Variable][] {
    return this.arn.namedParameters().map(([path, variable]) => [`arn.${path}`, variable]);
  }
  get parameters(): tf.Variable[] {
    return this.arn.parameters;
  }

  /** Logits of the gates, and the means, at x. */
  private network(x: tf.Tensor): { logit: tf.Tensor; mean: tf.Tensor } {
    const [mean, hidden] = tf.unstack(this.arn.forward(x), x.rank - 1) as [tf.Tensor, tf.Tensor];
    return { mean, logit: tf.add(hidden, this.sigmoidBias) };
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    const { logit, mean } = this.network(x);
    const gate = tf.sigmoid(logit);
    const y = tf.add(tf.mul(gate, x), tf.mul(tf.sub(1, gate), mean));
    if (onTape()) this.remember(y, x);
    return y;
  }
  /**
   * Each pass gets one more element right, in the order of the network: the first depends on none. The last pass ends
   * at a fixed point, so that the derivative of all passes is that of the inverse.
   */
  protected backward(y: tf.Tensor): tf.Tensor {
    const origin = this.origins.get(y);
    if (origin !== undefined && !origin.isDisposed) return tf.clone(origin);
    let x = y;
    for (let pass = 0; pass < this.arn.inputDim; pass++) {
      const { logit, mean } = this.network(x);
      // (y - (1 - s) m) / s = y + (y - m) exp(-logit).
      x = tf.add(y, tf.mul(tf.sub(y, mean), tf.exp(tf.neg(logit))));
    }
    return x;
  }
  protected logDet(x: tf.Tensor): tf.Tensor {
    return tf.neg(tf.sum(tf.softplus(tf.neg(this.network(x).logit)), -1));
  }

  /** Keeps x as long as y lives, and no longer: the two are disposed together. */
  private remember(y: tf.Tensor, x: tf.Tensor): void {
    const origin = tf.keep(tf.clone(x));
    this.origins.set(y, origin);
    const dispose = y.dispose.bind(y);
    y.dispose = () => {
      if (!origin.isDisposed) origin.dispose();
      dispose();
    };
  }
  override toString(): string {
    return `${this.name}(${this.arn.inputDim}, ${this.arn.hiddenDim})`;
  }
}

/**
 * Whether tfjs is writing down what it computes. Only then may an origin stand in for the inverse: a draw off the tape
 * is a constant, whose inverse moves with the weights.
 */
function onTape(): boolean {
  const { state } = tf.engine();
  return state.activeTape !== undefined && state.activeTape !== null && state.kernelDepth === 0;
}

export const InverseAutoregressiveFlow = callable(
  "InverseAutoregressiveFlow",
  InverseAutoregressiveFlowTransform,
);
export type InverseAutoregressiveFlow = InverseAutoregressiveFlowTransform;
/** The manual's other spelling. */
export const InverseAutoRegressiveFlow = InverseAutoregressiveFlow;
export type InverseAutoRegressiveFlow = InverseAutoregressiveFlowTransform;
