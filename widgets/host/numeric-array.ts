import * as tf from "@tensorflow/tfjs-core";
import { kindOf, pyroError } from "../../lib/errors.ts";

/** Numbers of any shape: a tensor, a typed array, an array of numbers, or of such arrays. */
export type NumericArray = tf.Tensor | ArrayLike<number> | readonly NumericArray[];

export interface ReadArray {
  readonly shape: readonly number[];
  /** Row by row. */
  readonly values: ArrayLike<number>;
}

export function isNumericArray(value: unknown): value is NumericArray {
  if (value instanceof tf.Tensor) return value.dtype !== "string" && value.dtype !== "complex64";
  if (ArrayBuffer.isView(value)) return "length" in value && !(value instanceof BigInt64Array);
  if (!Array.isArray(value)) return false;
  return (
    value.length === 0 ||
    typeof value[0] === "number" ||
    typeof value[0] === "boolean" ||
    isNumericArray(value[0])
  );
}

/** @throws for what is no array of numbers, or one whose rows differ in length */
export function readArray(where: string, value: NumericArray | number): ReadArray {
  if (typeof value === "number") return { shape: [], values: [value] };
  if (value instanceof tf.Tensor) return { shape: value.shape, values: value.dataSync() as Float32Array };
  if (!isNumericArray(value)) throw notNumbers(where, value);
  const rows = value as ArrayLike<number | NumericArray>;
  if (rows.length === 0 || !isNumericArray(rows[0]))
    return { shape: [rows.length], values: Float64Array.from(rows as ArrayLike<number>) };
  const read = Array.from(rows, (row) => readArray(where, row));
  const [first] = read;
  const odd = read.find(({ shape }) => String(shape) !== String(first?.shape));
  if (first === undefined || odd !== undefined) {
    throw pyroError({
      what: "The rows have different shapes",
      where,
      expected: `[${first?.shape.join(", ")}], as the first row has`,
      got: `[${odd?.shape.join(", ")}]`,
    });
  }
  const size = first.values.length;
  const values = new Float64Array(read.length * size);
  for (const [i, row] of read.entries()) values.set(row.values, i * size);
  return { shape: [read.length, ...first.shape], values };
}

function notNumbers(where: string, got: unknown): Error {
  return pyroError({
    what: "There are no numbers to draw",
    where,
    expected: "a tensor, an array of numbers, or an array of such arrays",
    got: Array.isArray(got) ? "an array of other things than numbers" : kindOf(got),
  });
}
