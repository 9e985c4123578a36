/** `scale` multiplies the log-densities of the sites inside: for subsampled or stratified data. */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import type { Message } from "./message.ts";
import { Poutine, type Program } from "./poutine.ts";

export interface ScaleOptions {
  /** A positive factor; a tensor must broadcast with the sites' batch shapes. */
  scale: number | tf.Tensor;
}

export class ScalePoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly scale: number | tf.Tensor;

  constructor(fn: Program<A, R> | null, options: ScaleOptions | number | tf.Tensor) {
    super(fn);
    this.scale = typeof options === "number" || options instanceof tf.Tensor ? options : options.scale;
    const ok = typeof this.scale === "number" ? this.scale > 0 : this.scale instanceof tf.Tensor;
    if (!ok) {
      throw pyroError({
        what: "scale needs a positive factor",
        where: "option scale",
        expected: "a number > 0, or a tensor of such",
        got: String(this.scale),
      });
    }
  }

  override processMessage(msg: Message): undefined {
    if (msg.type === "sample") msg.scale = product(msg.scale, this.scale);
  }
}

/** Scales the log-densities of a program: `scale(model, { scale: 0.5 })`. */
export function scale<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: ScaleOptions | number | tf.Tensor,
): ScalePoutine<A, R> {
  return new ScalePoutine(fn, options);
}

/** The product of two scales, without a tensor where numbers do. */
export function product(a: number | tf.Tensor, b: number | tf.Tensor): number | tf.Tensor {
  if (a === 1) return b;
  if (b === 1) return a;
  return typeof a === "number" && typeof b === "number" ? a * b : tf.mul(a, b);
}
