/** The special functions as tfjs kernels: TensorFlow's own ops on the native backend, `@stdlib` elsewhere. */
import betainc from "@stdlib/math-base-special-betainc";
import erfinv from "@stdlib/math-base-special-erfinv";
import trigamma from "@stdlib/math-base-special-trigamma";
import * as tf from "@tensorflow/tfjs-core";
import { floatAttr, type KernelArgs, type NativeBackend } from "../kernels.ts";
import { besselGap, logI0e } from "./bessel.ts";
import { registerElementwise } from "./elementwise.ts";
import { igamma, igammaGradA } from "./incomplete-gamma.ts";
import { digamma, logGamma } from "./log-gamma.ts";
import { ndtri, pentagamma, tetragamma } from "./scalar.ts";

/** ψ⁽ⁿ⁾ on the native backend. */
function polygamma(n: number) {
  return ({ inputs, backend }: KernelArgs<NativeBackend>): tf.TensorInfo => {
    const order = tf.fill((inputs.x as tf.TensorInfo).shape, n);
    return backend.executeSingleOutput("Polygamma", floatAttr(backend), [order, inputs.x as tf.TensorInfo]);
  };
}

export function registerSpecialKernels(): void {
  registerElementwise("TspyroLgamma", ["x"], logGamma, "Lgamma");
  registerElementwise("TspyroDigamma", ["x"], digamma, "Digamma");
  registerElementwise("TspyroTrigamma", ["x"], trigamma, polygamma(1));
  registerElementwise("TspyroTetragamma", ["x"], tetragamma);
  registerElementwise("TspyroPentagamma", ["x"], pentagamma);
  registerElementwise("TspyroErfinv", ["x"], erfinv, "Erfinv");
  registerElementwise("TspyroNdtri", ["x"], ndtri, "Ndtri");
  registerElementwise("TspyroLogI0e", ["x"], logI0e);
  registerElementwise("TspyroBesselGap", ["x"], besselGap);
  // Not by TensorFlow's Igamma and Betainc, whose float32 arithmetic loses four digits at a = 500.
  registerElementwise("TspyroIgamma", ["a", "x"], igamma);
  registerElementwise("TspyroIgammaGradA", ["a", "x"], igammaGradA);
  registerElementwise("TspyroLogBeta", ["a", "b"], (a, b) => logGamma(a) + logGamma(b) - logGamma(a + b));
  registerElementwise("TspyroBetainc", ["a", "b", "x"], (a, b, x) => betainc(x, a, b));
}
