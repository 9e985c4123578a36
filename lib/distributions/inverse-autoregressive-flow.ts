import * as tf from "@tensorflow/tfjs-core";
import { checkOptions, type OptionNames } from "../options.ts";
import { AutoregressiveFlow, type FlowOrder } from "./autoregressive-flow.ts";
import { callable } from "./callable.ts";

export interface FlowOptions {
  /** Added to what the gates are made of: large values begin near the identity. 2 when absent. */
  sigmoidBias?: number;
  permutation?: FlowOrder;
}

const optionNames: OptionNames<FlowOptions> = { sigmoidBias: true, permutation: true };

/**
 * Inverse autoregressive flow: y = s · x + (1 - s) · m, where the gates s = sigmoid(h + sigmoidBias) and the means m of
 * each element are made by a network out of the elements before it.
 *
 * - `inputDim`: length of the vectors; `hiddenDim`: hidden units of the network.
 *
 * Register its weights with `module("my_iaf", iaf)`.
 * Source: Kingma et al., "Improving variational inference with inverse autoregressive flow" (2016).
 */
class InverseAutoregressiveFlowTransform extends AutoregressiveFlow {
  readonly name = "InverseAutoregressiveFlow";
  readonly sigmoidBias: number;

  constructor(inputDim: number, hiddenDim: number, options: FlowOptions = {}) {
    checkOptions("InverseAutoregressiveFlow", options, optionNames);
    const { sigmoidBias = 2, permutation = false } = options;
    super(inputDim, hiddenDim, permutation);
    this.sigmoidBias = sigmoidBias;
  }
  protected terms(mean: tf.Tensor, hidden: tf.Tensor) {
    const logit = tf.add(hidden, this.sigmoidBias);
    // 1 - sigmoid(h) is sigmoid(-h), which does not lose its digits.
    return {
      logScale: tf.neg(tf.softplus(tf.neg(logit))),
      shift: tf.mul(tf.sigmoid(tf.neg(logit)), mean),
    };
  }
}

export const InverseAutoregressiveFlow = callable(
  "InverseAutoregressiveFlow",
  InverseAutoregressiveFlowTransform,
);
export type InverseAutoregressiveFlow = InverseAutoregressiveFlowTransform;
/** The manual's other spelling. */
export const InverseAutoRegressiveFlow = InverseAutoregressiveFlow;
export type InverseAutoRegressiveFlow = InverseAutoregressiveFlowTransform;
