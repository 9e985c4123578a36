/** The special functions as tfjs kernels: TensorFlow's own ops on the native backend, `@stdlib` elsewhere. */
import betainc from "@stdlib/math-base-special-betainc";
import digamma from "@stdlib/math-base-special-digamma";
import erfinv from "@stdlib/math-base-special-erfinv";
import gammainc from "@stdlib/math-base-special-gammainc";
import gammaln from "@stdlib/math-base-special-gammaln";
import trigamma from "@stdlib/math-base-special-trigamma";
import * as tf from "@tensorflow/tfjs-core";
import { floatAttr, type KernelArgs, type NativeBackend } from "../kernels.ts";
import { logGammaGrad } from "../random/gamma-grad.ts";
import { broadcastShapes } from "../shapes.ts";
import { registerElementwise } from "./elementwise.ts";
import { ndtri, tetragamma } from "./scalar.ts";

/** ψ⁽ⁿ⁾ on the native backend. */
function polygamma(n: number) {
  return ({ inputs, backend }: KernelArgs<NativeBackend>): tf.TensorInfo => {
    const order = tf.fill((inputs.x as tf.TensorInfo).shape, n);
    return backend.executeSingleOutput("Polygamma", floatAttr(backend), [order, inputs.x as tf.TensorInfo]);
  };
}

/** TensorFlow's Betainc wants equal shapes. */
function nativeBetainc({ inputs, backend }: KernelArgs<NativeBackend>): tf.TensorInfo {
  const { a, b, x } = inputs as Record<"a" | "b" | "x", tf.Tensor>;
  const shape = broadcastShapes(a.shape, b.shape, x.shape);
  const same = [a, b, x].map((t) => tf.broadcastTo(t, shape));
  return backend.executeSingleOutput("Betainc", floatAttr(backend), same);
}

function logDensityOfGamma(a: number, x: number): number {
  return (a - 1) * Math.log(x) - x - gammaln(a);
}

/** ∂P(a, x)/∂a = -p(x) dx/da, with dx/da at fixed quantile. */
function igammaGradA(a: number, x: number): number {
  if (x === 0) return 0;
  return -x * Math.exp(logDensityOfGamma(a, x)) * logGammaGrad(a, Math.log(x));
}

export function registerSpecialKernels(): void {
  registerElementwise("TspyroLgamma", ["x"], gammaln, "Lgamma");
  registerElementwise("TspyroDigamma", ["x"], digamma, "Digamma");
  registerElementwise("TspyroTrigamma", ["x"], trigamma, polygamma(1));
  registerElementwise("TspyroTetragamma", ["x"], tetragamma);
  registerElementwise("TspyroErfinv", ["x"], erfinv, "Erfinv");
  registerElementwise("TspyroNdtri", ["x"], ndtri, "Ndtri");
  registerElementwise("TspyroIgamma", ["a", "x"], (a, x) => gammainc(x, a), "Igamma");
  registerElementwise("TspyroIgammaGradA", ["a", "x"], igammaGradA, "IgammaGradA");
  registerElementwise("TspyroBetainc", ["a", "b", "x"], (a, b, x) => betainc(x, a, b), nativeBetainc);
}
