/** `mask` counts the log-densities of the sites inside only where the mask is true (1). */
import * as tf from "@tensorflow/tfjs-core";
import { type Numeric, toTensor } from "../tensor/index.ts";
import type { Message } from "./message.ts";
import { Poutine, type Program } from "./poutine.ts";

export interface MaskOptions {
  /** True or 1 where a site counts; broadcasts with the sites' batch shapes. */
  mask: Numeric;
}

export class MaskPoutine<A extends unknown[] = unknown[], R = unknown> extends Poutine<A, R> {
  readonly mask: Numeric;

  constructor(fn: Program<A, R> | null, options: MaskOptions) {
    super(fn);
    this.mask = options.mask;
  }

  override processMessage(msg: Message): undefined {
    if (msg.type !== "sample") return;
    const mask = toTensor(this.mask);
    msg.mask = msg.mask === undefined ? mask : tf.mul(msg.mask, mask);
  }
}

/** Masks the log-densities of a program: `mask(model, { mask: [true, false, true] })`. */
export function mask<A extends unknown[], R>(
  fn: Program<A, R> | null,
  options: MaskOptions,
): MaskPoutine<A, R> {
  return new MaskPoutine(fn, options);
}
