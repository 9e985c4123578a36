/** A user's own distribution: whatever can sample and score. */
import * as tf from "@tensorflow/tfjs-core";
import { pyroError } from "../errors.ts";
import { type PyroSpelling, snakeCase } from "../pyro-spelling.ts";
import { type Numeric, toTensor } from "../tensor/index.ts";
import { type Constraint, dependent, independent } from "./constraints.ts";
import { Distribution, type Shape } from "./distribution.ts";

/** Members of a user's distribution that have another spelling in the manual. */
const RESPELLED = [
  "logProb",
  "batchLogPdf",
  "batchShape",
  "eventShape",
  "enumerateSupport",
  "hasRsample",
  "hasEnumerateSupport",
] as const;
const UNCHANGED = ["sample", "rsample", "reparameterized", "support", "name"] as const;

type ShapeOrGetter = Shape | (() => Shape);

/**
 * What a distribution of one's own needs: `sample`, `logProb` (or 0.1's `batchLogPdf`), and its two shapes; with
 * `enumerateSupport` it is enumerable, with `rsample` (or `hasRsample: true`) its draws are pathwise.
 *
 * @example
 * const coin = {
 *   batchShape: [], eventShape: [],
 *   sample: () => tf.scalar(Math.random() < 0.5 ? 0 : 1),
 *   logProb: () => tf.scalar(Math.log(0.5)),
 *   enumerateSupport: () => tf.tensor1d([0, 1]),
 * };
 *
 * Objects that spell their members as the manual does (`batch_log_pdf`, `batch_shape()` ...) are understood too.
 */
export interface DistributionLike
  extends Members,
    Partial<PyroSpelling<Members, (typeof RESPELLED)[number]>> {}

interface Members {
  sample(sampleShape?: Shape): tf.Tensor | number;
  rsample?(sampleShape?: Shape): tf.Tensor;
  logProb?(value: tf.Tensor): tf.Tensor | number;
  batchLogPdf?(value: tf.Tensor): tf.Tensor | number;
  readonly batchShape?: ShapeOrGetter;
  readonly eventShape?: ShapeOrGetter;
  enumerateSupport?(expand?: boolean): tf.Tensor;
  readonly hasRsample?: boolean;
  readonly reparameterized?: boolean;
  readonly hasEnumerateSupport?: boolean;
  readonly support?: Constraint;
  readonly name?: string;
}

const isFunction = (x: unknown): boolean => typeof x === "function";

/** Whether `x` has all that inference asks of a distribution. */
export function isDistribution(x: unknown): x is Distribution {
  if (typeof x !== "object" || x === null) return false;
  const d = x as Partial<Record<keyof Distribution, unknown>>;
  return (
    isFunction(d.sample) &&
    isFunction(d.logProb) &&
    isFunction(d.toEvent) &&
    isFunction(d.mask) &&
    isFunction(d.expand) &&
    Array.isArray(d.batchShape) &&
    Array.isArray(d.eventShape)
  );
}

/** Whether `x` can stand for a distribution: `asDistribution` accepts it. */
export function isDistributionLike(x: unknown): x is DistributionLike {
  if (typeof x !== "object" || x === null) return false;
  const d = x as Record<string, unknown>;
  return isFunction(d.sample) && [d.logProb, d.batchLogPdf, d.log_prob, d.batch_log_pdf].some(isFunction);
}

/** A user's object under our names, whichever spelling it has. */
function inOurSpelling(x: DistributionLike): DistributionLike {
  const given = x as unknown as Record<string, unknown>;
  const own = (value: unknown) => (typeof value === "function" ? value.bind(x) : value);
  const entries = [
    ...UNCHANGED.map((name) => [name, own(given[name])] as const),
    ...RESPELLED.map((name) => [name, own(given[name] ?? given[snakeCase(name)])] as const),
  ];
  const { name } = x.constructor;
  const spelled = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  return { ...(name === "Object" ? {} : { name }), ...spelled } as unknown as DistributionLike;
}

/** `x` itself if it is a distribution, else a distribution around a user's object. @throws if it is neither. */
export function asDistribution(x: unknown): Distribution {
  if (isDistribution(x)) return x;
  if (isDistributionLike(x)) return new UserDistribution(inOurSpelling(x));
  throw pyroError({
    what: "A distribution was expected",
    expected: "an object with sample, logProb (or batchLogPdf), batchShape and eventShape",
    got:
      typeof x === "object" && x !== null
        ? `an object with ${Object.keys(x).join(", ") || "nothing"}`
        : String(x),
    try: "dist.Normal(0, 1), or dist.Delta(value) for a constant",
  });
}

const shapeOf = (shape: ShapeOrGetter | undefined): Shape =>
  typeof shape === "function" ? shape() : (shape ?? []);

class UserDistribution extends Distribution {
  readonly inner: DistributionLike;

  constructor(inner: DistributionLike) {
    super(shapeOf(inner.batchShape));
    this.inner = inner;
  }
  override get name(): string {
    return this.inner.name ?? "UserDistribution";
  }
  override get eventShape(): number[] {
    return [...shapeOf(this.inner.eventShape)];
  }
  get support(): Constraint {
    return this.inner.support ?? independent(dependent, this.eventDim);
  }
  protected override get pathwise(): boolean {
    const { inner } = this;
    return inner.hasRsample ?? inner.reparameterized ?? inner.rsample !== undefined;
  }
  override get hasEnumerateSupport(): boolean {
    const { inner } = this;
    return inner.hasEnumerateSupport ?? inner.enumerateSupport !== undefined;
  }

  protected draw(batch: number[]): tf.Tensor {
    const sampleShape = batch.slice(0, batch.length - this.batchShape.length);
    const count = sampleShape.reduce((a, b) => a * b, 1);
    const one = (shape: Shape): tf.Tensor => {
      const drawn =
        this.pathwise && this.inner.rsample ? this.inner.rsample(shape) : this.inner.sample(shape);
      return tf.clone(toTensor(drawn));
    };
    const first = one(sampleShape);
    const wanted = [...batch, ...this.eventShape];
    if (first.size === wanted.reduce((a, b) => a * b, 1)) return tf.reshape(first, wanted);
    // A sampler that ignores its argument is called once for each draw.
    const rest = Array.from({ length: count - 1 }, () => one([]));
    return tf.reshape(tf.stack([first, ...rest]), wanted);
  }
  protected scoreFormula(x: tf.Tensor): tf.Tensor {
    const { inner } = this;
    if (inner.logProb !== undefined) return toTensor(inner.logProb(x));
    const scores = toTensor((inner.batchLogPdf as (value: tf.Tensor) => tf.Tensor | number)(x));
    // 0.1 ends the shape of a score in 1.
    const batch = this.batchShapeFor(x);
    return scores.rank > batch.length && scores.shape.at(-1) === 1 ? tf.squeeze(scores, [-1]) : scores;
  }
  override enumerateSupport(expand = true): tf.Tensor {
    const { enumerateSupport } = this.inner;
    if (enumerateSupport === undefined) throw this.missing("enumerateSupport");
    return toTensor(enumerateSupport.call(this.inner, expand) as Numeric);
  }
}
