import type * as tf from "@tensorflow/tfjs-core";

/** The normal distribution. */
export class Normal {
  readonly loc: number;
  readonly scale: number;

  constructor(loc: number, scale: number) {
    this.loc = loc;
    this.scale = scale;
  }

  /** One draw. */
  sample(): tf.Tensor {
    throw new Error("A fixture draws nothing.");
  }
}

export class NegativeBinomial {
  readonly totalCount: number = 1;
}
