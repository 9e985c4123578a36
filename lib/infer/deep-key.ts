import * as tf from "@tensorflow/tfjs-core";

/**
 * A string that two values share iff they are deeply equal: tensors by shape and numbers, arrays and plain objects by
 * what is in them (whatever the order of the keys), all else by identity.
 */
export function deepKey(value: unknown): string {
  if (value instanceof tf.Tensor) return `tensor[${value.shape.join(",")}](${numbers(value.dataSync())})`;
  if (ArrayBuffer.isView(value)) return `numbers(${numbers(value as unknown as ArrayLike<number>)})`;
  switch (typeof value) {
    case "number":
      return String(value + 0);
    case "string":
      return JSON.stringify(value);
    case "object":
      return value === null ? "null" : ofObject(value);
    case "function":
    case "symbol":
      return `#${identity(value)}`;
    default:
      return `${typeof value}:${String(value)}`;
  }
}

function ofObject(value: object): string {
  if (Array.isArray(value)) return `[${value.map(deepKey).join(",")}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `#${identity(value)}`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${deepKey(item)}`).join(",")}}`;
}

/** Adding 0 makes -0 equal to 0. */
function numbers(values: ArrayLike<number | string>): string {
  return Array.from(values, (x) => (typeof x === "number" ? x + 0 : JSON.stringify(x))).join(",");
}

const identities = new WeakMap<WeakKey, number>();
let next = 0;

function identity(value: WeakKey): number {
  const known = identities.get(value);
  if (known !== undefined) return known;
  identities.set(value, next);
  return next++;
}
