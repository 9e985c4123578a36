/** `x * 2` is NaN where x is a tensor, since JavaScript has no operators of a class's own; and NaN tells nobody why. */
import * as tf from "@tensorflow/tfjs-core";
import { PyroError } from "../errors.ts";
import { showShape } from "./shapes.ts";

/** A tensor was taken for a number. */
export class NoNumberError extends PyroError {}

/** Lets tensors refuse to be numbers. They are text as before: `"mean: " + x`, and so `x + 1`. */
export function refuseOperators(): void {
  Object.defineProperty(tf.Tensor.prototype, Symbol.toPrimitive, { value: primitive, configurable: true });
}

function primitive(this: tf.Tensor, hint: string): string {
  if (hint !== "number") return this.toString();
  throw new NoNumberError({
    what: "Operators and Math work on numbers, not on tensors",
    got: `a tensor of shape ${showShape(this.shape)}`,
    try: "tf.mul(x, 2) or x.mul(2) for x * 2, tf.greater(x, 0), tf.exp(x); x.dataSync()[0] is a number",
  });
}
