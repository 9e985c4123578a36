/**
 * Gradients that tfjs writes with the kernel's saved *output*. That output is detached from the tape, so a
 * second derivative through it is silently wrong. Here the output is used where only a first derivative is
 * being taken, and recomputed from the saved input where the gradient is itself being differentiated.
 */
import * as tf from "@tensorflow/tfjs-core";
import { sumToShape } from "../shapes.ts";
import { constant, mul, sub } from "./direct.ts";

function differentiatingAgain(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

/**
 * @param forward computes the kernel again
 * @param gradient of the input, from the upstream gradient and the output
 */
function fromOutput(
  kernelName: string,
  input: string,
  forward: (x: tf.Tensor, attrs: tf.NamedAttrMap) => tf.Tensor,
  gradient: (dy: tf.Tensor, y: tf.Tensor, attrs: Record<string, unknown>) => tf.Tensor,
): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: [input],
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [x, y] = saved as [tf.Tensor, tf.Tensor];
      return {
        [input]: () => {
          const output = differentiatingAgain() ? forward(x, attrs) : y;
          return gradient(dy as tf.Tensor, output, attrs as Record<string, unknown>);
        },
      };
    },
  });
}

export function registerSecondOrderGradients(): void {
  fromOutput("Exp", "x", tf.exp, mul);
  fromOutput("Sigmoid", "x", tf.sigmoid, (dy, y) => mul(dy, mul(y, sub(constant(1), y))));
  fromOutput("Tanh", "x", tf.tanh, (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y))));
  fromOutput("Elu", "x", tf.elu, (dy, y) => tf.where(tf.greater(y, 0), dy, tf.mul(dy, tf.add(y, 1))));
  fromOutput(
    "Softmax",
    "logits",
    (x, attrs) => tf.softmax(x, attrs.dim as number),
    (dy, y, { dim }) => {
      const weighted = tf.mul(dy, y);
      return tf.sub(weighted, tf.mul(tf.sum(weighted, dim as number, true), y));
    },
  );
  tf.registerGradient({
    kernelName: "Pow",
    inputsToSave: ["a", "b"],
    outputsToSave: [true],
    gradFunc: (dy, saved) => {
      const [a, b, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const upstream = dy as tf.Tensor;
      const output = () => (differentiatingAgain() ? tf.pow(a, b) : y);
      return {
        a: () => sumToShape(tf.mul(upstream, tf.mul(b, tf.pow(a, tf.sub(b, 1)))), a.shape),
        // 0^b does not move with b > 0: the logarithm is taken of 1 there, which gives 0.
        b: () => {
          const logBase = tf.log(tf.where(tf.greater(a, 0), a, tf.onesLike(a)));
          return sumToShape(tf.mul(upstream, tf.mul(output(), logBase)), b.shape);
        },
      };
    },
  });
}
