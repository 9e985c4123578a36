/** Random draws. Each call is one kernel and takes one number of the generator's counter, whatever its size. */
import type * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { runKernel } from "../kernels.ts";
import { type Numeric, toTensor } from "../numeric.ts";
import { nextDraw } from "./state.ts";

/** Uniform numbers in the open interval (0, 1), of 23 bits and a half: neither 0 nor 1 can occur in float32. */
export function uniform(shape: readonly number[] = []): tf.Tensor {
  return runKernel("TspyroUniform", {}, { ...nextDraw(), shape: [...shape] });
}

/** Standard normal numbers. */
export function normal(shape: readonly number[] = []): tf.Tensor {
  return runKernel("TspyroNormal", {}, { ...nextDraw(), shape: [...shape] });
}

/**
 * One gamma draw of rate 1 for each element of `alpha` > 0 (NaN elsewhere), at least 2^-126.
 * Differentiable in `alpha` by implicit reparameterisation.
 */
export function standardGamma(alpha: Numeric): tf.Tensor {
  return runKernel("TspyroGamma", { alpha: toTensor(alpha) }, nextDraw());
}

/** The logarithm of such a draw: finite where the draw itself would underflow. The same counter gives the same draw. */
export function logStandardGamma(alpha: Numeric): tf.Tensor {
  return runKernel("TspyroLogGamma", { alpha: toTensor(alpha) }, nextDraw());
}

/**
 * One von Mises draw around 0 for each element of `concentration` > 0 (NaN elsewhere): an angle in [-π, π].
 * It has no derivative.
 */
export function standardVonMises(concentration: Numeric): tf.Tensor {
  return runKernel("TspyroVonMises", { concentration: toTensor(concentration) }, nextDraw());
}

/**
 * `k` distinct indices out of 0..n-1 in random order, int32 of shape [k].
 * @throws PyroError unless 0 <= k <= n.
 */
export function permutation(n: number, k: number = n): tf.Tensor1D {
  if (!Number.isInteger(n) || !Number.isInteger(k) || k < 0 || k > n || n >= 2 ** 31) {
    throw pyroError({
      what: "Cannot draw a permutation",
      expected: "integers with 0 <= k <= n < 2^31",
      got: `n = ${n}, k = ${k}`,
    });
  }
  return runKernel("TspyroPermutation", {}, { ...nextDraw(), n, k }) as tf.Tensor1D;
}
