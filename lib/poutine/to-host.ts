/** Values as plain data: tensors become nested arrays, wherever they stand. */
import * as tf from "@tensorflow/tfjs-core";

export function toHost(value: unknown, depth = 0): unknown {
  if (value instanceof tf.Tensor) return value.isDisposed ? "(disposed)" : value.arraySync();
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  if (typeof value === "function") return `[function ${value.name || "anonymous"}]`;
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (typeof value !== "object" || value === null) return value;
  // Arguments may be any object, cyclic ones included.
  if (depth >= 8) return "...";
  if (Array.isArray(value)) return value.map((item) => toHost(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toHost(item, depth + 1)]));
}
