/** What the library accepts wherever a tensor is meant: tensors, numbers, booleans, nested and typed arrays. */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";

export type NestedArray = readonly (number | boolean | NestedArray)[];
export type NumericTypedArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Int16Array
  | Uint16Array
  | Uint32Array;
export type Numeric = tf.Tensor | number | boolean | NestedArray | NumericTypedArray;

export function isTensor(x: unknown): x is tf.Tensor {
  return x instanceof tf.Tensor;
}

/**
 * The float32 tensor that `x` stands for. A float32 tensor is returned as it is (not a copy).
 * @throws PyroError if `x` is neither numeric nor rectangular.
 */
export function toTensor(x: Numeric): tf.Tensor {
  if (x instanceof tf.Tensor) return x.dtype === "float32" ? x : tf.cast(x, "float32");
  if (typeof x === "number") return tf.scalar(x, "float32");
  if (typeof x === "boolean") return tf.scalar(x ? 1 : 0, "float32");
  // A copy: tfjs would share the memory of a Float32Array with the caller.
  if (ArrayBuffer.isView(x)) return tf.tensor1d(Float32Array.from(x), "float32");
  if (Array.isArray(x)) return fromNested(x as NestedArray);
  throw pyroError({
    what: "A tensor was expected",
    expected: "a tensor, a number, or a (nested) array of numbers",
    got: sayWhat(x),
  });
}

function fromNested(x: NestedArray): tf.Tensor {
  const shape: number[] = [];
  for (let level: unknown = x; Array.isArray(level); level = level[0]) shape.push(level.length);
  const values: number[] = [];
  flatten(x, shape, 0, values);
  return tf.tensor(Float32Array.from(values), shape, "float32");
}

function flatten(x: NestedArray, shape: readonly number[], depth: number, out: number[]): void {
  if (x.length !== shape[depth]) throw ragged(shape);
  for (const item of x) {
    if (Array.isArray(item)) {
      if (depth + 1 >= shape.length) throw ragged(shape);
      flatten(item as NestedArray, shape, depth + 1, out);
    } else {
      if (depth + 1 !== shape.length) throw ragged(shape);
      if (typeof item !== "number" && typeof item !== "boolean") {
        throw pyroError({
          what: "An array holds something that is not a number",
          expected: "numbers or booleans",
          got: sayWhat(item),
          try: "stack tensors with tf.stack([...]) instead of putting them into an array",
        });
      }
      out.push(Number(item));
    }
  }
}

/** The error of a nested array whose first rows say that it is of this shape. */
export function ragged(shape: readonly number[]): Error {
  return pyroError({
    what: "A nested array is not rectangular",
    expected: `rows of equal length, as in the first of them: shape [${shape.join(", ")}]`,
    got: "rows of different lengths or depths",
  });
}

function sayWhat(x: unknown): string {
  if (x === null || x === undefined) return String(x);
  if (isTensor(x)) return `a tensor of shape [${x.shape.join(", ")}]`;
  if (typeof x === "string") return `the string ${JSON.stringify(x)}`;
  if (typeof x === "function") return `the function ${x.name || "(anonymous)"}`;
  if (typeof x === "object") return `an object of ${x.constructor?.name ?? "no class"}`;
  return `${typeof x} ${String(x)}`;
}
