/** Small tensor formulas that several families share. All are differentiable, and free of NaN where noted. */
import * as tf from "@tensorflow/tfjs-core";

/** Smallest normal float32, the largest one below 1, and the largest: where draws are clamped. */
export const TINY = 1.1754943508222875e-38;
export const ONE_MINUS = 1 - 2 ** -24;
export const HUGE = 3.4028234663852886e38;
export const EULER_GAMMA = 0.5772156649015329;
export const LOG_2PI = Math.log(2 * Math.PI);
const EPS = 2 ** -23;

/**
 * Runs `f` off the gradient tape: its result is a constant for every derivative.
 * The node written to the tape has no inputs, so nothing inside is differentiated (tfjs has no stopGradient,
 * and a comparison on the path of a gradient is an error there). `f` must return a new tensor.
 */
export function detached(f: () => tf.Tensor): tf.Tensor {
  return tf.customGrad(() => ({ value: f(), gradFunc: () => [] }))();
}

/**
 * `exp(log)` of a draw's logarithm, kept within ±`limit`. A draw that overflowed and was clamped afterwards would have
 * NaN for a slope (0 times infinity); within 79 even the slope in a shape of .01, some 8000 times the draw, is finite.
 */
export function expWithin(log: tf.Tensor, limit = 79): tf.Tensor {
  return tf.exp(tf.clipByValue(log, -limit, limit));
}

/** `a·log(x)` that is 0 where both are 0, with finite gradients there. */
export function xlogy(a: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const both = detached(() => tf.logicalAnd(tf.equal(a, 0), tf.equal(x, 0)));
  return tf.mul(a, tf.log(tf.where(both, 1, x)));
}

/** `a·log(1 + x)` that is 0 where `a` is 0 and `x` is -1, with finite gradients there. */
export function xlog1py(a: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const both = detached(() => tf.logicalAnd(tf.equal(a, 0), tf.equal(x, -1)));
  return tf.mul(a, tf.log1p(tf.where(both, 0, x)));
}

/** Keeps probabilities `EPS` away from 0 and 1 (as torch does), so that their logits are finite. */
export function clampProbs(p: tf.Tensor): tf.Tensor {
  return tf.clipByValue(p, EPS, 1 - EPS);
}

export function logit(p: tf.Tensor): tf.Tensor {
  return tf.sub(tf.log(p), tf.log1p(tf.neg(p)));
}

/** log(sum(exp(x))) along the last axis; entries of -Infinity contribute nothing, to the gradient neither. */
export function logSumExp(x: tf.Tensor, keepDims = false): tf.Tensor {
  const top = detached(() => tf.max(x, -1, true));
  const total = tf.add(tf.log(tf.sum(tf.exp(tf.sub(x, top)), -1, true)), top);
  return keepDims ? total : tf.squeeze(total, [-1]);
}

/** Coefficients of log(erfc(z)·exp(z²)/t) in t = 1/(1 + z/2), fractional error 1.2e-7 (Numerical Recipes, erfcc). */
const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];

/** P(Z <= x) of a standard normal, accurate relative to itself in the left tail; the gradient is the density. */
export function ndtr(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((input, save) => {
    const z = input as tf.Tensor;
    (save as tf.GradSaveFunc)([z]);
    const a = tf.mul(tf.abs(z), Math.SQRT1_2);
    const t = tf.div(1, tf.add(1, tf.mul(a, 0.5)));
    const poly = ERFC.reduceRight<tf.Tensor>((sum, c) => tf.add(tf.mul(sum, t), c), tf.zerosLike(t));
    const tail = tf.mul(0.5, tf.mul(t, tf.exp(tf.sub(poly, tf.square(a)))));
    return {
      value: tf.where(tf.less(z, 0), tail, tf.sub(1, tail)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const at = saved[0] as tf.Tensor;
        return tf.mul(dy, tf.exp(tf.sub(tf.mul(tf.square(at), -0.5), LOG_2PI / 2)));
      },
    };
  })(x);
}

/** log P(Z <= x) of a standard normal, finite far into the left tail; the gradient is density over mass. */
export function logNdtr(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((input, save) => {
    const z = input as tf.Tensor;
    const a = tf.mul(tf.abs(z), Math.SQRT1_2);
    const t = tf.div(1, tf.add(1, tf.mul(a, 0.5)));
    const poly = ERFC.reduceRight<tf.Tensor>((sum, c) => tf.add(tf.mul(sum, t), c), tf.zerosLike(t));
    const tail = tf.add(tf.log(tf.mul(0.5, t)), tf.sub(poly, tf.square(a)));
    const value = tf.where(tf.less(z, 0), tail, tf.log1p(tf.neg(tf.exp(tail))));
    (save as tf.GradSaveFunc)([z, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [at, log] = saved as [tf.Tensor, tf.Tensor];
        return tf.mul(dy, tf.exp(tf.sub(tf.mul(tf.add(tf.square(at), LOG_2PI), -0.5), log)));
      },
    };
  })(x);
}
