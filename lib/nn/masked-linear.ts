import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { type Numeric, showShape, toTensor } from "../tensor/index.ts";
import { Linear } from "./linear.ts";

/**
 * A linear map some of whose weights are held at 0: y = x · (weight * mask) + bias.
 *
 * - `mask`: zeros and ones of shape `[inFeatures, outFeatures]`; 0 cuts the connection from that input to that output.
 */
export class MaskedLinear extends Linear {
  readonly mask: tf.Tensor;

  constructor(inFeatures: number, outFeatures: number, mask: Numeric, options: { bias?: boolean } = {}) {
    super(inFeatures, outFeatures, options);
    this.mask = tf.keep(toTensor(mask));
    if (!tf.util.arraysEqual(this.mask.shape, [inFeatures, outFeatures])) {
      throw pyroError({
        what: "The mask of MaskedLinear does not fit its weight",
        expected: `shape [${inFeatures}, ${outFeatures}]: inputs by outputs`,
        got: `shape ${showShape(this.mask.shape)}`,
        try: "transpose it",
      });
    }
  }

  override forward(x: tf.Tensor): tf.Tensor {
    return this.apply(x, tf.mul(this.weight, this.mask));
  }
}
