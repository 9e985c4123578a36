/** Observed data on its way into a model. */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { isRecording, type Numeric, showShape, toTensor } from "../tensor/index.ts";
import { validationEnabled } from "../validation.ts";

/** Tensors without a NaN: data that is observed at every step is read once. */
const clean = new WeakSet<tf.Tensor>();

/**
 * The observed value as a tensor (strings, which some categoricals have as values, stay as they are).
 * @throws naming the site if there is a NaN in it, or if it is not data at all.
 */
export function observed(name: string, obs: unknown): tf.Tensor {
  if (typeof obs === "string") return obs as unknown as tf.Tensor;
  if (Array.isArray(obs) && obs.flat(9).some((item) => typeof item === "string"))
    return obs as unknown as tf.Tensor;
  const value = tensorOf(name, obs);
  if (validationEnabled() && !isRecording() && !clean.has(value)) {
    const data = value.dataSync();
    const at = data.findIndex((x) => Number.isNaN(x));
    if (at >= 0) throw hasNaN(name, value, data, at);
    // A variable may change under the same identity.
    if (!(value instanceof tf.Variable)) clean.add(value);
  }
  return value;
}

function tensorOf(name: string, obs: unknown): tf.Tensor {
  try {
    return toTensor(obs as Numeric);
  } catch (error) {
    throw pyroError({
      what: `The observed value of site "${name}" is not data: ${(error as Error).message}`,
      where: `site "${name}", option obs`,
      expected: "a tensor, a number, or a nested array of numbers",
      cause: error,
    });
  }
}

function hasNaN(name: string, value: tf.Tensor, data: ArrayLike<number>, at: number): Error {
  const count = Array.from(data).filter(Number.isNaN).length;
  return pyroError({
    what: `The observed value of site "${name}" has NaN in it`,
    where: `site "${name}", option obs`,
    expected: "numbers",
    got: `${count} NaN among ${data.length} values of shape ${showShape(value.shape)}, the first at flat index ${at}`,
    try:
      "leave the missing rows out, or fill them and take them out of the density with poutine.mask; " +
      "enableValidation(false) turns this check off",
  });
}
