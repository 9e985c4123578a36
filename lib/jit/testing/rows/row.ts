/** What a row of the tables of kernels says, and the inputs that rows are made of. */
import * as tf from "@tensorflow/tfjs-core";
import { noise } from "../../../tensor/testing/gradcheck.ts";

export interface KernelRow {
  readonly name: string;
  readonly f: (...args: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  /** Other numbers for each seed. */
  readonly args: (seed: number) => tf.Tensor[];
  /** Why this row is not differentiated. */
  readonly noGradient?: string;
}

export type Shape = readonly number[];
export type F = (...xs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
export type Input = (seed: number) => tf.Tensor;

const sizeOf = (shape: Shape) => shape.reduce((a, b) => a * b, 1);

/** Floats in (low, high). */
export const floats =
  (shape: Shape, low = -1.5, high = 1.5): Input =>
  (seed) =>
    tf.tensor(
      noise(sizeOf(shape), seed).map((x) => low + ((x + 1) / 2) * (high - low)),
      [...shape],
    );

/** Whole numbers in low … high - 1. */
export const ints =
  (shape: Shape, low: number, high: number): Input =>
  (seed) =>
    tf.tensor(
      Int32Array.from(noise(sizeOf(shape), seed), (x) => low + Math.floor(((x + 1) / 2) * (high - low))),
      [...shape],
      "int32",
    );

export const bools =
  (shape: Shape): Input =>
  (seed) =>
    tf.tensor(
      Array.from(noise(sizeOf(shape), seed), (x) => x > 0),
      [...shape],
      "bool",
    );

export const row = (name: string, f: F, inputs: readonly Input[], noGradient?: string): KernelRow => ({
  name,
  f,
  args: (seed) => inputs.map((input, i) => input(seed + 31 * i)),
  ...(noGradient === undefined ? {} : { noGradient }),
});
export const text = (shape: Shape) => `[${shape.join(",")}]`;
/** Why rows are not differentiated. */
export const noFloat = "its inputs are no floats";
export const condition = "its result is a condition";
