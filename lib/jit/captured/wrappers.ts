import * as tf from "@tensorflow/tfjs-core";
import { textOf } from "../call/names.ts";

const WRAPPERS = new Set<string>();

/** Whether a function is one of those that this library, or tfjs, makes around functions of the user's. */
export function isWrapper(f: object): boolean {
  if (WRAPPERS.size === 0) {
    const g = () => tf.scalar(0);
    for (const made of [tf.grad(g), tf.grads(g), tf.valueAndGrad(g), tf.valueAndGrads(g)])
      WRAPPERS.add(textOf(made));
  }
  const text = textOf(f);
  return (
    (Object.getPrototypeOf(f) !== Function.prototype && !/^(?:class|async|function\s*\*)\b/.test(text)) ||
    /^\(\.\.\.args\) => this\.run\(/.test(text) ||
    WRAPPERS.has(text)
  );
}
