/** The derivatives of the special functions, written in tensors so that they can be differentiated again. */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../../errors.ts";
import { runKernel } from "../kernels.ts";
import { sumToShape } from "../shapes.ts";
import { besselGap, digamma, erfinv, lgamma, logBeta, ndtri, trigamma } from "./ops.ts";

function unary(name: string, derivative: (x: tf.Tensor) => tf.Tensor): void {
  tf.registerGradient({
    kernelName: name,
    inputsToSave: ["x"],
    gradFunc: (dy, [x]) => ({ x: () => tf.mul(dy as tf.Tensor, derivative(x as tf.Tensor)) }),
  });
}

export function registerSpecialGradients(): void {
  unary("TspyroLgamma", digamma);
  unary("TspyroDigamma", trigamma);
  unary("TspyroTrigamma", (x) => runKernel("TspyroTetragamma", { x }));
  unary("TspyroTetragamma", (x) => runKernel("TspyroPentagamma", { x }));
  unary("TspyroErfinv", (x) => tf.mul(Math.sqrt(Math.PI) / 2, tf.exp(tf.square(erfinv(x)))));
  unary("TspyroNdtri", (x) => tf.mul(Math.sqrt(2 * Math.PI), tf.exp(tf.div(tf.square(ndtri(x)), 2))));
  unary("TspyroLogI0e", (x) => tf.neg(besselGap(x)));
  unary("TspyroBesselGap", (x) => {
    const gap = besselGap(x);
    // (1 - g)/x + (1 - g)² - 1, which tends to -1/2 at 0.
    const tiny = tf.less(x, 1e-3);
    const ratio = tf.div(tf.sub(1, gap), tf.where(tiny, 1, x));
    return tf.where(tiny, -0.5, tf.add(ratio, tf.mul(gap, tf.sub(gap, 2))));
  });
  tf.registerGradient({
    kernelName: "TspyroIgamma",
    inputsToSave: ["a", "x"],
    gradFunc: (dy, saved) => {
      const [a, x] = saved as [tf.Tensor, tf.Tensor];
      const density = () => tf.exp(tf.sub(tf.sub(tf.mul(tf.sub(a, 1), tf.log(x)), x), lgamma(a)));
      return {
        a: () => sumToShape(tf.mul(dy as tf.Tensor, runKernel("TspyroIgammaGradA", { a, x })), a.shape),
        x: () => sumToShape(tf.mul(dy as tf.Tensor, density()), x.shape),
      };
    },
  });
  tf.registerGradient({
    kernelName: "TspyroLogBeta",
    inputsToSave: ["a", "b"],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const slope = (x: tf.Tensor) =>
        sumToShape(tf.mul(dy as tf.Tensor, tf.sub(digamma(x), digamma(tf.add(a, b)))), x.shape);
      return { a: () => slope(a), b: () => slope(b) };
    },
  });
  tf.registerGradient({
    kernelName: "TspyroBetainc",
    inputsToSave: ["a", "b", "x"],
    gradFunc: (dy, saved) => {
      const [a, b, x] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const density = () => {
        const powers = tf.add(tf.mul(tf.sub(a, 1), tf.log(x)), tf.mul(tf.sub(b, 1), tf.log1p(tf.neg(x))));
        return tf.exp(tf.sub(powers, logBeta(a, b)));
      };
      return {
        a: () => notDifferentiable("a"),
        b: () => notDifferentiable("b"),
        x: () => sumToShape(tf.mul(dy as tf.Tensor, density()), x.shape),
      };
    },
  });
}

function notDifferentiable(argument: string): never {
  throw pyroError({
    what: `betainc(a, b, x) has no derivative in ${argument} here`,
    expected: "a loss that depends on betainc through x alone",
    try: "keep a and b constant, or write the loss with the log-density instead of the cumulative one",
  });
}
