/**
 * The log-density of a normal distribution for few numbers, as one kernel: models are full of scalars that are normal,
 * and term by term each of them is seven kernels, and a dozen on the way back. The arithmetic is that of the terms, in
 * their order and with their roundings; so is that of the gradient.
 */
import * as tf from "@tensorflow/tfjs-core";
import { SMALL } from "../backends/sizes.ts";
import { div, mul, neg, square, sub } from "../gradients/direct.ts";
import {
  type HostBackend,
  type KernelArgs,
  makeOutput,
  readFloats,
  registerEverywhere,
  runKernel,
} from "../kernels.ts";
import { sameShape, sumToShape } from "../shapes.ts";

export const NORMAL_SCORE = "TspyroNormalScore";
export const HALF_LOG_2PI = Math.log(2 * Math.PI) / 2;
const { fround, log } = Math;
const HALF = fround(HALF_LOG_2PI);

/** `-((x - loc) / scale)² / 2 - (log(scale) + log(2π) / 2)`; undefined where the terms had better be computed one by one. */
export function smallNormalScore(x: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor): tf.Tensor | undefined {
  if (x.size > SMALL || x.dtype !== "float32") return undefined;
  if (!fits(loc, x.shape) || !fits(scale, x.shape)) return undefined;
  return runKernel(NORMAL_SCORE, { x, loc, scale });
}

function fits({ rank, shape, dtype }: tf.Tensor, whole: readonly number[]): boolean {
  return dtype === "float32" && (rank === 0 || sameShape(shape, whole));
}

function score({ inputs, backend }: KernelArgs<HostBackend>): tf.TensorInfo {
  const { x, loc, scale } = inputs as Record<"x" | "loc" | "scale", tf.TensorInfo>;
  const [xs, locs, scales] = [readFloats(backend, x), readFloats(backend, loc), readFloats(backend, scale)];
  const out = new Float32Array(xs.length);
  const [ofLoc, ofScale] = [loc.shape.length === 0 ? 0 : 1, scale.shape.length === 0 ? 0 : 1];
  for (let i = 0; i < out.length; i++) {
    const s = scales[i * ofScale] as number;
    const z = fround(fround((xs[i] as number) - (locs[i * ofLoc] as number)) / s);
    out[i] = fround(fround(z * z) * -0.5) - fround(fround(log(s)) + HALF);
  }
  return makeOutput(backend, out, x.shape);
}

export function registerNormalScore(): void {
  registerEverywhere(NORMAL_SCORE, score);
  tf.registerGradient({
    kernelName: NORMAL_SCORE,
    inputsToSave: ["x", "loc", "scale"],
    gradFunc: (upstream, saved) => {
      const dy = upstream as tf.Tensor;
      const [x, loc, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const apart = sub(x, loc);
      const weighted = mul(dy, div(apart, scale));
      const slope = div(weighted, scale);
      const inScale = () =>
        sub(
          div(sumToShape(mul(weighted, apart), scale.shape), square(scale)),
          div(sumToShape(dy, scale.shape), scale),
        );
      return { x: () => neg(slope), loc: () => sumToShape(slope, loc.shape), scale: inScale };
    },
  });
}
