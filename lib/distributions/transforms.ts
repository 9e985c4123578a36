/**
 * Smooth maps with a known inverse and a known log-determinant: how an unconstrained parameter becomes a constrained
 * one, and how a simple distribution becomes another.
 */
import * as tf from "@tensorflow/tfjs-core";
import { broadcastTo, type Numeric, sumRightmost, toTensor } from "../tensor/index.ts";
import {
  type Bound,
  type Constraint,
  independent,
  interval,
  positive,
  real,
  realVector,
  simplex,
  unitInterval,
} from "./constraints.ts";
import { detached, ONE_MINUS, TINY } from "./helpers.ts";

export abstract class Transform {
  abstract readonly name: string;
  /** Where `call` is defined. */
  abstract readonly domain: Constraint;
  /** Where its values lie. */
  abstract readonly codomain: Constraint;
  /** Whether `inverse` undoes `call` (softmax only undoes it up to a constant). */
  readonly bijective: boolean = true;
  /** 1 where it rises, -1 where it falls, undefined where that has no meaning or depends on the parameters. */
  get sign(): 1 | -1 | undefined {
    return undefined;
  }

  protected abstract forward(x: tf.Tensor): tf.Tensor;
  protected abstract backward(y: tf.Tensor): tf.Tensor;
  protected abstract logDet(x: tf.Tensor, y: tf.Tensor): tf.Tensor;

  /** Rightmost axes that are transformed together. */
  get eventDim(): number {
    return this.domain.eventDim;
  }
  call(x: Numeric): tf.Tensor {
    return tf.tidy(() => this.forward(toTensor(x)));
  }
  inverse(y: Numeric): tf.Tensor {
    return tf.tidy(() => this.backward(toTensor(y)));
  }
  /** log |det dy/dx| of each event: the event axes are summed away. `y` is `call(x)`. */
  logAbsDetJacobian(x: Numeric, y: Numeric = this.call(x)): tf.Tensor {
    return tf.tidy(() => this.logDet(toTensor(x), toTensor(y)));
  }
  /** The manual's form: as a function of the output alone. */
  logDetJacobian(y: Numeric): tf.Tensor {
    return tf.tidy(() => this.logAbsDetJacobian(this.inverse(y), y));
  }
  /** Shape of `call(x)` for the shape of `x`. */
  forwardShape(shape: readonly number[]): number[] {
    return [...shape];
  }
  inverseShape(shape: readonly number[]): number[] {
    return [...shape];
  }
  /** The same map read backwards. */
  get inv(): Transform {
    return new InverseTransform(this);
  }
  toString(): string {
    return this.name;
  }
}

/** What the 0.1 manual asks of a bijector; extend `Bijector` or write an object. */
export interface BijectorLike {
  call(x: tf.Tensor): tf.Tensor;
  inverse(y: tf.Tensor): tf.Tensor;
  /** log |det dy/dx| as a function of the output, one number for each event. */
  logDetJacobian(y: tf.Tensor): tf.Tensor;
}

/** Base of a bijector of one's own, as in the manual: override `call`, `inverse` and `logDetJacobian`. */
export abstract class Bijector implements BijectorLike {
  abstract call(x: tf.Tensor): tf.Tensor;
  abstract inverse(y: tf.Tensor): tf.Tensor;
  abstract logDetJacobian(y: tf.Tensor): tf.Tensor;
}

export function asTransform(bijector: BijectorLike): Transform {
  return bijector instanceof Transform ? bijector : new BijectorTransform(bijector);
}

class BijectorTransform extends Transform {
  readonly name: string;
  readonly bijector: BijectorLike;
  readonly domain: Constraint;
  readonly codomain: Constraint;

  constructor(bijector: BijectorLike) {
    super();
    this.bijector = bijector;
    this.name = bijector.constructor.name === "Object" ? "bijector" : bijector.constructor.name;
    const { domain = real, codomain = real } = bijector as Partial<Pick<Transform, "domain" | "codomain">>;
    this.domain = domain;
    this.codomain = codomain;
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    return this.bijector.call(x);
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    return this.bijector.inverse(y);
  }
  protected logDet(_x: tf.Tensor, y: tf.Tensor): tf.Tensor {
    return this.bijector.logDetJacobian(y);
  }
}

class InverseTransform extends Transform {
  readonly original: Transform;
  readonly name: string;
  readonly domain: Constraint;
  readonly codomain: Constraint;

  constructor(original: Transform) {
    super();
    this.original = original;
    this.name = `inverse(${original})`;
    this.domain = original.codomain;
    this.codomain = original.domain;
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    return this.original.inverse(x);
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    return this.original.call(y);
  }
  protected logDet(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
    return tf.neg(this.original.logAbsDetJacobian(y, x));
  }
  override forwardShape(shape: readonly number[]): number[] {
    return this.original.inverseShape(shape);
  }
  override inverseShape(shape: readonly number[]): number[] {
    return this.original.forwardShape(shape);
  }
  override get sign() {
    return this.original.sign;
  }
  override get inv(): Transform {
    return this.original;
  }
}

interface Elementwise {
  sign?: 1 | -1 | undefined;
  domain?: Constraint;
  codomain?: Constraint;
  forward: (x: tf.Tensor) => tf.Tensor;
  backward: (y: tf.Tensor) => tf.Tensor;
  logDet: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor;
}

/** A transform of each number by itself, from its three formulas. */
class ElementwiseTransform extends Transform {
  readonly name: string;
  readonly domain: Constraint;
  readonly codomain: Constraint;
  readonly formulas: Elementwise;

  constructor(name: string, formulas: Elementwise) {
    super();
    this.name = name;
    this.formulas = formulas;
    this.domain = formulas.domain ?? real;
    this.codomain = formulas.codomain ?? real;
  }
  override get sign() {
    return this.formulas.sign;
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    return this.formulas.forward(x);
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    return this.formulas.backward(y);
  }
  protected logDet(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
    return broadcastTo(this.formulas.logDet(x, y), y.shape);
  }
}

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

const signOf = (x: number): 1 | -1 => (x < 0 ? -1 : 1);

/** y = loc + scale · x; the scale must not be 0. With `eventDim`, that many axes count as one event. */
export function affine(loc: Bound, scale: Bound, eventDim = 0): Transform {
  const plain = new ElementwiseTransform("affine", {
    sign: typeof scale === "number" ? signOf(scale) : undefined,
    forward: (x) => tf.add(loc, tf.mul(scale, x)),
    backward: (y) => tf.div(tf.sub(y, loc), scale),
    logDet: () => (typeof scale === "number" ? tf.scalar(Math.log(Math.abs(scale))) : tf.log(tf.abs(scale))),
  });
  return eventDim === 0 ? plain : new IndependentTransform(plain, eventDim);
}

/** y = x^exponent on the positive numbers; the exponent must not be 0. */
export function power(exponent: Bound): Transform {
  return new ElementwiseTransform("power", {
    sign: typeof exponent === "number" ? signOf(exponent) : undefined,
    domain: positive,
    codomain: positive,
    forward: (x) => tf.pow(x, exponent),
    backward: (y) => tf.pow(y, tf.div(1, exponent)),
    logDet: (x, y) => tf.log(tf.abs(tf.div(tf.mul(exponent, y), x))),
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

/** Square matrices to lower triangular ones with a positive diagonal: drops what is above, exponentiates it. */
class LowerCholeskyTransform extends Transform {
  readonly name = "lowerCholesky";
  readonly domain = independent(real, 2);
  readonly codomain: Constraint;

  constructor(codomain: Constraint) {
    super();
    this.codomain = codomain;
  }
  private parts(x: tf.Tensor) {
    const n = x.shape.at(-1) ?? 1;
    const eye = tf.eye(n);
    return { eye, below: tf.sub(tf.linalg.bandPart(tf.ones([n, n]), -1, 0), eye) };
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    const { eye, below } = this.parts(x);
    return tf.add(tf.mul(x, below), tf.mul(tf.exp(tf.mul(x, eye)), eye));
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    const { eye, below } = this.parts(y);
    return tf.add(tf.mul(y, below), tf.log(tf.add(tf.mul(y, eye), tf.sub(1, eye))));
  }
  protected logDet(x: tf.Tensor): tf.Tensor {
    const { eye } = this.parts(x);
    return tf.sum(tf.mul(x, eye), [-2, -1]);
  }
}
export function lowerCholesky(codomain: Constraint): Transform {
  return new LowerCholeskyTransform(codomain);
}

/** Counts the last `n` batch axes of `base` as part of its event: its Jacobian is summed over them. */
class IndependentTransform extends Transform {
  readonly name: string;
  readonly base: Transform;
  readonly reinterpreted: number;
  readonly domain: Constraint;
  readonly codomain: Constraint;
  override readonly bijective: boolean;

  constructor(base: Transform, n: number) {
    super();
    this.base = base;
    this.reinterpreted = n;
    this.name = `independent(${base}, ${n})`;
    this.domain = independent(base.domain, n);
    this.codomain = independent(base.codomain, n);
    this.bijective = base.bijective;
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    return this.base.call(x);
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    return this.base.inverse(y);
  }
  protected logDet(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
    return sumRightmost(this.base.logAbsDetJacobian(x, y), this.reinterpreted);
  }
  override forwardShape(shape: readonly number[]): number[] {
    return this.base.forwardShape(shape);
  }
  override inverseShape(shape: readonly number[]): number[] {
    return this.base.inverseShape(shape);
  }
}
export function independentTransform(base: Transform, n: number): Transform {
  return n === 0 ? base : new IndependentTransform(base, n);
}

/** Applies transforms one after the other. */
class ComposeTransform extends Transform {
  readonly name: string;
  readonly parts: readonly Transform[];
  readonly domain: Constraint;
  readonly codomain: Constraint;
  override readonly bijective: boolean;

  constructor(parts: readonly Transform[], codomain?: Constraint) {
    super();
    this.parts = parts;
    this.name = `compose(${parts.join(", ")})`;
    const eventDim = Math.max(0, ...parts.flatMap((p) => [p.domain.eventDim, p.codomain.eventDim]));
    const widen = (c: Constraint) => independent(c, eventDim - c.eventDim);
    this.domain = widen(parts[0]?.domain ?? real);
    this.codomain = widen(codomain ?? parts.at(-1)?.codomain ?? real);
    this.bijective = parts.every((p) => p.bijective);
  }
  override get sign(): 1 | -1 | undefined {
    let product = 1;
    for (const part of this.parts) {
      if (part.sign === undefined) return undefined;
      product *= part.sign;
    }
    return signOf(product);
  }
  protected forward(x: tf.Tensor): tf.Tensor {
    return this.parts.reduce((value, part) => part.call(value), tf.clone(x));
  }
  protected backward(y: tf.Tensor): tf.Tensor {
    return this.parts.reduceRight((value, part) => part.inverse(value), tf.clone(y));
  }
  protected logDet(x: tf.Tensor): tf.Tensor {
    let value = x;
    let total: tf.Tensor | undefined;
    for (const part of this.parts) {
      const next = part.call(value);
      const term = sumRightmost(part.logAbsDetJacobian(value, next), this.eventDim - part.eventDim);
      total = total === undefined ? term : tf.add(total, term);
      value = next;
    }
    return total ?? tf.zeros(x.shape.slice(0, x.rank - this.eventDim));
  }
  override forwardShape(shape: readonly number[]): number[] {
    return this.parts.reduce((s, part) => part.forwardShape(s), [...shape]);
  }
  override inverseShape(shape: readonly number[]): number[] {
    return this.parts.reduceRight((s, part) => part.inverseShape(s), [...shape]);
  }
}
/** @param codomain - the set the whole map ends in, where it is narrower than that of the last part */
export function compose(parts: readonly Transform[], codomain?: Constraint): Transform {
  return new ComposeTransform(parts, codomain);
}
