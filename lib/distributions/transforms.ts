/**
 * Smooth maps with a known inverse and a known log-determinant: how an unconstrained parameter becomes a constrained
 * one, and how a simple distribution becomes another.
 */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { type Numeric, toTensor } from "../tensor/index.ts";
import { type Constraint, interval, positive, realVector, simplex, unitInterval } from "./constraints.ts";
import { detached, ONE_MINUS, TINY } from "./helpers.ts";
import {
  ComposeTransform,
  ElementwiseTransform,
  IndependentTransform,
  signOf,
  Transform,
} from "./transform.ts";

export { corrCholesky, lowerCholesky, ordered, positiveDefinite } from "./matrix-transforms.ts";

/** y = x. Returns a new tensor, so that a value a user keeps is not the stored one. */
export const identity: Transform = new ElementwiseTransform("identity", {
  sign: 1,
  forward: (x) => tf.clone(x),
  backward: (y) => tf.clone(y),
  logDet: (x) => tf.zerosLike(x),
});

/** y = exp(x), from the reals to the positive numbers. */
export const exp: Transform = new ElementwiseTransform("exp", {
  sign: 1,
  codomain: positive,
  forward: (x) => tf.exp(x),
  backward: (y) => tf.log(y),
  logDet: (x) => tf.clone(x),
});

/** Keeps probabilities away from 0 and 1 by what float32 resolves, so that their logits are finite. */
const clamp = (p: tf.Tensor) => tf.clipByValue(p, TINY, ONE_MINUS);

/** y = 1 / (1 + exp(-x)), from the reals to (0, 1). */
export const sigmoid: Transform = new ElementwiseTransform("sigmoid", {
  sign: 1,
  codomain: unitInterval,
  forward: (x) => clamp(tf.sigmoid(x)),
  backward: (y) => {
    const p = clamp(y);
    return tf.sub(tf.log(p), tf.log1p(tf.neg(p)));
  },
  logDet: (x) => tf.neg(tf.add(tf.softplus(tf.neg(x)), tf.softplus(x))),
});

/** y = tanh(x), from the reals to (-1, 1). */
export const tanh: Transform = new ElementwiseTransform("tanh", {
  sign: 1,
  codomain: interval(-1, 1),
  forward: (x) => tf.tanh(x),
  backward: (y) => tf.atanh(tf.clipByValue(y, -ONE_MINUS, ONE_MINUS)),
  // 1 - y² loses everything near ±1; this form does not.
  logDet: (x) => tf.mul(2, tf.sub(Math.LN2, tf.add(x, tf.softplus(tf.mul(-2, x))))),
});

/** y = log(1 + exp(x)), from the reals to the positive numbers. */
export const softplus: Transform = new ElementwiseTransform("softplus", {
  sign: 1,
  codomain: positive,
  forward: (x) => tf.softplus(x),
  backward: (y) => tf.add(y, tf.log(tf.neg(tf.expm1(tf.neg(y))))),
  logDet: (x) => tf.neg(tf.softplus(tf.neg(x))),
});

/** Numbers and tensors as they are; arrays as a tensor of whoever asks, who lives shorter than a transform. */
function tensorLike(x: Numeric): () => number | tf.Tensor {
  return typeof x === "number" || x instanceof tf.Tensor ? () => x : () => toTensor(x);
}

/** y = loc + scale · x; the scale must not be 0. With `eventDim`, that many axes count as one event. */
export function affine(loc: Numeric, scale: Numeric, eventDim = 0): Transform {
  const [shift, factor] = [tensorLike(loc), tensorLike(scale)];
  const plain = new ElementwiseTransform("affine", {
    sign: typeof scale === "number" ? signOf(scale) : undefined,
    forward: (x) => tf.add(shift(), tf.mul(factor(), x)),
    backward: (y) => tf.div(tf.sub(y, shift()), factor()),
    logDet: () =>
      typeof scale === "number" ? tf.scalar(Math.log(Math.abs(scale))) : tf.log(tf.abs(factor())),
  });
  return eventDim === 0 ? plain : new IndependentTransform(plain, eventDim);
}

/** y = x^exponent on the positive numbers; the exponent must not be 0. */
export function power(exponent: Numeric): Transform {
  const to = tensorLike(exponent);
  return new ElementwiseTransform("power", {
    sign: typeof exponent === "number" ? signOf(exponent) : undefined,
    domain: positive,
    codomain: positive,
    forward: (x) => tf.pow(x, to()),
    backward: (y) => tf.pow(y, tf.div(1, to())),
    logDet: (x, y) => tf.log(tf.abs(tf.div(tf.mul(to(), y), x))),
  });
}

/**
 * From K - 1 real numbers to K positive ones that sum to 1, by breaking a stick: each number says which share of the
 * rest is broken off, and zeros give equal pieces.
 */
class StickBreakingTransform extends Transform {
  readonly name = "stickBreaking";
  readonly domain = realVector;
  readonly codomain = simplex;

  /** Logit of the share that each piece takes of the rest: shifted so that zeros mean equal pieces. */
  private shares(x: tf.Tensor): tf.Tensor {
    const k = x.shape.at(-1) ?? 0;
    return tf.sub(x, tf.log(tf.range(k, 0, -1)));
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    const t = this.shares(x);
    // Products of (1 - share) as sums of logarithms: exact, and cumsum has a gradient where cumprod has none.
    const rest = tf.cumsum(tf.neg(tf.softplus(t)), t.rank - 1);
    const lead = new Array<[number, number]>(x.rank - 1).fill([0, 0]);
    const before = tf.pad(rest, [...lead, [1, 0]]);
    const share = tf.pad(tf.neg(tf.softplus(tf.neg(t))), [...lead, [0, 1]]);
    return tf.exp(tf.add(before, share));
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    const k = (y.shape.at(-1) ?? 1) - 1;
    const head = tf.slice(
      y,
      y.shape.map(() => 0),
      [...y.shape.slice(0, -1), k],
    );
    const after = tf.sub(tf.cumsum(y, y.rank - 1, false, true), y);
    const rest = tf.slice(
      after,
      y.shape.map(() => 0),
      head.shape,
    );
    const safe = (v: tf.Tensor) => tf.log(tf.clipByValue(v, TINY, 1));
    return tf.add(tf.sub(safe(head), safe(rest)), tf.log(tf.range(k, 0, -1)));
  }
  protected logDet(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
    const t = this.shares(x);
    const k = x.shape.at(-1) ?? 0;
    const head = tf.slice(
      y,
      y.shape.map(() => 0),
      [...y.shape.slice(0, -1), k],
    );
    return tf.sum(tf.add(tf.neg(tf.softplus(t)), tf.log(head)), -1);
  }
  override forwardShape(shape: readonly number[]): number[] {
    return [...shape.slice(0, -1), (shape.at(-1) ?? 0) + 1];
  }
  override inverseShape(shape: readonly number[]): number[] {
    return [...shape.slice(0, -1), (shape.at(-1) ?? 2) - 1];
  }
}
export const stickBreaking: Transform = new StickBreakingTransform();

/** y = exp(x) / sum(exp(x)): simple for optimisation, but not a bijection, so it has no Jacobian. */
class SoftmaxTransform extends Transform {
  readonly name = "softmax";
  readonly domain = realVector;
  readonly codomain = simplex;
  override readonly bijective = false;

  protected forward(x: tf.Tensor): tf.Tensor {
    const e = tf.exp(
      tf.sub(
        x,
        detached(() => tf.max(x, -1, true)),
      ),
    );
    return tf.div(e, tf.sum(e, -1, true));
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    return tf.log(tf.clipByValue(y, TINY, 1));
  }
  protected logDet(): tf.Tensor {
    throw new Error("softmax is not a bijection and has no Jacobian; use stickBreaking");
  }
}
export const softmax: Transform = new SoftmaxTransform();

/** Puts the elements of a vector into another order: y[i] = x[order[i]]. */
class PermuteTransform extends Transform {
  readonly name = "permute";
  readonly domain = realVector;
  readonly codomain = realVector;
  readonly order: readonly number[];

  constructor(order: readonly number[]) {
    super();
    this.order = order;
    if (!order.every((_, i) => order.includes(i))) {
      throw pyroError({
        what: "permute was not given a permutation",
        expected: `each of 0 to ${order.length - 1} once`,
        got: `[${order}]`,
      });
    }
  }
  private pick(x: tf.Tensor, order: readonly number[]): tf.Tensor {
    return tf.gather(x, tf.tensor1d([...order], "int32"), x.rank - 1);
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    return this.pick(x, this.order);
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    return this.pick(
      y,
      this.order.map((_, i) => this.order.indexOf(i)),
    );
  }
  protected logDet(x: tf.Tensor): tf.Tensor {
    return tf.zeros(x.shape.slice(0, -1));
  }
}
/** @throws unless `order` names each index once. */
export function permute(order: readonly number[]): Transform {
  return new PermuteTransform(order);
}

export function independentTransform(base: Transform, n: number): Transform {
  return n === 0 ? base : new IndependentTransform(base, n);
}

/** @param codomain - the set the whole map ends in, where it is narrower than that of the last part */
export function compose(parts: readonly Transform[], codomain?: Constraint): Transform {
  return new ComposeTransform(parts, codomain);
}
