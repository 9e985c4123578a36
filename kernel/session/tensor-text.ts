import { inspect } from "node:util";
import { type TensorLike, tensorText } from "../display/tensor.ts";

/** Tensors in outputs: kind, shape and numbers, instead of the fields of an object. */
export function installTensorText(pyro: Readonly<Record<string, unknown>>): void {
  const tf = pyro.tf as { Tensor?: { prototype: object } } | undefined;
  const prototype = tf?.Tensor?.prototype;
  if (prototype === undefined) return;
  Object.defineProperty(prototype, inspect.custom, {
    value(this: TensorLike) {
      return tensorText(this);
    },
    configurable: true,
    writable: true,
  });
}
