/** Special functions of tensors. All broadcast, take float32, and are differentiable in every argument unless noted. */
import type * as tf from "@tensorflow/tfjs-core";
import { runKernel } from "../kernels.ts";
import { type Numeric, toTensor } from "../numeric.ts";

/** ln |Γ(x)|. */
export function lgamma(x: Numeric): tf.Tensor {
  return runKernel("TspyroLgamma", { x: toTensor(x) });
}

/** ψ(x), the derivative of `lgamma`. */
export function digamma(x: Numeric): tf.Tensor {
  return runKernel("TspyroDigamma", { x: toTensor(x) });
}

/** ψ'(x), the derivative of `digamma`. */
export function trigamma(x: Numeric): tf.Tensor {
  return runKernel("TspyroTrigamma", { x: toTensor(x) });
}

/** The inverse of the error function, for x in [-1, 1]. */
export function erfinv(x: Numeric): tf.Tensor {
  return runKernel("TspyroErfinv", { x: toTensor(x) });
}

/** The quantile function of the standard normal distribution, for p in [0, 1]. */
export function ndtri(p: Numeric): tf.Tensor {
  return runKernel("TspyroNdtri", { x: toTensor(p) });
}

/** The regularised lower incomplete gamma function P(a, x): the distribution function of a gamma of rate 1. */
export function igamma(a: Numeric, x: Numeric): tf.Tensor {
  return runKernel("TspyroIgamma", { a: toTensor(a), x: toTensor(x) });
}

/** The regularised incomplete beta function I_x(a, b). Differentiable in x only. */
export function betainc(a: Numeric, b: Numeric, x: Numeric): tf.Tensor {
  return runKernel("TspyroBetainc", { a: toTensor(a), b: toTensor(b), x: toTensor(x) });
}

/** ln B(a, b) = ln Γ(a) + ln Γ(b) - ln Γ(a + b), rounded once: large arguments lose no digits to the difference. */
export function logBeta(a: Numeric, b: Numeric): tf.Tensor {
  return runKernel("TspyroLogBeta", { a: toTensor(a), b: toTensor(b) });
}

/** log I₀(x) - x, for x >= 0: the modified Bessel function of order 0. */
export function logI0e(x: Numeric): tf.Tensor {
  return runKernel("TspyroLogI0e", { x: toTensor(x) });
}

/** 1 - I₁(x) / I₀(x), for x >= 0: minus the derivative of `logI0e`, and the circular variance of a von Mises. */
export function besselGap(x: Numeric): tf.Tensor {
  return runKernel("TspyroBesselGap", { x: toTensor(x) });
}
