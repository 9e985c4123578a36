/** tfjs takes rows of different lengths, and complains where somebody reads the tensor. */
import * as tf from "@tensorflow/tfjs-core";
import { ragged } from "./numeric.ts";

interface Engine {
  makeTensor(
    values: tf.DataValues | null,
    shape: number[],
    dtype: tf.DataType,
    backend?: tf.KernelBackend,
  ): tf.Tensor;
}

/** Refuses them where the tensor is made. */
export function refuseRaggedRows(): void {
  const prototype = Object.getPrototypeOf(tf.engine()) as Engine;
  const { makeTensor } = prototype;
  prototype.makeTensor = function (this: Engine, values, shape, ...rest) {
    // (tfjs has an error of its own for no values at all.)
    if (values !== null && values.length !== tf.util.sizeFromShape(shape)) throw ragged(shape);
    return makeTensor.call(this, values, shape, ...rest);
  };
}
