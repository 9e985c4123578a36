/**
 * What every distribution is, and the three ways to derive one from another: `expand`, `toEvent`, `mask`.
 *
 * A family supplies formulas (`draw`, `logDensity`, moments); this class supplies what surrounds them:
 * shapes, broadcasting, validation, cleaning up of tensors, and the scores of the 0.1 manual. Inference never asks what
 * a distribution is, only what it can do: `hasRsample`, `hasEnumerateSupport`, `support`.
 *
 * The derived distributions stand in this file because each side constructs the other.
 *
 * No tensor that is computed from another is stored in an object: a stored one would be disposed with the scope, or
 * cut from the gradient, of the step that happened to compute it first.
 */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { type PyroSpelling, spellAsPyro } from "../pyro-spelling.ts";
import {
  broadcastShapes,
  broadcastTo,
  isRecording,
  type Numeric,
  sumRightmost,
  toTensor,
} from "../tensor/index.ts";
import { validationEnabled } from "../validation.ts";
import { broadcastable, expandRight, masked, type Shape, sameShape, shapeOf, violationOf } from "./batch.ts";
import type { Constraint } from "./constraint.ts";
import { independent } from "./constraints.ts";
import { Formulas } from "./formulas.ts";
import { detached } from "./helpers.ts";

export { masked, type Shape } from "./batch.ts";

/** What the manual names, in Pyro's own spelling too. */
const MANUAL = ["analyticMean", "analyticVar", "batchLogPdf", "enumerateSupport", "logPdf"] as const;

export interface Distribution extends PyroSpelling<Distribution, (typeof MANUAL)[number]> {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the prototype gets them below
export abstract class Distribution extends Formulas {
  static {
    spellAsPyro(Distribution.prototype, MANUAL);
  }

  /** Shape of independent, possibly differently distributed draws. */
  readonly batchShape: number[];

  constructor(batchShape: Shape) {
    super();
    if (!Array.isArray(batchShape)) throw shapeless(new.target.name);
    this.batchShape = [...batchShape];
  }

  // --- What it can do ---------------------------------------------------------------------------------------

  get eventDim(): number {
    return this.eventShape.length;
  }
  /** Whether `rsample` works: draws carry gradients to the parameters. */
  get hasRsample(): boolean {
    return this.pathwise;
  }
  get reparameterized(): boolean {
    return this.hasRsample;
  }
  /** Whether `enumerateSupport` works. */
  get hasEnumerateSupport(): boolean {
    return false;
  }
  get enumerable(): boolean {
    return this.hasEnumerateSupport;
  }
  /** The constraint of each parameter, by name. */
  get argConstraints(): Record<string, Constraint> {
    return {};
  }

  // --- Drawing ----------------------------------------------------------------------------------------------

  /** Draws a value of shape `sampleShape + batchShape + eventShape`, a constant for every gradient. */
  sample(sampleShape: Shape | number = []): tf.Tensor {
    return detached(() => this.draw(this.extended(sampleShape)));
  }

  /**
   * Draws a value that carries gradients to the parameters.
   * @throws where `hasRsample` is false.
   */
  rsample(sampleShape: Shape | number = []): tf.Tensor {
    if (!this.hasRsample) {
      throw pyroError({
        what: `${this.name} has no reparameterised sampler here`,
        expected: "a distribution whose hasRsample is true",
        got: String(this),
        try: "sample(), which carries no gradient; SVI then uses the score function",
      });
    }
    return tf.tidy(() => this.draw(this.extended(sampleShape)));
  }

  private extended(sampleShape: Shape | number): number[] {
    return [...(typeof sampleShape === "number" ? [sampleShape] : sampleShape), ...this.batchShape];
  }

  // --- Scoring ----------------------------------------------------------------------------------------------

  /**
   * Log-density of each batch element: shape `batchShape` broadcast with the batch part of `value`.
   * Outside the support: an error that names the value, or -Infinity with validation off.
   */
  logProb(value: Numeric): tf.Tensor {
    return tf.tidy(() => {
      const x = toTensor(value);
      const batch = this.batchShapeFor(x);
      if (validationEnabled()) {
        // A compiled step has no host to check on: it was checked when it ran eagerly.
        if (!isRecording()) this.validateSample(x);
        return broadcastTo(this.scoreFormula(x), batch);
      }
      const { support } = this;
      const inside = detached(() => support.test(x));
      const around = support.eventDim === 0 ? inside : expandRight(inside, support.eventDim);
      // Both branches are kept away from the bad point: else its NaN gradient would survive a weight of zero.
      const safe = tf.where(around, x, support.feasible(x));
      return broadcastTo(tf.where(inside, this.scoreFormula(safe), Number.NEGATIVE_INFINITY), batch);
    });
  }

  /** The manual's total log-density: `logProb` summed to a scalar. */
  logPdf(value: Numeric): tf.Tensor {
    return tf.tidy(() => tf.sum(this.logProb(value)));
  }

  /**
   * The axes that the manual counts as the event: at least one, since there the last axis of a batch of numbers
   * is their event.
   */
  get manualEventDim(): number {
    return Math.max(1, this.eventDim);
  }

  /** The manual's shape: `logProb`, its last batch axis summed where an event has no axis of its own, then `[1]`. */
  batchLogPdf(value: Numeric): tf.Tensor {
    return tf.tidy(() => {
      const scores = this.logProb(value);
      const axes = Math.min(scores.rank, this.manualEventDim - this.eventDim);
      return tf.expandDims(sumRightmost(scores, axes), -1);
    });
  }

  // --- Shapes -----------------------------------------------------------------------------------------------

  /** Shape of `sample(sampleShape)`. */
  shape(sampleShape: Shape | number = []): number[] {
    return [...this.extended(sampleShape), ...this.eventShape];
  }

  /** Batch shape of `logProb(value)`. @throws if the value does not broadcast with the parameters. */
  batchShapeFor(value: Numeric): number[] {
    const shape = value instanceof tf.Tensor ? value.shape : shapeOf(value);
    const { eventShape, batchShape } = this;
    const split = shape.length - eventShape.length;
    const event = shape.slice(Math.max(0, split));
    const batch = shape.slice(0, Math.max(0, split));
    if (split < 0 || !event.every((n, i) => n === eventShape[i]) || !broadcastable(batchShape, batch)) {
      throw pyroError({
        what: `The value does not fit the shape of ${this.name}`,
        expected: `a value that broadcasts with batch shape [${batchShape}]${
          eventShape.length > 0 ? ` and ends in event shape [${eventShape}]` : ""
        }`,
        got: `shape [${shape}]`,
        try: "reshape the value, expand the distribution, or draw inside a plate of that size",
      });
    }
    return broadcastShapes(batchShape, batch);
  }

  /** `batchShapeFor(value)` followed by the event shape. */
  shapeFor(value: Numeric): number[] {
    return [...this.batchShapeFor(value), ...this.eventShape];
  }

  /**
   * The manual's batch shape, of draws or of data `x`: the last axis of a batch of numbers is their event. The shape of
   * `batchLogPdf(x)` is this one, then `[1]`.
   */
  batch_shape(x?: Numeric | null): number[] {
    const shape = x === null || x === undefined ? this.shape() : this.shapeFor(x);
    return shape.slice(0, Math.max(0, shape.length - this.manualEventDim));
  }
  /** The manual's event shape: see `batch_shape`. */
  event_shape(): number[] {
    const shape = this.shape();
    return shape.slice(shape.length - this.event_dim());
  }
  event_dim(): number {
    return Math.min(this.manualEventDim, this.shape().length);
  }

  // --- Moments and distribution functions -------------------------------------------------------------------

  /** Shape `batchShape + eventShape`; NaN where there is none, as for Cauchy. */
  get mean(): tf.Tensor {
    return tf.tidy(() => broadcastTo(this.meanFormula(), this.shape()));
  }
  /** Variance of each element: shape `batchShape + eventShape`. */
  get variance(): tf.Tensor {
    return tf.tidy(() => broadcastTo(this.varianceFormula(), this.shape()));
  }
  get stddev(): tf.Tensor {
    return tf.tidy(() => tf.sqrt(this.variance));
  }
  analyticMean(): tf.Tensor {
    return this.mean;
  }
  analyticVar(): tf.Tensor {
    return this.variance;
  }
  /** Entropy in nats: shape `batchShape`. */
  entropy(): tf.Tensor {
    return tf.tidy(() => broadcastTo(this.entropyFormula(), this.batchShape));
  }
  /** P(X <= value). */
  cdf(value: Numeric): tf.Tensor {
    return tf.tidy(() => {
      const x = toTensor(value);
      const batch = this.batchShapeFor(x);
      if (validationEnabled() && !isRecording()) this.validateSample(x);
      return broadcastTo(this.cdfFormula(x), batch);
    });
  }
  /** The value below which a share `q` of the mass lies. */
  icdf(q: Numeric): tf.Tensor {
    return tf.tidy(() => {
      const x = toTensor(q);
      return broadcastTo(this.icdfFormula(x), broadcastShapes(x.shape, this.batchShape));
    });
  }

  /**
   * Every value of a finite support, stacked along a new first axis: shape `[k] + batchShape + eventShape`,
   * in lock-step over the batch; with `expand = false` the batch axes have length 1.
   */
  enumerateSupport(expand = true): tf.Tensor {
    return tf.tidy(() => {
      const values = this.supportValues();
      const k = values.shape[0] ?? 0;
      const ones = this.batchShape.map(() => 1);
      const thin = tf.reshape(values, [k, ...ones, ...this.eventShape]);
      return expand ? broadcastTo(thin, [k, ...this.shape()]) : thin;
    });
  }

  // --- Derived distributions --------------------------------------------------------------------------------

  /** The same distribution, independent over a larger batch shape (-1 keeps an axis). */
  expand(batchShape: Shape): Distribution {
    const wanted = this.expandedShape(batchShape);
    return sameShape(wanted, this.batchShape) ? this : new ExpandedDistribution(this, wanted);
  }

  /** Treats the last `n` batch axes (all of them by default) as part of the event. */
  toEvent(n: number = this.batchShape.length): Distribution {
    return n === 0 ? this : new Independent(this, n);
  }

  /** Keeps the score of the elements where `mask` is true (or 1) and makes it 0 elsewhere. */
  mask(mask: Numeric): Distribution {
    return new MaskedDistribution(this, mask);
  }

  protected expandedShape(batchShape: Shape): number[] {
    const offset = batchShape.length - this.batchShape.length;
    const wanted = batchShape.map((n, i) => (n === -1 ? (this.batchShape[i - offset] ?? 1) : n));
    const fits = offset >= 0 && this.batchShape.every((n, i) => n === 1 || n === wanted[i + offset]);
    if (!fits) {
      throw pyroError({
        what: `${this.name} cannot be expanded`,
        expected: `a shape that batch shape [${this.batchShape}] broadcasts to`,
        got: `[${batchShape}]`,
      });
    }
    return wanted;
  }

  // --- Validation and printing ------------------------------------------------------------------------------

  /** Checks the parameters on the host. @throws naming the parameter, its constraint and the offending value. */
  validate(): void {}

  /** Checks a value on the host. @throws naming the support and the offending value. */
  validateSample(value: tf.Tensor): void {
    const { support } = this;
    const found = violationOf(support, value);
    if (found !== undefined) {
      throw pyroError({
        what: `A value of ${this.name} is outside its support ${support.name}`,
        expected: support.meaning,
        got: found,
        try: "check the data or the site's distribution; enableValidation(false) scores it as -Infinity",
      });
    }
  }

  /** What stands between the parentheses when it is printed. */
  protected describe(): string {
    return this.batchShape.length > 0 ? `batchShape: [${this.batchShape}]` : "";
  }
  override toString(): string {
    return `${this.name}(${this.describe()})`;
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Base of a distribution that hands most questions to another. */
export abstract class Wrapper extends Distribution {
  readonly base: Distribution;

  constructor(base: Distribution, batchShape: Shape) {
    super(batchShape);
    this.base = base;
  }
  override get eventShape(): number[] {
    return this.base.eventShape;
  }
  get support(): Constraint {
    return this.base.support;
  }
  override get hasRsample(): boolean {
    return this.base.hasRsample;
  }
  override get hasEnumerateSupport(): boolean {
    return this.base.hasEnumerateSupport;
  }
  override get argConstraints(): Record<string, Constraint> {
    return this.base.argConstraints;
  }
  override validate(): void {
    this.base.validate();
  }
  override validateSample(value: tf.Tensor): void {
    this.base.validateSample(value);
  }
  protected draw(batch: number[]): tf.Tensor {
    const sampleShape = batch.slice(0, batch.length - this.batchShape.length);
    return this.base.hasRsample ? this.base.rsample(sampleShape) : this.base.sample(sampleShape);
  }
  protected scoreFormula(x: tf.Tensor): tf.Tensor {
    return this.base.logProb(x);
  }
  override logProb(value: Numeric): tf.Tensor {
    return tf.tidy(() => {
      const x = toTensor(value);
      const batch = this.batchShapeFor(x);
      return broadcastTo(this.scoreFormula(x), batch);
    });
  }
  protected override meanFormula(): tf.Tensor {
    return this.base.mean;
  }
  protected override varianceFormula(): tf.Tensor {
    return this.base.variance;
  }
  protected override entropyFormula(): tf.Tensor {
    return this.base.entropy();
  }
  protected override cdfFormula(x: tf.Tensor): tf.Tensor {
    return this.base.cdf(x);
  }
  protected override icdfFormula(q: tf.Tensor): tf.Tensor {
    return this.base.icdf(q);
  }
}

/** `base` with its last `n` batch axes counted as part of the event; log-densities are summed over them. */
export class Independent extends Wrapper {
  readonly reinterpreted: number;

  constructor(base: Distribution, n: number) {
    if (!Number.isInteger(n) || n < 0 || n > base.batchShape.length) {
      throw pyroError({
        what: `toEvent cannot take that many axes of ${base.name}`,
        expected: `an integer from 0 to ${base.batchShape.length}, for batch shape [${base.batchShape}]`,
        got: String(n),
        try: "give the parameters the shape of the event, or expand the distribution first",
      });
    }
    super(base, base.batchShape.slice(0, base.batchShape.length - n));
    this.reinterpreted = n;
  }
  override get eventShape(): number[] {
    const { base } = this;
    return [...base.batchShape.slice(this.batchShape.length), ...base.eventShape];
  }
  override get support(): Constraint {
    return independent(this.base.support, this.reinterpreted);
  }
  /** Elements in lock-step are not the whole support of a vector: only a single axis-free event can be listed. */
  override get hasEnumerateSupport(): boolean {
    return false;
  }
  protected override scoreFormula(x: tf.Tensor): tf.Tensor {
    return sumRightmost(this.base.logProb(x), this.reinterpreted);
  }
  protected override entropyFormula(): tf.Tensor {
    return sumRightmost(this.base.entropy(), this.reinterpreted);
  }
  protected override cdfFormula(_x: tf.Tensor): tf.Tensor {
    throw this.missing("cdf");
  }
  protected override icdfFormula(_q: tf.Tensor): tf.Tensor {
    throw this.missing("icdf");
  }
  override expand(batchShape: Shape): Distribution {
    const wanted = this.expandedShape(batchShape);
    const inner = this.base.batchShape.slice(this.batchShape.length);
    return new Independent(this.base.expand([...wanted, ...inner]), this.reinterpreted);
  }
  protected override describe(): string {
    return `${this.base}, ${this.reinterpreted}`;
  }
}

/** `base` whose scores count only where the mask is true. Draws are those of `base`. */
export class MaskedDistribution extends Wrapper {
  readonly maskTensor: tf.Tensor;

  constructor(base: Distribution, mask: Numeric) {
    const tensor = toTensor(mask);
    if (!broadcastable(base.batchShape, tensor.shape)) {
      throw pyroError({
        what: `The mask does not fit ${base.name}`,
        expected: `a shape that broadcasts with batch shape [${base.batchShape}]`,
        got: `[${tensor.shape}]`,
      });
    }
    const batchShape = broadcastShapes(base.batchShape, tensor.shape);
    super(base.expand(batchShape), batchShape);
    this.maskTensor = tensor;
  }
  /** Values that do not count may be anything, NaN for missing data included. */
  protected override scoreFormula(x: tf.Tensor): tf.Tensor {
    const { base, maskTensor } = this;
    const off = detached(() => expandRight(tf.equal(maskTensor, 0), base.eventDim));
    return masked(base.logProb(tf.where(off, base.support.feasible(x), x)), maskTensor);
  }
  override enumerateSupport(expand = true): tf.Tensor {
    return this.base.enumerateSupport(expand);
  }
  override expand(batchShape: Shape): Distribution {
    return new MaskedDistribution(this.base.expand(this.expandedShape(batchShape)), this.maskTensor);
  }
  protected override describe(): string {
    return `${this.base}, mask: [${this.maskTensor.shape}]`;
  }
}

/** Independent copies of `base` along new or singleton batch axes, for one that cannot expand its own parameters. */
export class ExpandedDistribution extends Wrapper {
  protected override draw(batch: number[]): tf.Tensor {
    const { base, batchShape } = this;
    const lead = batch.slice(0, batch.length - base.batchShape.length);
    const offset = batchShape.length - base.batchShape.length;
    // Axes of length 1 that grow need draws of their own: draw them in front, then move them to their place.
    const grown = base.batchShape.flatMap((n, i) => (n === 1 && batchShape[i + offset] !== 1 ? [i] : []));
    const sizes = grown.map((i) => batchShape[i + offset] ?? 1);
    const shape = [...lead, ...sizes];
    const flat = base.hasRsample ? base.rsample(shape) : base.sample(shape);
    if (grown.length === 0) return flat;
    const full = [...batch, ...base.eventShape];
    const order = full.map((_, i) => i);
    for (const [k, axis] of grown.entries()) order[lead.length + axis] = lead.length + k;
    const kept = base.batchShape.map((_, i) => i).filter((i) => !grown.includes(i));
    const rest = [...kept.map((i) => base.batchShape[i] ?? 1), ...base.eventShape];
    for (const [k, axis] of kept.entries()) order[lead.length + axis] = shape.length + k;
    for (let k = 0; k < base.eventShape.length; k++) order[batch.length + k] = shape.length + kept.length + k;
    return tf.transpose(tf.reshape(flat, [...shape, ...rest]), order);
  }
  override enumerateSupport(expand = true): tf.Tensor {
    return tf.tidy(() => {
      const { base, batchShape } = this;
      const values = base.enumerateSupport(expand);
      const k = values.shape[0] ?? 0;
      const ones = new Array<number>(batchShape.length - base.batchShape.length).fill(1);
      const thin = tf.reshape(values, [k, ...ones, ...values.shape.slice(1)]);
      return expand ? broadcastTo(thin, [k, ...this.shape()]) : thin;
    });
  }
  protected override describe(): string {
    return `${this.base}, [${this.batchShape}]`;
  }
}

function shapeless(name: string): Error {
  return pyroError({
    what: `${name} did not tell its batch shape`,
    expected: "super(batchShape) in its constructor, and the formulas of dist.Distribution",
    try:
      "a class without a base: sample, logProb (or batch_log_pdf), batchShape and eventShape are all that a " +
      "distribution of one's own needs",
  });
}
