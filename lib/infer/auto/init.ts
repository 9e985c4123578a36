/** Where an automatic guide starts at a site: strategies, each a function from the site to a value of its support. */
import * as tf from "@tensorflow/tfjs-core";
import { bijectTo } from "../../distributions/index.ts";
import { PyroError, pyroError } from "../../errors.ts";
import type { SampleSite } from "../../poutine/message.ts";
import { broadcastTo, type Numeric, sameShape, toTensor, uniform } from "../../tensor/index.ts";
import { allFinite } from "../diagnose.ts";

/** The initial value of a site, on its constrained scale; it broadcasts to the site's shape. */
export type InitFunction = (site: SampleSite) => Numeric;
export type InitName = "feasible" | "mean" | "median" | "sample" | "uniform";
/** A strategy by its name, one of `infer.initTo...`, or a function of one's own. */
export type InitStrategy = InitName | InitFunction;

/** A strategy is used as it is (`initToMedian`) or with options (`initToMedian({ numSamples: 50 })`). */
interface Strategy<Options> {
  (site: SampleSite): Numeric;
  (options?: Options): InitFunction;
}

function strategy<Options extends object>(
  valueAt: (site: SampleSite, options: Partial<Options>) => tf.Tensor,
): Strategy<Options> {
  const tidied = (site: SampleSite, options: Partial<Options>) => tf.tidy(() => valueAt(site, options));
  const either = (first: SampleSite | Options = {} as Options) =>
    isSite(first) ? tidied(first, {}) : (site: SampleSite) => tidied(site, first);
  return either as Strategy<Options>;
}

function isSite(x: object): x is SampleSite {
  return (x as { type?: unknown }).type === "sample" && "fn" in x;
}

/** A plain point of the support: 0 on the unconstrained scale. */
export const initToFeasible = strategy<object>((site) => {
  const transform = bijectTo(site.fn.support);
  return tf.clone(transform.call(tf.zeros(transform.inverseShape(site.fn.shape()))));
});

/** A draw from the prior. */
export const initToSample = strategy<object>((site) => site.fn.sample());

export interface InitToUniformOptions {
  /** The point is drawn from (-radius, radius) on the unconstrained scale (default 2). */
  radius?: number;
}
/** A random point of the support, uniform on the unconstrained scale. */
export const initToUniform = strategy<InitToUniformOptions>((site, { radius = 2 }) => {
  const transform = bijectTo(site.fn.support);
  const u = uniform(transform.inverseShape(site.fn.shape()));
  return tf.clone(transform.call(tf.mul(tf.sub(tf.mul(u, 2), 1), radius)));
});

export interface InitToMedianOptions {
  /** Draws from the prior of which the median is taken (default 15). */
  numSamples?: number;
  /** Where the median is not inside the support (default `initToFeasible`). */
  fallback?: InitFunction;
}
/** The median of draws from the prior, each coordinate by itself on the unconstrained scale. */
export const initToMedian = strategy<InitToMedianOptions>(
  (site, { numSamples = 15, fallback = initToFeasible }) =>
    inside(site, fallback, (unconstrain) => {
      const draws = Array.from({ length: numSamples }, () => unconstrain(site.fn.sample()));
      const flat = tf.reshape(tf.stack(draws, -1), [-1, numSamples]);
      const upper = Math.floor(numSamples / 2);
      const lower = Math.ceil(numSamples / 2) - 1;
      const sorted = tf.topk(flat, numSamples).values;
      const at = (place: number) => tf.slice(sorted, [0, place], [-1, 1]);
      return tf.reshape(tf.mul(tf.add(at(lower), at(upper)), 0.5), draws[0]?.shape ?? []);
    }),
);

export interface InitToMeanOptions {
  /** Where there is no mean, or none inside the support (default `initToMedian`). */
  fallback?: InitFunction;
}
/** The mean of the prior. */
export const initToMean = strategy<InitToMeanOptions>((site, { fallback = initToMedian }) =>
  inside(site, fallback, (unconstrain) => {
    try {
      return unconstrain(site.fn.mean);
    } catch (error) {
      if (error instanceof PyroError) return undefined;
      throw error;
    }
  }),
);

export interface InitToValueOptions {
  /** Values by the name of the site. */
  values: Readonly<Record<string, Numeric>> | ReadonlyMap<string, Numeric>;
  /** For the other sites (default `initToUniform`). */
  fallback?: InitFunction;
}
/** Values of one's own: `initToValue({ values: { loc: 1 } })`. */
export function initToValue({ values, fallback = initToUniform }: InitToValueOptions): InitFunction {
  const table = values instanceof Map ? values : new Map(Object.entries(values));
  return (site) => table.get(site.name) ?? fallback(site);
}

const NAMED: { readonly [K in InitName]: InitFunction } = {
  feasible: initToFeasible,
  mean: initToMean,
  median: initToMedian,
  sample: initToSample,
  uniform: initToUniform,
};

/** @throws for a name that is none */
export function initFunction(given: InitStrategy): InitFunction {
  if (typeof given === "function") return given;
  if (Object.hasOwn(NAMED, given)) return NAMED[given];
  throw pyroError({
    what: "There is no such way to start a guide",
    where: "option initStrategy",
    expected: `one of ${Object.keys(NAMED).join(", ")}, one of infer.initTo..., or a function (site) => value`,
    got: String(given),
  });
}

/**
 * The value that a strategy gives a site, in the shape of the site.
 * @throws for another shape, and for a value outside the support, naming the site
 */
export function initialValue(site: SampleSite, init: InitFunction): tf.Tensor {
  const value = toTensor(init(site));
  const shape = site.fn.shape();
  const where = `site "${site.name}", option initStrategy`;
  if (!broadcastsTo(value.shape, shape)) {
    throw pyroError({
      what: "The initial value has another shape than the site",
      where,
      expected: `[${shape.join(", ")}]`,
      got: `[${value.shape.join(", ")}]`,
    });
  }
  const whole = broadcastTo(value, shape);
  const { support } = site.fn;
  const found =
    support.violation(whole) ??
    tf.tidy(() => {
      const ends = bijectTo(support).inverse(whole);
      return allFinite(ends)
        ? undefined
        : "a value on the border, which is infinite on the unconstrained scale";
    });
  if (found === undefined) return whole;
  throw pyroError({
    what: "The initial value is outside the support of the site",
    where,
    expected: support.meaning,
    got: found,
    try: 'a value inside, or initStrategy "median" or "feasible"',
  });
}

function broadcastsTo(shape: readonly number[], wanted: readonly number[]): boolean {
  if (shape.length > wanted.length) return false;
  const aligned = wanted.slice(wanted.length - shape.length);
  return sameShape(
    aligned.map((n, i) => (shape[i] === 1 ? 1 : n)),
    shape,
  );
}

/** A point computed on the unconstrained scale; where it is not finite there, the fallback's. */
function inside(
  site: SampleSite,
  fallback: InitFunction,
  pointOf: (unconstrain: (value: tf.Tensor) => tf.Tensor) => tf.Tensor | undefined,
): tf.Tensor {
  const transform = bijectTo(site.fn.support);
  const shape = site.fn.shape();
  const unconstrain = (value: Numeric) => transform.inverse(broadcastTo(toTensor(value), shape));
  const point = pointOf(unconstrain);
  const other = () => unconstrain(fallback(site));
  if (point === undefined) return tf.clone(transform.call(other()));
  const whole = allFinite(point) ? point : tf.where(tf.isFinite(point), point, other());
  return tf.clone(transform.call(whole));
}
