import * as tf from "@tensorflow/tfjs-core";
import { AutoregressiveFlow, type FlowOrder } from "./autoregressive-flow.ts";
import { callable } from "./callable.ts";

/** The scales stay between these, as in Pyro: exp(-5) and exp(3). */
const [LOWEST, HIGHEST] = [-5, 3];

/**
 * Affine autoregressive flow: y = exp(a) · x + m, where the log-scales a (cut to [-5, 3]) and the means m of each element
 * are made by a network out of the elements before it. The modern form of the inverse autoregressive flow.
 *
 * - `inputDim`: length of the vectors; `hiddenDim`: hidden units of the network.
 */
class AffineAutoregressiveTransform extends AutoregressiveFlow {
  readonly name = "AffineAutoregressive";

  constructor(
    inputDim: number,
    hiddenDim: number,
    { permutation = false }: { permutation?: FlowOrder } = {},
  ) {
    super(inputDim, hiddenDim, permutation);
  }
  protected terms(mean: tf.Tensor, logScale: tf.Tensor) {
    return { logScale: tf.clipByValue(logScale, LOWEST, HIGHEST), shift: mean };
  }
}

export const AffineAutoregressive = callable("AffineAutoregressive", AffineAutoregressiveTransform);
export type AffineAutoregressive = AffineAutoregressiveTransform;
