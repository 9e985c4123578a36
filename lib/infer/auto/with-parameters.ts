import * as tf from "@tensorflow/tfjs-core";
import type { HasParameters } from "../../nn/index.ts";

/**
 * The same network with other tensors in the place of its variables: a copy of its structure, so that the original,
 * and whatever was made of it before, stay as they are.
 * @param tensorAt the tensor for the variable of a path, as `namedParameters` names it
 */
export function withParameters<T extends HasParameters>(
  network: T,
  tensorAt: (path: string) => tf.Tensor,
): T {
  return replaced(network, "", tensorAt) as T;
}

function replaced(value: unknown, path: string, tensorAt: (path: string) => tf.Tensor): unknown {
  if (value instanceof tf.Variable) return tensorAt(path);
  const inside = (key: string) => (path === "" ? key : `${path}.${key}`);
  if (Array.isArray(value)) return value.map((item, i) => replaced(item, inside(String(i)), tensorAt));
  if (typeof (value as Partial<HasParameters> | null)?.namedParameters !== "function") return value;
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(value));
  for (const [key, item] of Object.entries(value as object))
    copy[key] = replaced(item, inside(key), tensorAt);
  return copy;
}
