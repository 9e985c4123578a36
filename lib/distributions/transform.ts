/** What a transform is, and how transforms are inverted, composed and taken from a user's own bijector. */
import * as tf from "@tensorflow/tfjs-core";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import { broadcastTo, type Numeric, sumRightmost, toTensor } from "../tensor/index.ts";
import { type Constraint, independent, real } from "./constraints.ts";

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = ["logDetJacobian"] as const;

export interface Transform extends PyroSpelling<Transform, (typeof MANUAL)[number]> {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export abstract class Transform {
  static {
    spellAsPyro(Transform.prototype, MANUAL);
  }

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

export interface Bijector extends PyroSpelling<Bijector, (typeof MANUAL)[number]> {}

/** Base of a bijector of one's own, as in the manual: override `call`, `inverse` and `logDetJacobian`. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export abstract class Bijector implements BijectorLike {
  static {
    spellAsPyro(Bijector.prototype, MANUAL);
  }

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
export class ElementwiseTransform extends Transform {
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

export const signOf = (x: number): 1 | -1 => (x < 0 ? -1 : 1);

/** Counts the last `n` batch axes of `base` as part of its event: its Jacobian is summed over them. */
export class IndependentTransform extends Transform {
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
/** Applies transforms one after the other. */
export class ComposeTransform extends Transform {
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
